"""``-virtfs``: what is written, refused and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from qemubuild.claims import FSDEV, Defines
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.virtfs import Virtfs

PC = Machine("x86_64").memory("1G")
LOCAL = {"path": "folder", "mount_tag": "t", "security_model": "mapped-xattr"}


def vm(**keys):
    """A machine with a folder that the guest can mount."""
    return PC.virtfs("local", **{**LOCAL, **keys})


EXAMPLES = {
    "virtfs-without-bus": (vm().machine_type("microvm"), vm().machine_type("q35")),
    "virtfs-without-tag": (vm(mount_tag=None), vm()),
    "virtfs-mode-ignored": (vm(fmode=0o600), vm()),
    "virtfs-tag-doubled": (
        vm(id="a").virtfs("local", **LOCAL, id="b"),
        vm(id="a").virtfs("local", **{**LOCAL, "mount_tag": "u"}, id="b"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (
            Virtfs("local", **LOCAL),
            "local,path=folder,security_model=mapped-xattr,mount_tag=t",
        ),
        (
            Virtfs("local", path=Path("a,b"), mount_tag="t,u", security_model="none", id="v"),
            "local,path=a,,b,security_model=none,id=v,mount_tag=t,,u",
        ),
        (Virtfs("synth", mount_tag="t", readonly=True), "synth,readonly=on,mount_tag=t"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-virtfs", value)
    assert Virtfs.parse(value) == option


def test_a_tag_has_its_length():
    assert Virtfs("local", mount_tag="a" * 31)
    with pytest.raises(InvalidOption, match="a mount tag can have 31"):
        Virtfs("local", mount_tag="ä" * 16)


@pytest.mark.parametrize("keys", [{"path": None}, {"security_model": None}, {"socket": "s"}])
def test_what_a_folder_needs_is_judged(keys):
    assert not vm(**keys).check().ok


def test_the_tag_is_its_id_where_there_is_none():
    assert Defines(FSDEV, "t") in list(Virtfs("local", **LOCAL).claims())
    assert Defines(FSDEV, "v") in list(Virtfs("local", **LOCAL, id="v").claims())
    assert vm(mount_tag="1st").check().codes == ("id-malformed",)
    assert vm(mount_tag="1st", id="first").check().codes == ()


def test_a_tag_twice_is_an_id_twice():
    assert vm().virtfs("local", **LOCAL).check().codes == ("id-doubled",)


def test_explain():
    said = Virtfs("local", **LOCAL).explain()
    assert "Shares the host's folder folder; files" in said
    assert "trans=virtio t /mnt" in said
