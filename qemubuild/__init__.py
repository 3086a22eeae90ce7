"""QEMU's command line as fluent, typed, immutable builder objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.errors import (
    CommandSyntaxError,
    ImageError,
    InvalidMachine,
    InvalidOption,
    LaunchError,
    NotInstalled,
    QemuBuildError,
)
from qemubuild.findings import Finding, Findings, Severity
from qemubuild.machine import Machine
from qemubuild.option import Option
from qemubuild.options.accel import Accel, EnableKvm
from qemubuild.options.audiodev import Audiodev
from qemubuild.options.blockdev import Blockdev
from qemubuild.options.boot import Boot
from qemubuild.options.chardev import Chardev
from qemubuild.options.cpu import Cpu
from qemubuild.options.debugcon import Debugcon
from qemubuild.options.device import Device
from qemubuild.options.display import Display
from qemubuild.options.drive import Drive
from qemubuild.options.flags import (
    Nodefaults,
    Nographic,
    NoReboot,
    NoShutdown,
    Paused,
    Snapshot,
    Usb,
)
from qemubuild.options.gdb import Gdb
from qemubuild.options.keyboard import Keyboard
from qemubuild.options.machine_type import MachineType
from qemubuild.options.media import Cdrom, Fda, Fdb, Hda, Hdb, Hdc, Hdd, Mtdblock, Pflash, Sd
from qemubuild.options.memory import Memory
from qemubuild.options.mon import Mon
from qemubuild.options.monitor import Monitor, Qmp, QmpPretty
from qemubuild.options.name import Name
from qemubuild.options.net import Net
from qemubuild.options.netdev import Netdev
from qemubuild.options.nic import Nic
from qemubuild.options.numa import Numa, NumaCpu, NumaDist, NumaHmatCache, NumaHmatLb, NumaNode
from qemubuild.options.object import (
    MemoryBackendFile,
    MemoryBackendMemfd,
    MemoryBackendRam,
    Object,
    Secret,
)
from qemubuild.options.parallel import Parallel
from qemubuild.options.raw import Raw
from qemubuild.options.rtc import Rtc
from qemubuild.options.serial import Serial
from qemubuild.options.smp import Smp
from qemubuild.options.usbdevice import Usbdevice
from qemubuild.options.vga import Vga
from qemubuild.options.vnc import Vnc
from qemubuild.values import Url

if TYPE_CHECKING:
    from qemubuild.disk import DiskImage, ImageInfo
    from qemubuild.host import Host
    from qemubuild.process import Process

__version__ = "0.1.0.dev0"

__all__ = [
    "Accel",
    "Audiodev",
    "Blockdev",
    "Boot",
    "Cdrom",
    "Chardev",
    "CommandSyntaxError",
    "Cpu",
    "Debugcon",
    "Device",
    "DiskImage",
    "Display",
    "Drive",
    "EnableKvm",
    "Fda",
    "Fdb",
    "Finding",
    "Findings",
    "Gdb",
    "Hda",
    "Hdb",
    "Hdc",
    "Hdd",
    "Host",
    "ImageError",
    "ImageInfo",
    "InvalidMachine",
    "InvalidOption",
    "Keyboard",
    "LaunchError",
    "Machine",
    "MachineType",
    "Memory",
    "MemoryBackendFile",
    "MemoryBackendMemfd",
    "MemoryBackendRam",
    "Mon",
    "Monitor",
    "Mtdblock",
    "Name",
    "Net",
    "Netdev",
    "Nic",
    "NoReboot",
    "NoShutdown",
    "Nodefaults",
    "Nographic",
    "NotInstalled",
    "Numa",
    "NumaCpu",
    "NumaDist",
    "NumaHmatCache",
    "NumaHmatLb",
    "NumaNode",
    "Object",
    "Option",
    "Parallel",
    "Paused",
    "Pflash",
    "Process",
    "QemuBuildError",
    "Qmp",
    "QmpPretty",
    "Raw",
    "Rtc",
    "Sd",
    "Secret",
    "Serial",
    "Severity",
    "Smp",
    "Snapshot",
    "Url",
    "Usb",
    "Usbdevice",
    "Vga",
    "Vnc",
]

# What only some programs use is loaded when it is first asked for.
_LATE = {
    "DiskImage": "qemubuild.disk",
    "Host": "qemubuild.host",
    "ImageInfo": "qemubuild.disk",
    "Process": "qemubuild.process",
}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    value = globals()[name] = getattr(import_module(_LATE[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
