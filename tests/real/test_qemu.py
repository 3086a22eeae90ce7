"""What a QEMU is asked, and what is kept of its answers."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
from pathlib import Path

import pytest

from qemubuild import InvalidMachine, LaunchError, Machine, NotInstalled, Qemu
from qemubuild.capabilities import cache
from tests.real.judge import needs

BINARY = needs("qemu-system-x86_64")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache of the test's own, and nothing read before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "_READ", {})
    return tmp_path / "cache" / "qemubuild"


def said(*argv: str) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_it_tells_what_the_program_tells_on_its_command_line():
    qemu = Qemu(BINARY)
    assert f"version {'.'.join(map(str, qemu.version))}" in said(BINARY, "-version")
    machines = said(BINARY, "-machine", "help")
    assert all(f"\n{name} " in machines for name in qemu.machine_types)
    devices = said(BINARY, "-device", "help")
    assert devices.count('name "') == len(qemu.devices)
    assert all(f'name "{name}"' in devices for name in qemu.devices)
    objects = said(BINARY, "-object", "help").split()
    assert set(objects[5:]) <= qemu.objects
    assert {"tcg", "kvm"} <= set(qemu.accelerators)
    assert {"-smp", "-drive"} <= qemu.flags
    assert "qom-list-types" in qemu.commands


def test_it_tells_what_comes_in_kinds():
    qemu = Qemu(BINARY)
    for option in ("audiodev", "display", "netdev"):
        assert qemu.kinds(option) < {*said(BINARY, f"-{option}", "help").split()}
    assert {"user", "hubport"} <= qemu.kinds("netdev") > {"tap"}
    assert {"null", "spicevmc"} <= qemu.kinds("chardev")
    assert "netmap" not in qemu.kinds("netdev")


def test_it_tells_which_block_drivers_are_missing():
    uri = "nfs://127.0.0.1/none"
    told = subprocess.run(
        [BINARY, "-M", "none", "-drive", f"if=none,file={uri}"], capture_output=True, check=False
    )
    assert (b"Unknown protocol" in told.stderr) == ("nfs" in Qemu(BINARY).missing_drivers)


def test_names_and_aliases_find_the_same():
    qemu = Qemu(BINARY)
    assert qemu.machine_type("q35") is qemu.machine_types[qemu.machine_type("q35").name]
    assert qemu.default_machine_type is qemu.machine_type("pc")
    assert qemu.device("virtio-blk") is qemu.devices["virtio-blk-pci"]
    assert qemu.device("virtio-blk-pci").bus == "PCI"
    assert qemu.cpu_model("Nehalem").type == "Nehalem-x86_64-cpu"
    assert qemu.machine_type("nonsense") is qemu.device("nonsense") is None


def test_properties_have_types_and_defaults():
    qemu = Qemu(BINARY)
    assert qemu.properties("virtio-blk-pci")["num-queues"].type == "uint16"
    assert qemu.properties("virtio-blk-pci")["disable-legacy"].default == "auto"
    assert qemu.properties("max-x86_64-cpu")["avx2"].type == "bool"
    assert qemu.properties("pc-q35-7.2-machine" if qemu.version < (10,) else "pc-q35-10.0-machine")
    assert qemu.properties("microvm-machine")["pcie"].type == "OnOffAuto"
    assert qemu.properties("nonsense") is None


def test_it_tells_which_features_emulation_has():
    emulated = Qemu(BINARY).emulated
    assert "aes" in emulated
    assert not emulated & {"vmx", "tsc-frequency"}


def test_other_architectures_answer_as_well():
    qemu = Qemu(needs("qemu-system-aarch64"))
    assert qemu.arch == "aarch64"
    assert qemu.default_machine_type is None
    assert qemu.machine_type("virt").max_cpus >= 512
    assert "aarch64" in qemu.properties(qemu.cpu_model("cortex-a57").type)


def test_answers_are_kept_until_the_program_changes(own_cache, tmp_path):
    copy = tmp_path / "qemu-system-x86_64"
    copy.write_text(f'#!/bin/sh\necho asked >> {tmp_path}/times\nexec {BINARY} "$@"\n')
    copy.chmod(0o755)
    first = Qemu(copy)
    times = (tmp_path / "times").read_text()
    cache._READ.clear()
    again = Qemu(copy)
    assert again.version == first.version
    assert (tmp_path / "times").read_text() == times
    (kept,) = own_cache.iterdir()
    os.utime(copy, ns=(1, 1))
    Qemu(copy)
    assert len((tmp_path / "times").read_text()) == 2 * len(times)
    assert [kept] == list(own_cache.iterdir())


@pytest.mark.parametrize("damage", [b"", b"{}", b"\0" * 100, None])
def test_a_damaged_file_is_made_anew(own_cache, damage):
    whole = Qemu(BINARY).devices
    (kept,) = own_cache.iterdir()
    good = kept.read_bytes()
    kept.write_bytes(good[: len(good) // 2] if damage is None else damage)
    cache._READ.clear()
    assert Qemu(BINARY).devices == whole
    assert kept.read_bytes() == good


def test_where_nothing_can_be_kept_it_is_asked_each_time(own_cache):
    own_cache.parent.write_text("no folder")
    assert Qemu(BINARY).version


def _version(folder: str) -> tuple[int, int, int]:
    os.environ["XDG_CACHE_HOME"] = folder
    return Qemu(BINARY).version


def test_many_may_ask_at_once(own_cache, tmp_path):
    spawned = multiprocessing.get_context("spawn")
    with spawned.Pool(4) as pool:
        versions = pool.map(_version, [str(tmp_path / "cache")] * 8)
    assert set(versions) == {Qemu(BINARY).version}
    assert len(list(own_cache.iterdir())) == 1


def test_what_is_no_qemu_is_an_error(tmp_path):
    with pytest.raises(NotInstalled, match="qemu-system-nonsense"):
        Qemu("qemu-system-nonsense")
    with pytest.raises(NotInstalled):
        Qemu(tmp_path / "missing")
    with pytest.raises(LaunchError, match="does not answer as QEMU does"):
        Qemu("/bin/true")
    with pytest.raises(LaunchError, match="does not answer as QEMU does"):
        Qemu("/bin/cat")
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    with pytest.raises(LaunchError, match="cannot be run"):
        Qemu(broken)


def test_a_check_takes_a_program_by_name_path_or_version():
    machine = Machine().memory("1G").raw("-no-such-option")
    qemu = Qemu(BINARY)
    for judge in (qemu, BINARY, "qemu-system-x86_64", qemu.snapshots()[0]):
        assert machine.check(qemu=judge).codes == ("option-unknown-to-qemu",)


def test_a_snapshot_is_what_the_program_says():
    qemu = Qemu(BINARY)
    version = ".".join(map(str, qemu.version[:2]))
    if version not in qemu.snapshots():
        pytest.skip(f"there is no snapshot of {version}")
    snapshot = Qemu.snapshot(version)
    assert snapshot.machine_types == qemu.machine_types
    assert snapshot.properties("e1000") == qemu.properties("e1000")
    assert snapshot.binary == ""
    assert repr(snapshot).startswith(f"<Qemu {version}.")


def test_no_qemu_is_left_over():
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    before = children.read_text().split()
    Qemu(BINARY)
    assert set(children.read_text().split()) <= set(before)


def test_a_program_that_adds_options_answers_as_well(tmp_path):
    kvm = tmp_path / "kvm"
    kvm.write_text(f'#!/bin/sh\nexec {BINARY} -enable-kvm "$@"\n')
    kvm.chmod(0o755)
    assert Qemu(kvm).arch == "x86_64"
    assert Machine(str(kvm)).memory("1G").check(qemu=str(kvm)).ok


def test_launch_refuses_what_this_qemu_lacks():
    with pytest.raises(InvalidMachine, match="has no -no-such-option"):
        Machine(BINARY).memory("64M").raw("-no-such-option").launch()


def test_launch_goes_on_where_it_cannot_ask(tmp_path, caplog):
    odd = tmp_path / "qemu-system-x86_64"
    odd.write_text(f'#!/bin/sh\ncase "$*" in *none,accel*) exit 3;; esac\nexec {BINARY} "$@"\n')
    odd.chmod(0o755)
    with Machine(str(odd)).memory("64M").display("none").paused().launch():
        pass
    assert "without asking" in caplog.text
