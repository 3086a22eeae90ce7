"""The lesson on a real QEMU, judged by what its guests say reached them."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import asyncvnc
import installer_cd
import pytest

from qemubuild import Cdrom, DiskImage, Machine
from tests.real.guests import media
from tests.real.guests.linux import linux, numbers
from tests.real.guests.run import Guest, run_guest
from tests.real.judge import Monitor

if TYPE_CHECKING:
    from pathlib import Path

PC = Machine("x86_64").accel("tcg")
CD, DISK, FLOPPY = "CD-ROM, BIOS drive E0", "hard disk, BIOS drive 80", "floppy, BIOS drive 00"


def said(machine: Machine) -> dict[str, str]:
    """What the boot program found in this machine."""
    return installer_cd.facts(run_guest(machine.argv()))


@pytest.fixture
def blank(tmp_path: Path) -> DiskImage:
    return DiskImage(tmp_path / "blank.qcow2", size="50G").create()


@pytest.fixture
def installed(tmp_path: Path) -> DiskImage:
    """A disk with the boot program on it, as the installer leaves it."""
    disk = tmp_path / "installed.img"
    disk.write_bytes(media.installer_program().ljust(1 << 20, b"\0"))
    return DiskImage(disk)


@pytest.fixture
def installer() -> Machine:
    """A PC with the installer in its CD-ROM drive."""
    return PC.cdrom(media.installer_iso())


# Which device the BIOS boots from


@pytest.mark.parametrize("machine_type", ["pc", "q35"])
@pytest.mark.parametrize(
    ("boot", "expected"),
    [
        (None, DISK),
        ({"order": "d"}, CD),
        ({"order": "c"}, DISK),
        ({"order": "dc"}, CD),
        ({"order": "cd"}, DISK),
        ({"order": "a"}, DISK),
        ({"once": "d"}, CD),
        ({"once": "c", "order": "d"}, DISK),
    ],
)
def test_boot_chooses_between_the_disk_and_the_cdrom(
    installer: Machine,
    installed: DiskImage,
    machine_type: str,
    boot: dict[str, Any] | None,
    expected: str,
) -> None:
    machine = installer.machine_type(machine_type).drive(installed, interface="virtio")
    if boot is not None:
        machine = machine.boot(**boot)
    assert said(machine)["Booted from"] == expected


@pytest.mark.parametrize("order", [None, "c", "cd"])
def test_a_blank_disk_falls_through_to_the_cdrom(
    installer: Machine, blank: DiskImage, order: str | None
) -> None:
    machine = installer.drive(blank, interface="virtio")
    assert said(machine.boot(order) if order else machine)["Booted from"] == CD


def test_once_is_for_the_first_boot_only(
    installer: Machine, installed: DiskImage, tmp_path: Path
) -> None:
    control = tmp_path / "qmp"
    machine = installer.drive(installed, interface="virtio").boot(once="d").no_shutdown()
    with Guest(machine.qmp(f"unix:{control},server=on,wait=off").argv()) as guest:
        first = guest.wait_for("Switching off.")
        reset(control)
        second = guest.wait_for("This came from the disk").removeprefix(first)
    assert installer_cd.facts(first)["Booted from"] == CD
    assert installer_cd.facts(second)["Booted from"] == DISK


def reset(control: Path) -> None:
    """Press the reset button of a guest that has switched off and was kept (``-no-shutdown``)."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(control))
        with connection.makefile("rwb") as stream:
            monitor = Monitor(stream)
            for command in ("qmp_capabilities", "stop", "system_reset", "cont"):
                monitor.execute(command)


@pytest.mark.parametrize("order", ["a", "ac"])
def test_a_floppy_boots(tmp_path: Path, installed: DiskImage, order: str) -> None:
    floppy = installer_cd.build_floppy(tmp_path / "floppy.img")
    machine = PC.drive(floppy, interface="floppy", format="raw").drive(installed, interface="ide")
    assert said(machine.boot(order))["Booted from"] == FLOPPY


# The install


