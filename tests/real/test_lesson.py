"""The lesson on a real QEMU, judged by what its guests say reached them."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from typing import TYPE_CHECKING

import asyncvnc
import pytest
from installer_cd import FLOPPY_SIZE, facts

from tests.real.guests import media
from tests.real.guests.linux import linux_argv, numbers
from tests.real.guests.run import Guest, run_guest
from tests.real.judge import Monitor

if TYPE_CHECKING:
    from pathlib import Path

QEMU = ["qemu-system-x86_64", "-accel", "tcg"]
CD, DISK, FLOPPY = "CD-ROM, BIOS drive E0", "hard disk, BIOS drive 80", "floppy, BIOS drive 00"


@pytest.fixture
def blank(tmp_path: Path) -> list[str]:
    """A disk with nothing on it."""
    disk = tmp_path / "blank.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", disk, "50G"], check=True)
    return ["-drive", f"file={disk},if=virtio"]


@pytest.fixture
def installed(tmp_path: Path) -> list[str]:
    """A disk with the boot program on it, as the installer leaves it."""
    disk = tmp_path / "installed.img"
    disk.write_bytes(media.installer_program().ljust(1 << 20, b"\0"))
    return ["-drive", f"file={disk},if=virtio,format=raw"]


@pytest.fixture
def cdrom() -> list[str]:
    return ["-cdrom", str(media.installer_iso())]


# Which device the BIOS boots from


@pytest.mark.parametrize("machine_type", ["pc", "q35"])
@pytest.mark.parametrize(
    ("boot", "expected"),
    [
        ("d", CD),
        ("c", DISK),
        (None, DISK),
        ("dc", CD),
        ("order=cd", DISK),
        ("once=d", CD),
        ("once=c,order=d", DISK),
        ("a", DISK),
    ],
)
def test_boot_chooses_between_the_disk_and_the_cdrom(
    installed: list[str], cdrom: list[str], machine_type: str, boot: str | None, expected: str
) -> None:
    option = ["-boot", boot] if boot else []
    words = run_guest([*QEMU, "-machine", machine_type, *installed, *cdrom, *option])
    assert facts(words)["Booted from"] == expected


@pytest.mark.parametrize("boot", [[], ["-boot", "c"], ["-boot", "order=cd"]])
def test_a_blank_disk_falls_through_to_the_cdrom(
    blank: list[str], cdrom: list[str], boot: list[str]
) -> None:
    assert facts(run_guest([*QEMU, *blank, *cdrom, *boot]))["Booted from"] == CD


def test_once_is_for_the_first_boot_only(
    installed: list[str], cdrom: list[str], tmp_path: Path
) -> None:
    control = tmp_path / "qmp"
    argv = [*QEMU, *installed, *cdrom, "-boot", "once=d", "-no-shutdown"]
    with Guest([*argv, "-qmp", f"unix:{control},server=on,wait=off"]) as guest:
        assert facts(guest.wait_for("Switching off."))["Booted from"] == CD
        reset(control)
        again = guest.wait_for("This came from the disk").partition("Switching off.")[2]
    assert facts(again)["Booted from"] == DISK


def test_a_floppy_boots(tmp_path: Path, blank: list[str]) -> None:
    floppy = tmp_path / "floppy.img"
    floppy.write_bytes(media.installer_program().ljust(FLOPPY_SIZE, b"\0"))
    drive = ["-drive", f"file={floppy},if=floppy,format=raw"]
    words = run_guest([*QEMU, *drive, *blank, "-boot", "a"])
    assert facts(words)["Booted from"] == FLOPPY


# The install


@pytest.mark.parametrize("machine_type", ["pc", "q35"])
@pytest.mark.parametrize("interface", ["virtio", "ide"])
def test_what_the_installer_writes_boots_without_the_cdrom(
    blank: list[str], cdrom: list[str], machine_type: str, interface: str
) -> None:
    disk = [blank[0], blank[1].replace("virtio", interface)]
    machine = [*QEMU, "-machine", machine_type, *disk]

    words = run_guest([*machine, *cdrom, "-boot", "d"])
    assert facts(words)["Hard disk"] == "51200 MiB, BIOS drive 80"
    assert "Installed." in words

    words = run_guest([*machine, "-boot", "c"])
    assert facts(words)["Booted from"] == DISK
    assert "This came from the disk that the installer wrote." in words


def test_without_a_disk_nothing_is_installed(cdrom: list[str]) -> None:
    words = run_guest([*QEMU, *cdrom])
    assert facts(words)["Hard disk"] == "none"
    assert "There is no hard disk to install to." in words
    assert "Installed." not in words


def test_a_read_only_disk_is_not_installed_to(installed: list[str], cdrom: list[str]) -> None:
    disk = [installed[0], installed[1] + ",read-only=on"]
    words = run_guest([*QEMU, *disk, *cdrom, "-boot", "d"])
    assert "the disk reports an error." in words
    assert "Installed." not in words


# Memory, vCPUs, processor


@pytest.mark.parametrize(
    ("memory", "mebibytes"),
    [(None, 128), ("64", 64), ("8G", 8192), ("1.5G", 1536), ("size=256M", 256)],
)
def test_the_guest_has_the_memory_asked_for(
    cdrom: list[str], memory: str | None, mebibytes: int
) -> None:
    option = ["-m", memory] if memory else []
    said = facts(run_guest([*QEMU, *cdrom, *option]))["Memory"]
    assert said.startswith(f"{mebibytes} MiB ({mebibytes - 1} MiB free")


@pytest.mark.parametrize(
    ("smp", "cpus"),
    [
        (None, 1),
        ("4", 4),
        ("sockets=1,cores=2,threads=2", 4),
        ("2,maxcpus=8", 2),
        ("cpus=3,sockets=2,cores=2,threads=1,maxcpus=4", 3),
    ],
)
def test_the_guest_has_the_vcpus_asked_for(cdrom: list[str], smp: str | None, cpus: int) -> None:
    option = ["-smp", smp] if smp else []
    assert facts(run_guest([*QEMU, *cdrom, *option]))["vCPUs"] == str(cpus)


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
    cdrom: list[str], cpu: str | None, name: str
) -> None:
    option = ["-cpu", cpu] if cpu else []
    said = facts(run_guest([*QEMU, *cdrom, *option]))
    assert said["Processor"] == name
    assert said["Hypervisor"] == "TCGTCGTCGTCG"


def test_a_processor_can_hide_its_hypervisor(cdrom: list[str]) -> None:
    words = run_guest([*QEMU, *cdrom, "-cpu", "max,-hypervisor"])
    assert facts(words)["Hypervisor"] == "none seen"


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
    program = tmp_path / "echo.img"
    program.write_bytes(media.echo_program())
    screen = tmp_path / "vnc"
    argv = [*QEMU, "-drive", f"file={program},format=raw", "-vnc", f"unix:{screen}", "-k", layout]
    with Guest(argv) as guest:
        guest.wait_for("Enter: ")
        words = asyncio.run(type_text(screen, typed, guest))
    assert words == f"Type, then press Enter: {arrives}\nThank you.\n"


def test_a_vnc_client_sees_the_installers_screen(
    tmp_path: Path, blank: list[str], cdrom: list[str]
) -> None:
    screen = tmp_path / "vnc"
    argv = [*QEMU, *blank, *cdrom, "-boot", "d", "-vnc", f"unix:{screen}", "-no-shutdown"]
    with Guest(argv) as guest:
        guest.wait_for("Switching off.")
        picture = asyncio.run(look(screen))
    assert picture.shape == (400, 720, 4)
    assert colours(picture[0:16, :]) == {(0xA8, 0xA8, 0xA8)}  # above the title
    assert colours(picture[64:80, 144:300]) == {BLUE, (0xFF, 0xFF, 0x57)}  # the first value
    assert colours(picture[240:256, 27:144]) == {BLUE, (0xFF, 0xFF, 0xFF)}  # the last line
    assert colours(picture[256:, :]) == {BLUE}


SHIFTED = "Z?&!/"  # what a person types with Shift, on the keyboards of the test above


async def type_text(screen: Path, text: str, guest: Guest) -> str:
    async with connect(screen) as client:
        for key in text:
            client.keyboard.press(*(["Shift"] if key in SHIFTED else []), key)
        client.keyboard.press("Return")
        await client.drain()
        return await asyncio.to_thread(guest.finish)  # QEMU drops the keys of a client that leaves


BLUE = (0, 0, 0xA8)


def colours(region) -> set[tuple[int, ...]]:
    return {tuple(map(int, pixel[:3])) for row in region for pixel in row}


async def look(screen: Path):
    async with connect(screen) as client:
        return await client.screenshot()


def connect(socket: Path):
    """A VNC client on a unix socket, so that tests at the same time need no ports."""
    return asyncvnc.connect(str(socket), opener=lambda path, _: asyncio.open_unix_connection(path))


def reset(control: Path) -> None:
    """Press the reset button of a guest that has switched off and was kept (``-no-shutdown``)."""

    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(control))
        with connection.makefile("rwb") as stream:
            monitor = Monitor(stream)
            for command in ("qmp_capabilities", "stop", "system_reset", "cont"):
                monitor.execute(command)


# What only an operating system can say


def test_linux_sees_the_topology_and_the_numa_nodes() -> None:
    words = run_guest(
        [
            *QEMU, *linux_argv(),
            *("-cpu", "Nehalem", "-m", "1G"),
            *("-smp", "8,sockets=2,cores=2,threads=2"),
            *("-object", "memory-backend-ram,id=near,size=256M"),
            *("-object", "memory-backend-ram,id=far,size=768M"),
            *("-numa", "node,nodeid=0,cpus=0-3,memdev=near"),
            *("-numa", "node,nodeid=1,cpus=4-7,memdev=far"),
            *("-numa", "dist,src=0,dst=1,val=31"),
        ],
        timeout=60,
    )  # fmt: skip
    said = facts(words)
    cpus = [numbers(said[f"cpu{number}"]) for number in range(8)]
    assert [(cpu["package"], cpu["core"]) for cpu in cpus] == [
        *((0, 0), (0, 0), (0, 1), (0, 1)),
        *((1, 0), (1, 0), (1, 1), (1, 1)),
    ]
    assert said["Processor"] == "Intel Core i7 9xx (Nehalem Class Core i7)"
    assert said["node0"].startswith("cpus=0-3 ")
    assert said["node0"].endswith("distance=10 31")
    assert said["node1"].startswith("cpus=4-7 ")
    # The kernel keeps some of each node's memory to itself.
    assert 200 < numbers(said["node0"])["memory"] / 1024 < 256
    assert 700 < numbers(said["node1"])["memory"] / 1024 < 768


def test_linux_sees_the_disks_and_the_cdrom(
    blank: list[str], installed: list[str], cdrom: list[str]
) -> None:
    read_only = [installed[0], installed[1] + ",read-only=on"]
    words = run_guest([*QEMU, *linux_argv(), "-m", "256M", *blank, *read_only, *cdrom], timeout=60)
    said = facts(words)
    assert numbers(said["vda"]) == {"sectors": 50 * 2**30 // 512, "read_only": 0}
    assert numbers(said["vdb"]) == {"sectors": 2**20 // 512, "read_only": 1}
    assert numbers(said["sr0"])["sectors"] == media.installer_iso().stat().st_size // 512
    assert "cpu1" not in said
    assert 180 < int(said["MemTotal"].removesuffix(" kB")) / 1024 < 256
