"""The whole lesson, for real: a disk, a machine, an installation, and a boot from that disk.

    python docs/examples/lesson.py                  with the small installer this project builds
    python docs/examples/lesson.py --iso my.iso     with an installer of your own

It needs QEMU, nasm, and ``pip install 'qemubuild[test]'``: pycdlib makes the ISO, and asyncvnc is
the VNC client that looks at the guest's screen.
"""

from __future__ import annotations

import argparse
import inspect
import os
import shlex
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import installer_cd
from vnc_picture import vnc_picture

from qemubuild import Cdrom, DiskImage, Host, Machine, Process, QemuBuildError

PATIENCE = 60  # seconds, for guests that need less than one


def build(disk: DiskImage, iso: Path, memory: str, *, kvm: bool) -> Machine:
    """The machine of the lesson."""
    machine = Machine("x86_64")
    machine = machine.enable_kvm().cpu("host") if kvm else machine.cpu("max")
    return (
        machine.smp(4)
        .memory(memory)
        .keyboard("en-us")
        .vnc(0, host="127.0.0.1", to=99)  # the first free display of these
        .usbdevice("tablet")
        .drive(disk, interface="virtio")
        .cdrom(iso)
        .boot("d")
    )


def main() -> int:
    """Run the lesson; 0 if the guests said what they should have."""
    parser = argparse.ArgumentParser(description="The lesson on virtual machines, for real.")
    parser.add_argument("--iso", type=Path, help="an installer of your own")
    parser.add_argument("--directory", type=Path, help="where to work (default: a new directory)")
    options = parser.parse_args()
    iso = options.iso.absolute() if options.iso else None
    directory = options.directory or Path(tempfile.mkdtemp(prefix="lesson-"))
    directory.mkdir(parents=True, exist_ok=True)
    os.chdir(directory)
    try:
        return lesson(iso)
    except (QemuBuildError, GuestFailure, installer_cd.MissingAssembler) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def lesson(iso: Path | None) -> int:
    """All of it, in the current directory."""
    heading("1. A disk")
    disk = DiskImage("mydisk.qcow2", size="50G")
    print(f"This runs `{shlex.join(disk.create_argv())}`:\n")
    disk = disk.create()
    print(disk.info())

    heading("2. A machine")
    host = Host()
    kvm = choose_kvm(host)
    memory = choose_memory(host)
    installer = build(disk, iso or installer_cd.build("installer.iso"), memory, kvm=kvm)
    print(inspect.getsource(build))
    print(f"That is the same as this command:\n\n{installer}\n")
    print(f"Its options, one by one:\n\n{installer.explain()}")
    if iso:
        return install_by_hand(installer)

    heading("3. The installation, from the CD-ROM")
    first = boot(installer, "installer")
    print(disk.info())

    heading("4. The machine without the CD-ROM, from its disk")
    server = installer.without(Cdrom).boot("c")
    print(f'installer.without(Cdrom).boot("c") is this command:\n\n{server}\n')
    second = boot(server, "installed")

    heading("What the guests found, beside what they were given")
    given = {
        "Memory": {"8G": "8192 MiB", "1G": "1024 MiB"}[memory],
        "vCPUs": "4",
        "Hypervisor": "KVMKVMKVM" if kvm else "TCGTCGTCGTCG",
        "Hard disk": "51200 MiB",
    }
    right = [
        agree("The installer", first, {"Booted from": "CD-ROM", **given}),
        agree("What it installed", second, {"Booted from": "hard disk", **given}),
    ]
    print(f"The disk, and pictures of both screens, are in {Path.cwd()}")
    return 0 if all(right) else 1


def choose_kvm(host: Host) -> bool:
    """Whether to use KVM; says why."""
    if host.arch != "x86_64":
        print(f"No KVM: this host is {host.arch}, the guest x86_64. QEMU emulates it (TCG).\n")
        return False
    if not host.kvm.usable:
        reason = f"No KVM: {host.kvm.reason}. So QEMU emulates the processor (TCG)."
        print(textwrap.fill(reason, 80) + "\n")
        return False
    print("KVM works here: the guest runs on the processor itself.\n")
    return True


def choose_memory(host: Host) -> str:
    """As in the lesson, or less where the host is small."""
    if host.can_allocate(8 << 30):
        return "8G"
    print("This host cannot give a guest the lesson's 8G of memory: it gets 1G.\n")
    return "1G"


def install_by_hand(installer: Machine) -> int:
    """With an installer that only a person can answer: say where its screen is, and wait."""
    heading("3. The installation, by you")
    server = installer.without(Cdrom).boot("c")
    with installer.launch() as vm:
        print(f"Look at the screen with a VNC client, at {vm.vnc_address}. The guest runs until")
        print("it powers off, or you press Ctrl-C here. What you installed starts by:\n")
        print(f"cd {shlex.quote(str(Path.cwd()))}\n{server}", flush=True)
        return vm.wait()


class GuestFailure(Exception):
    """A guest did not say what was waited for."""


def boot(machine: Machine, name: str) -> dict[str, str]:
    """Run a machine until its guest switches off; what the guest said of itself."""
    # To see it, two options more: the guest's words go to a file, and when the guest switches
    # off, QEMU stays, and the screen with it.
    words = Path(f"{name}.txt")
    with machine.serial(f"file:{words}").no_shutdown().launch() as vm:
        print(f"Its screen is on VNC at {vm.vnc_address}. The guest says:\n", flush=True)
        said = wait_for("Switching off.", words, vm)
        Path(f"{name}.png").write_bytes(vnc_picture(vm.vnc_address or ""))
    print(textwrap.indent(said.rstrip(), "  | ", lambda _: True))
    print(f"\nA picture of its screen: {name}.png")
    return installer_cd.facts(said)


def wait_for(last: str, words: Path, vm: Process) -> str:
    """Wait until the guest has said this; all it said."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ended = vm.poll() is not None
        said = words.read_text(errors="replace") if words.exists() else ""
        if last in said:
            return said
        if ended:
            break
        time.sleep(0.02)
    raise GuestFailure(f"the guest did not come to say {last!r}\n{vm.log}")


def agree(title: str, found: dict[str, str], given: dict[str, str]) -> bool:
    """Show what a guest found beside what it was given; whether they agree."""
    print(f"{title}:")
    right = {label: found.get(label, "").startswith(value) for label, value in given.items()}
    for label, value in given.items():
        verdict = "right" if right[label] else "WRONG"
        print(f"  {label:12} {value:13} {verdict}  {found.get(label)}")
    print()
    return all(right.values())


def heading(text: str) -> None:
    print(f"\n{text}\n{'=' * len(text)}\n")


if __name__ == "__main__":
    sys.exit(main())