@pytest.mark.parametrize("machine_type", ["pc", "q35"])
@pytest.mark.parametrize("interface", ["virtio", "ide"])
def test_what_the_installer_writes_boots_without_the_cdrom(
    installer: Machine, blank: DiskImage, machine_type: str, interface: Any
) -> None:
    machine = installer.machine_type(machine_type).drive(blank, interface=interface).boot("d")
    words = run_guest(machine.argv())
    assert installer_cd.facts(words)["Hard disk"] == "51200 MiB, BIOS drive 80"
    assert "Installed." in words
    assert 0 < (blank.info().actual_size or 0) < 1 << 20

    words = run_guest(machine.without(Cdrom).boot("c").argv())
    assert installer_cd.facts(words)["Booted from"] == DISK
    assert "This came from the disk that the installer wrote." in words


def test_without_a_disk_nothing_is_installed(installer: Machine) -> None:
    words = run_guest(installer.argv())
    assert installer_cd.facts(words)["Hard disk"] == "none"
    assert "There is no hard disk to install to." in words
    assert "Installed." not in words


def test_a_read_only_disk_is_not_installed_to(installer: Machine, installed: DiskImage) -> None:
    machine = installer.drive(installed, interface="virtio", readonly=True).boot("d")
    words = run_guest(machine.argv())
    assert "the disk reports an error." in words
    assert "Installed." not in words


# Memory, vCPUs, processor


@pytest.mark.parametrize(
    ("memory", "mebibytes"),
    [(None, 128), (64, 64), ("64", 64), ("256M", 256), ("1.5G", 1536), ("8G", 8192)],
)
def test_the_guest_has_the_memory_asked_for(
    installer: Machine, memory: int | str | None, mebibytes: int
) -> None:
    machine = installer if memory is None else installer.memory(memory)
    expected = f"{mebibytes} MiB ({mebibytes - 1} MiB free in the BIOS's map)"
    assert said(machine)["Memory"] == expected


@pytest.mark.parametrize(
    ("smp", "cpus"),
    [
        (None, 1),
        ({"cpus": 4}, 4),
        ({"sockets": 1, "cores": 2, "threads": 2}, 4),
        ({"cpus": 2, "maxcpus": 8}, 2),
        ({"cpus": 3, "sockets": 2, "cores": 2, "threads": 1, "maxcpus": 4}, 3),
    ],
)
def test_the_guest_has_the_vcpus_asked_for(
    installer: Machine, smp: dict[str, Any] | None, cpus: int
) -> None:
    machine = installer if smp is None else installer.smp(**smp)
    assert said(machine)["vCPUs"] == str(cpus)


@pytest.mark.parametrize(
    ("cpu", "name"),
    [
        (None, "QEMU Virtual CPU version 2.5+"),
        ("max", "QEMU TCG CPU version 2.5+"),
        ("Nehalem", "Intel Core i7 9xx (Nehalem Class Core i7)"),
        ("max,model-id=A CPU of my own", "A CPU of my own"),
    ],
)
def test_the_guest_has_the_processor_asked_for(
    installer: Machine, cpu: str | None, name: str
) -> None:
    found = said(installer if cpu is None else installer.cpu(cpu))
    assert found["Processor"] == name
    assert found["Hypervisor"] == "TCGTCGTCGTCG"


def test_a_processor_can_hide_its_hypervisor(installer: Machine) -> None:
    assert said(installer.cpu("max,-hypervisor"))["Hypervisor"] == "none seen"


# The keyboard and the screen, over VNC by a real client


@pytest.mark.parametrize(
    ("layout", "typed", "arrives"),
    [
        ("en-us", "Zebra? 42 & yes!", "Zebra? 42 & yes!"),
        # The key that a German keyboard calls z is the one a US keyboard calls y, and so on; the
        # guest, which believes in a US keyboard, shows which keys were pressed.
        ("de", "zy-/", "yz/&"),
        ("fr", "azq", "qwa"),
    ],
)
def test_what_a_vnc_client_types_arrives(
    tmp_path: Path, layout: str, typed: str, arrives: str
) -> None:
    program, screen = tmp_path / "echo.img", tmp_path / "vnc"
    program.write_bytes(media.echo_program())
    machine = PC.drive(program, format="raw").vnc(unix=screen).keyboard(layout)
    with Guest(machine.argv()) as guest:
        guest.wait_for("Enter: ")
        words = asyncio.run(type_text(screen, typed, guest))
    assert words == f"Type, then press Enter: {arrives}\nThank you.\n"


