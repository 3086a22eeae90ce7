"""QEMU's command line as fluent, typed, immutable builder objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.errors import (
    CommandError,
    CommandSyntaxError,
    ControlError,
    ImageError,
    InvalidMachine,
    InvalidOption,
    LaunchError,
    NotInstalled,
    NotRunning,
    QemuBuildError,
)
from qemubuild.findings import Finding, Findings, Severity
from qemubuild.machine import Machine
from qemubuild.option import Option
from qemubuild.options.accel import Accel, EnableKvm
from qemubuild.options.boot import Boot
from qemubuild.options.cpu import Cpu
from qemubuild.options.device import Device
from qemubuild.options.drive import Drive
from qemubuild.options.flags import (
    FullScreen,
    Nodefaults,
    NoFdBootchk,
    Nographic,
    NoReboot,
    NoShutdown,
    Paused,
    Preconfig,
    Snapshot,
    Usb,
    Win2kHack,
)
from qemubuild.options.keyboard import Keyboard
from qemubuild.options.machine_type import MachineType
from qemubuild.options.media import Cdrom, Fda, Fdb, Hda, Hdb, Hdc, Hdd, Mtdblock, Pflash, Sd
from qemubuild.options.memory import Memory
from qemubuild.options.name import Name
from qemubuild.options.netdev import Netdev
from qemubuild.options.raw import Raw
from qemubuild.options.smp import Smp
from qemubuild.options.usbdevice import Usbdevice
from qemubuild.options.vnc import Vnc
from qemubuild.values import Url

if TYPE_CHECKING:
    from qemubuild.capabilities import Qemu
    from qemubuild.disk import (
        Bitmap,
        Chain,
        CheckResult,
        Comparison,
        DiskImage,
        Extent,
        ImageInfo,
        ImageSnapshot,
        Luks,
        Measurement,
        Progress,
        Qcow2Options,
        QedOptions,
        RawOptions,
        VdiOptions,
        VhdxOptions,
        VmdkOptions,
        VpcOptions,
    )
    from qemubuild.display.picture import Picture
    from qemubuild.host import Host
    from qemubuild.many import launch_all, stop_all
    from qemubuild.options._smbios import Smbios, SmbiosFile, SmbiosStrings
    from qemubuild.options.acpitable import Acpitable
    from qemubuild.options.action import Action
    from qemubuild.options.add_fd import AddFd
    from qemubuild.options.audio import Audio
    from qemubuild.options.audiodev import Audiodev
    from qemubuild.options.blockdev import Blockdev
    from qemubuild.options.chardev import Chardev
    from qemubuild.options.compat import Compat
    from qemubuild.options.daemon import Daemonize, Pidfile
    from qemubuild.options.debugcon import Debugcon
    from qemubuild.options.display import Display
    from qemubuild.options.echr import Echr
    from qemubuild.options.firmware import Bios, DataDir
    from qemubuild.options.fsdev import Fsdev
    from qemubuild.options.fw_cfg import FwCfg
    from qemubuild.options.gdb import Gdb, GdbDefault
    from qemubuild.options.icount import Icount, Seed
    from qemubuild.options.incoming import Incoming
    from qemubuild.options.iscsi import Iscsi
    from qemubuild.options.kernel import Append, Dtb, Initrd, Kernel, Shim
    from qemubuild.options.log import Dfilter, LogFile, LogItems, Msg, Trace
    from qemubuild.options.memory_path import MemPath, MemPrealloc
    from qemubuild.options.mon import Mon
    from qemubuild.options.monitor import Monitor, Qmp, QmpPretty
    from qemubuild.options.net import Net
    from qemubuild.options.nic import Nic
    from qemubuild.options.numa import Numa, NumaCpu, NumaDist, NumaHmatCache, NumaHmatLb, NumaNode
    from qemubuild.options.object import (
        MemoryBackendFile,
        MemoryBackendMemfd,
        MemoryBackendRam,
        Object,
        Secret,
    )
    from qemubuild.options.openbios import PromEnv, Resolution
    from qemubuild.options.option_rom import OptionRom
    from qemubuild.options.overcommit import Overcommit
    from qemubuild.options.parallel import Parallel
    from qemubuild.options.profiling import EnableSyncProfile, Jitdump, Perfmap, Plugin
    from qemubuild.options.properties import GlobalProperty, SetProperty
    from qemubuild.options.qtest import Qtest, QtestLog
    from qemubuild.options.readconfig import NoUserConfig, Readconfig
    from qemubuild.options.rtc import Rtc
    from qemubuild.options.run_with import RunWith
    from qemubuild.options.sandbox import Sandbox
    from qemubuild.options.semihosting import Semihosting, SemihostingConfig
    from qemubuild.options.serial import Serial
    from qemubuild.options.smbios import (
        SmbiosBios,
        SmbiosBoard,
        SmbiosChassis,
        SmbiosMemory,
        SmbiosOnboard,
        SmbiosPort,
        SmbiosProcessor,
        SmbiosSlot,
        SmbiosSystem,
    )
    from qemubuild.options.spice import Spice
    from qemubuild.options.tpmdev import Tpmdev
    from qemubuild.options.uuid import Uuid
    from qemubuild.options.vga import Vga
    from qemubuild.options.virtfs import Virtfs
    from qemubuild.options.vmstate import DumpVmstate, Loadvm, OnlyMigratable
    from qemubuild.options.watchdog import WatchdogAction
    from qemubuild.options.xen import XenAttach, XenDomid, XenDomidRestrict
    from qemubuild.process import Exit, Process
    from qemubuild.recipes import Forward

__version__ = "0.1.0.dev0"

__all__ = [
    "Accel",
    "Acpitable",
    "Action",
    "AddFd",
    "Append",
    "Audio",
    "Audiodev",
    "Bios",
    "Bitmap",
    "Blockdev",
    "Boot",
    "Cdrom",
    "Chain",
    "Chardev",
    "CheckResult",
    "CommandError",
    "CommandSyntaxError",
    "Comparison",
    "Compat",
    "ControlError",
    "Cpu",
    "Daemonize",
    "DataDir",
    "Debugcon",
    "Device",
    "Dfilter",
    "DiskImage",
    "Display",
    "Drive",
    "Dtb",
    "DumpVmstate",
    "Echr",
    "EnableKvm",
    "EnableSyncProfile",
    "Exit",
    "Extent",
    "Fda",
    "Fdb",
    "Finding",
    "Findings",
    "Forward",
    "Fsdev",
    "FullScreen",
    "FwCfg",
    "Gdb",
    "GdbDefault",
    "GlobalProperty",
    "Hda",
    "Hdb",
    "Hdc",
    "Hdd",
    "Host",
    "Icount",
    "ImageError",
    "ImageInfo",
    "ImageSnapshot",
    "Incoming",
    "Initrd",
    "InvalidMachine",
    "InvalidOption",
    "Iscsi",
    "Jitdump",
    "Kernel",
    "Keyboard",
    "LaunchError",
    "Loadvm",
    "LogFile",
    "LogItems",
    "Luks",
    "Machine",
    "MachineType",
    "Measurement",
    "MemPath",
    "MemPrealloc",
    "Memory",
    "MemoryBackendFile",
    "MemoryBackendMemfd",
    "MemoryBackendRam",
    "Mon",
    "Monitor",
    "Msg",
    "Mtdblock",
    "Name",
    "Net",
    "Netdev",
    "Nic",
    "NoFdBootchk",
    "NoReboot",
    "NoShutdown",
    "NoUserConfig",
    "Nodefaults",
    "Nographic",
    "NotInstalled",
    "NotRunning",
    "Numa",
    "NumaCpu",
    "NumaDist",
    "NumaHmatCache",
    "NumaHmatLb",
    "NumaNode",
    "Object",
    "OnlyMigratable",
    "Option",
    "OptionRom",
    "Overcommit",
    "Parallel",
    "Paused",
    "Perfmap",
    "Pflash",
    "Picture",
    "Pidfile",
    "Plugin",
    "Preconfig",
    "Process",
    "Progress",
    "PromEnv",
    "Qcow2Options",
    "QedOptions",
    "Qemu",
    "QemuBuildError",
    "Qmp",
    "QmpPretty",
    "Qtest",
    "QtestLog",
    "Raw",
    "RawOptions",
    "Readconfig",
    "Resolution",
    "Rtc",
    "RunWith",
    "Sandbox",
    "Sd",
    "Secret",
    "Seed",
    "Semihosting",
    "SemihostingConfig",
    "Serial",
    "SetProperty",
    "Severity",
    "Shim",
    "Smbios",
    "SmbiosBios",
    "SmbiosBoard",
    "SmbiosChassis",
    "SmbiosFile",
    "SmbiosMemory",
    "SmbiosOnboard",
    "SmbiosPort",
    "SmbiosProcessor",
    "SmbiosSlot",
    "SmbiosStrings",
    "SmbiosSystem",
    "Smp",
    "Snapshot",
    "Spice",
    "Tpmdev",
    "Trace",
    "Url",
    "Usb",
    "Usbdevice",
    "Uuid",
    "VdiOptions",
    "Vga",
    "VhdxOptions",
    "Virtfs",
    "VmdkOptions",
    "Vnc",
    "VpcOptions",
    "WatchdogAction",
    "Win2kHack",
    "XenAttach",
    "XenDomid",
    "XenDomidRestrict",
    "launch_all",
    "stop_all",
]

# What only some programs use is loaded when it is first asked for.
_LATE = {
    "Acpitable": "qemubuild.options.acpitable",
    "Action": "qemubuild.options.action",
    "AddFd": "qemubuild.options.add_fd",
    "Append": "qemubuild.options.kernel",
    "Audio": "qemubuild.options.audio",
    "Audiodev": "qemubuild.options.audiodev",
    "Bios": "qemubuild.options.firmware",
    "Bitmap": "qemubuild.disk",
    "Blockdev": "qemubuild.options.blockdev",
    "Chain": "qemubuild.disk",
    "Chardev": "qemubuild.options.chardev",
    "CheckResult": "qemubuild.disk",
    "Comparison": "qemubuild.disk",
    "Compat": "qemubuild.options.compat",
    "Daemonize": "qemubuild.options.daemon",
    "DataDir": "qemubuild.options.firmware",
    "Debugcon": "qemubuild.options.debugcon",
    "Dfilter": "qemubuild.options.log",
    "DiskImage": "qemubuild.disk",
    "Display": "qemubuild.options.display",
    "Dtb": "qemubuild.options.kernel",
    "DumpVmstate": "qemubuild.options.vmstate",
    "Echr": "qemubuild.options.echr",
    "EnableSyncProfile": "qemubuild.options.profiling",
    "Exit": "qemubuild.process",
    "Extent": "qemubuild.disk",
    "Forward": "qemubuild.recipes",
    "Fsdev": "qemubuild.options.fsdev",
    "FwCfg": "qemubuild.options.fw_cfg",
    "Gdb": "qemubuild.options.gdb",
    "GdbDefault": "qemubuild.options.gdb",
    "GlobalProperty": "qemubuild.options.properties",
    "Host": "qemubuild.host",
    "Icount": "qemubuild.options.icount",
    "ImageInfo": "qemubuild.disk",
    "ImageSnapshot": "qemubuild.disk",
    "Incoming": "qemubuild.options.incoming",
    "Initrd": "qemubuild.options.kernel",
    "Iscsi": "qemubuild.options.iscsi",
    "Jitdump": "qemubuild.options.profiling",
    "Kernel": "qemubuild.options.kernel",
    "Loadvm": "qemubuild.options.vmstate",
    "LogFile": "qemubuild.options.log",
    "LogItems": "qemubuild.options.log",
    "Luks": "qemubuild.disk",
    "Measurement": "qemubuild.disk",
    "MemPath": "qemubuild.options.memory_path",
    "MemPrealloc": "qemubuild.options.memory_path",
    "MemoryBackendFile": "qemubuild.options.object",
    "MemoryBackendMemfd": "qemubuild.options.object",
    "MemoryBackendRam": "qemubuild.options.object",
    "Mon": "qemubuild.options.mon",
    "Monitor": "qemubuild.options.monitor",
    "Msg": "qemubuild.options.log",
    "Net": "qemubuild.options.net",
    "Nic": "qemubuild.options.nic",
    "NoUserConfig": "qemubuild.options.readconfig",
    "Numa": "qemubuild.options.numa",
    "NumaCpu": "qemubuild.options.numa",
    "NumaDist": "qemubuild.options.numa",
    "NumaHmatCache": "qemubuild.options.numa",
    "NumaHmatLb": "qemubuild.options.numa",
    "NumaNode": "qemubuild.options.numa",
    "Object": "qemubuild.options.object",
    "OnlyMigratable": "qemubuild.options.vmstate",
    "OptionRom": "qemubuild.options.option_rom",
    "Overcommit": "qemubuild.options.overcommit",
    "Parallel": "qemubuild.options.parallel",
    "Perfmap": "qemubuild.options.profiling",
    "Picture": "qemubuild.display.picture",
    "Pidfile": "qemubuild.options.daemon",
    "Plugin": "qemubuild.options.profiling",
    "Process": "qemubuild.process",
    "Progress": "qemubuild.disk",
    "PromEnv": "qemubuild.options.openbios",
    "Qcow2Options": "qemubuild.disk",
    "QedOptions": "qemubuild.disk",
    "Qemu": "qemubuild.capabilities",
    "Qmp": "qemubuild.options.monitor",
    "QmpPretty": "qemubuild.options.monitor",
    "Qtest": "qemubuild.options.qtest",
    "QtestLog": "qemubuild.options.qtest",
    "RawOptions": "qemubuild.disk",
    "Readconfig": "qemubuild.options.readconfig",
    "Resolution": "qemubuild.options.openbios",
    "Rtc": "qemubuild.options.rtc",
    "RunWith": "qemubuild.options.run_with",
    "Sandbox": "qemubuild.options.sandbox",
    "Secret": "qemubuild.options.object",
    "Seed": "qemubuild.options.icount",
    "Semihosting": "qemubuild.options.semihosting",
    "SemihostingConfig": "qemubuild.options.semihosting",
    "Serial": "qemubuild.options.serial",
    "SetProperty": "qemubuild.options.properties",
    "Shim": "qemubuild.options.kernel",
    "Smbios": "qemubuild.options._smbios",
    "SmbiosBios": "qemubuild.options.smbios",
    "SmbiosBoard": "qemubuild.options.smbios",
    "SmbiosChassis": "qemubuild.options.smbios",
    "SmbiosFile": "qemubuild.options._smbios",
    "SmbiosMemory": "qemubuild.options.smbios",
    "SmbiosOnboard": "qemubuild.options.smbios",
    "SmbiosPort": "qemubuild.options.smbios",
    "SmbiosProcessor": "qemubuild.options.smbios",
    "SmbiosSlot": "qemubuild.options.smbios",
    "SmbiosStrings": "qemubuild.options._smbios",
    "SmbiosSystem": "qemubuild.options.smbios",
    "Spice": "qemubuild.options.spice",
    "Tpmdev": "qemubuild.options.tpmdev",
    "Trace": "qemubuild.options.log",
    "Uuid": "qemubuild.options.uuid",
    "VdiOptions": "qemubuild.disk",
    "Vga": "qemubuild.options.vga",
    "VhdxOptions": "qemubuild.disk",
    "Virtfs": "qemubuild.options.virtfs",
    "VmdkOptions": "qemubuild.disk",
    "VpcOptions": "qemubuild.disk",
    "WatchdogAction": "qemubuild.options.watchdog",
    "XenAttach": "qemubuild.options.xen",
    "XenDomid": "qemubuild.options.xen",
    "XenDomidRestrict": "qemubuild.options.xen",
    "launch_all": "qemubuild.many",
    "stop_all": "qemubuild.many",
}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    value = globals()[name] = getattr(import_module(_LATE[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
