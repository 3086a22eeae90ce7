"""The options that are a flag and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Shows, UsbBus
from qemubuild.option import Flag
from qemubuild.options._versions import changed
from qemubuild.targets import X86, board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Nodefaults(Flag):
    """Leave out what QEMU adds by itself: serial port, monitor, CD-ROM drive, display, network."""

    flag = "-nodefaults"

    def explain(self) -> str:
        """Say what is left out."""
        return (
            "Leaves out the devices QEMU adds by itself: serial and parallel port, monitor, "
            "floppy and CD-ROM drive, display adapter and network card. Without it the guest "
            "has them, whether you named them or not."
        )


class NoReboot(Flag):
    """End QEMU when the guest reboots."""

    flag = "-no-reboot"

    def explain(self) -> str:
        """Say what a reboot does."""
        return "Ends QEMU when the guest reboots. Without it the guest starts again."


class NoShutdown(Flag):
    """Keep QEMU and its screen when the guest powers off."""

    flag = "-no-shutdown"

    def explain(self) -> str:
        """Say what a power-off does."""
        return (
            "Keeps QEMU, stopped, when the guest powers off, so that its screen and disks can "
            "still be looked at. Without it QEMU ends."
        )


class Snapshot(Flag):
    """Write to temporary files instead of the disk images."""

    flag = "-snapshot"

    def explain(self) -> str:
        """Say where writes go."""
        return (
            "Writes what the guest changes to temporary files, so that every disk image stays as "
            "it is. Without it the images change."
        )


class Nographic(Flag):
    """Give the guest no screen: its serial port and QEMU's monitor share the terminal."""

    flag = "-nographic"

    def explain(self) -> str:
        """Say where the guest is seen."""
        return (
            "Gives the guest no screen; its serial port and QEMU's monitor share the terminal "
            "(Ctrl-a h for help). Without it QEMU opens a window."
        )


class Paused(Flag):
    """Start with the processors stopped, until a monitor says ``cont``."""

    flag = "-S"

    def explain(self) -> str:
        """Say what waits."""
        return "Starts the guest paused, until QEMU's monitor is told 'cont'. Without it it runs."


class Usb(Flag):
    """Give the machine a USB controller, where its type has one to give."""

    flag = "-usb"

    def claims(self) -> Iterator[UsbBus]:
        """State the bus."""
        yield UsbBus()

    def explain(self) -> str:
        """Say what it is for."""
        return "Gives the machine a USB controller, which -device usb-... needs to plug into."


class FullScreen(Flag):
    """Open QEMU's window as large as the screen."""

    flag = "-full-screen"

    def explain(self) -> str:
        """Say how large the window is."""
        return "Opens QEMU's window as large as the screen. Without it it is as large as needed."


class Preconfig(Flag):
    """Wait before the machine is made, until QMP says ``x-exit-preconfig``."""

    flag = "-preconfig"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge what else wants to fill the machine."""
        for option in machine.options:
            if option.flag == "-loadvm":
                yield option.error(
                    "preconfig-with-state",
                    "-preconfig waits before there is a machine, and this goes on in one",
                    "leave one of them out",
                )
            elif option.flag == "-incoming" and option.words[-1] != "defer":
                yield option.error(
                    "preconfig-with-state",
                    "-preconfig waits before there is a machine for a guest to come into",
                    "write incoming('defer'), and say over QMP where from (migrate-incoming)",
                )
        for option, shown in machine.claims(Shows):
            yield option.error(
                "preconfig-with-screen",
                f"-preconfig waits before there are devices, and this shows {shown.device!r} at "
                "once",
                "leave display out, or -preconfig",
                "display",
            )

    def explain(self) -> str:
        """Say what waits, and for what."""
        return (
            "Waits before the machine is made, so that QMP can still say what is in it; "
            "x-exit-preconfig goes on. Without it the machine is made at once."
        )


class Win2kHack(Flag):
    """Work around a bug of Windows 2000's installer, which takes the disk for full (PCs)."""

    flag = "-win2k-hack"
    archs = X86

    def explain(self) -> str:
        """Say what it is for."""
        return (
            "Works around a bug of Windows 2000's installer, which takes the disk for full. "
            "Without it disks are faster."
        )


class NoFdBootchk(Flag):
    """Boot from floppy disks without the signature that says they can be (PCs)."""

    flag = "-no-fd-bootchk"
    archs = X86

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether the board has a BIOS that checks."""
        board = board_of(machine)
        if board is None or board.name not in ("microvm", "none"):
            return
        finding = changed(self, machine, refused_by=(10, 0), taken_by=(7, 2))
        if finding is not None:
            yield finding(
                "fd-bootchk-unsupported",
                f"the machine type {board.name} boots no floppy disks: newer QEMUs refuse this",
                "leave it out, or choose another machine type, such as machine_type('pc')",
            )

    def explain(self) -> str:
        """Say which disks boot."""
        return (
            "Has the BIOS start floppy disks that lack the signature of one to boot from, as very "
            "old ones do. Without it they are passed over."
        )