SHIFTED = "Z?&!/"  # what a person types with Shift, on the keyboards of the test above


async def type_text(screen: Path, text: str, guest: Guest) -> str:
    async with connect(screen) as client:
        for key in text:
            client.keyboard.press(*(["Shift"] if key in SHIFTED else []), key)
        client.keyboard.press("Return")
        await client.drain()
        return await asyncio.to_thread(guest.finish)  # QEMU drops the keys of a client that leaves


def test_a_vnc_client_sees_the_installers_screen(
    tmp_path: Path, installer: Machine, blank: DiskImage
) -> None:
    screen = tmp_path / "vnc"
    machine = installer.drive(blank, interface="virtio").boot("d").vnc(unix=screen).no_shutdown()
    with Guest(machine.argv()) as guest:
        guest.wait_for("Switching off.")
        picture = asyncio.run(look(screen))
    assert picture.shape == (400, 720, 4)
    assert colours(picture[0:16, :]) == {(0xA8, 0xA8, 0xA8)}  # above the title
    assert colours(picture[64:80, 144:300]) == {BLUE, (0xFF, 0xFF, 0x57)}  # the first value
    assert colours(picture[240:256, 27:144]) == {BLUE, (0xFF, 0xFF, 0xFF)}  # the last line
    assert colours(picture[256:, :]) == {BLUE}


BLUE = (0, 0, 0xA8)


def colours(region: Any) -> set[tuple[int, ...]]:
    return {tuple(map(int, pixel[:3])) for row in region for pixel in row}


async def look(screen: Path) -> Any:
    async with connect(screen) as client:
        return await client.screenshot()


def connect(path: Path) -> Any:
    """A VNC client on a unix socket, so that tests at the same time need no ports."""
    return asyncvnc.connect(str(path), opener=lambda path, _: asyncio.open_unix_connection(path))


# What only an operating system can say


def test_linux_sees_the_topology_and_the_numa_nodes() -> None:
    machine = (
        linux(PC.cpu("Nehalem").memory("1G").smp(8, sockets=2, cores=2, threads=2))
        .memory_backend_ram("near", size="256M")
        .memory_backend_ram("far", size="768M")
        .numa_node(0, cpus="0-3", memdev="near")
        .numa_node(1, cpus="4-7", memdev="far")
        .numa_dist(0, 1, 31)
    )
    found = installer_cd.facts(run_guest(machine.argv(), timeout=60))
    cpus = [numbers(found[f"cpu{number}"]) for number in range(8)]
    assert [(cpu["package"], cpu["core"]) for cpu in cpus] == [
        *((0, 0), (0, 0), (0, 1), (0, 1)),
        *((1, 0), (1, 0), (1, 1), (1, 1)),
    ]
    assert found["Processor"] == "Intel Core i7 9xx (Nehalem Class Core i7)"
    assert found["node0"].startswith("cpus=0-3 ")
    assert found["node0"].endswith("distance=10 31")
    assert found["node1"].startswith("cpus=4-7 ")
    # The kernel keeps some of each node's memory to itself.
    assert 200 < numbers(found["node0"])["memory"] / 1024 < 256
    assert 700 < numbers(found["node1"])["memory"] / 1024 < 768


def test_linux_sees_the_disks_and_the_cdrom(
    installer: Machine, blank: DiskImage, installed: DiskImage
) -> None:
    machine = (
        linux(installer.memory("256M"))
        .drive(blank, interface="virtio")
        .drive(installed, interface="virtio", readonly=True)
    )
    found = installer_cd.facts(run_guest(machine.argv(), timeout=60))
    assert numbers(found["vda"]) == {"sectors": 50 * 2**30 // 512, "read_only": 0}
    assert numbers(found["vdb"]) == {"sectors": 2**20 // 512, "read_only": 1}
    assert numbers(found["sr0"])["sectors"] == media.installer_iso().stat().st_size // 512
    assert "cpu1" not in found
    assert 180 < int(found["MemTotal"].removesuffix(" kB")) / 1024 < 256
