"""``-fsdev``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.claims import FSDEV, Defines
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.fsdev import Fsdev

PC = Machine("x86_64").memory("1G")
LOCAL = {"id": "f", "path": "folder", "security_model": "none"}


def vm(driver="local", device=True, **keys):
    """A machine with a folder that the guest can mount."""
    given = {**LOCAL, **keys} if driver == "local" else {"id": "f", **keys}
    machine = PC.fsdev(driver, **given)
    return machine.device("virtio-9p-pci", fsdev="f", mount_tag="t") if device else machine


EXAMPLES = {
    "fsdev-incomplete": (vm(path=None), vm()),
    "fsdev-key-foreign": (vm("synth", path="folder"), vm("synth")),
    "fsdev-mode-unmapped": (vm(fmode=0o600), vm(fmode=0o600, security_model="mapped-file")),
    "fsdev-proxy-removed": (vm("proxy", socket="proxy.sock"), vm()),
    "fsdev-unused": (vm(device=False), vm()),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Fsdev("local", **LOCAL), "local,path=folder,security_model=none,id=f"),
        (
            Fsdev("local", id="f", path="a,b", security_model="mapped", fmode=0o640, dmode=0o750),
            "local,path=a,,b,security_model=mapped,id=f,fmode=0640,dmode=0750",
        ),
        (
            Fsdev("local", **LOCAL, readonly=True, writeout="immediate", multidevs="remap"),
            (
                "local,path=folder,security_model=none,id=f,readonly=on,writeout=immediate,"
                "multidevs=remap"
            ),
        ),
        (
            Fsdev("local", **LOCAL, bps=9, iops_rd=5, iops_rd_max=50, iops_rd_max_length=2),
            (
                "local,path=folder,security_model=none,id=f,throttling.bps-total=9,"
                "throttling.iops-read=5,throttling.iops-read-max=50,"
                "throttling.iops-read-max-length=2"
            ),
        ),
        (Fsdev("proxy", id="f", sock_fd=3), "proxy,id=f,sock_fd=3"),
        (Fsdev("synth", id="f"), "synth,id=f"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-fsdev", value)
    assert Fsdev.parse(value) == option


@pytest.mark.parametrize(("text", "mode"), [("0600", 0o600), ("384", 0o600), ("0x180", 0o600)])
def test_modes_are_read_as_qemu_reads_them(text, mode):
    assert Fsdev.parse(f"local,fmode={text}").fmode == mode


@pytest.mark.parametrize(
    "keys", [{"fmode": "0600"}, {"fmode": 0o10000}, {"security_model": "squash"}, {"bps": "1M"}]
)
def test_what_can_never_be_right_is_refused(keys):
    with pytest.raises(InvalidOption, match=f"-fsdev {next(iter(keys))}"):
        Fsdev("local", **keys)


@pytest.mark.parametrize(
    "machine",
    [
        vm(id=None, device=False),
        vm(security_model=None),
        vm("proxy"),
        vm("proxy", socket="s", sock_fd=3),
        PC.fsdev(id="f"),
    ],
)
def test_what_is_needed_is_asked_for(machine):
    assert "fsdev-incomplete" in machine.check().codes


@pytest.mark.parametrize(
    "machine",
    [
        vm(socket="s"),
        vm("synth", security_model="none"),
        vm("synth", bps=5),
        vm("proxy", socket="s", multidevs="warn"),
    ],
)
def test_a_key_of_another_driver_is_found(machine):
    assert "fsdev-key-foreign" in machine.check().codes


def test_limits_are_judged():
    assert not vm(bps=5, bps_rd=4).check().ok
    assert vm(bps_wr=5, bps_rd=4).check().codes == ()


def test_claims():
    assert list(Fsdev("synth", id="f").claims()) == [Defines(FSDEV, "f")]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Fsdev("local", **LOCAL), "the host's folder folder; files"),
        (Fsdev("local", **LOCAL, readonly=True), "folder to read"),
        (Fsdev("local", path="p", security_model="passthrough"), "root's"),
        (Fsdev("local", path="p", security_model="mapped-xattr"), "noted beside them"),
        (Fsdev("proxy", id="f"), "a helper opens"),
        (Fsdev("synth", id="f"), "made-up"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()
