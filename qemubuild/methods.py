"""The methods of `Machine` that add an option: one line for each.

The signature of a method is written once, in the option's own class.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from qemubuild import recipes
from qemubuild.options import flags
from qemubuild.options._smbios import SmbiosFile, SmbiosStrings
from qemubuild.options.accel import Accel, EnableKvm
from qemubuild.options.acpitable import Acpitable
from qemubuild.options.action import Action
from qemubuild.options.add_fd import AddFd
from qemubuild.options.audio import Audio
from qemubuild.options.audiodev import Audiodev
from qemubuild.options.blockdev import Blockdev
from qemubuild.options.boot import Boot
from qemubuild.options.chardev import Chardev
from qemubuild.options.compat import Compat
from qemubuild.options.cpu import Cpu
from qemubuild.options.daemon import Daemonize, Pidfile
from qemubuild.options.debugcon import Debugcon
from qemubuild.options.device import Device
from qemubuild.options.display import Display
from qemubuild.options.drive import Drive
from qemubuild.options.echr import Echr
from qemubuild.options.firmware import Bios, DataDir
from qemubuild.options.fsdev import Fsdev
from qemubuild.options.fw_cfg import FwCfg
from qemubuild.options.gdb import Gdb, GdbDefault
from qemubuild.options.icount import Icount, Seed
from qemubuild.options.incoming import Incoming
from qemubuild.options.iscsi import Iscsi
from qemubuild.options.kernel import Append, Dtb, Initrd, Kernel, Shim
from qemubuild.options.keyboard import Keyboard
from qemubuild.options.log import Dfilter, LogFile, LogItems, Msg, Trace
from qemubuild.options.machine_type import MachineType
from qemubuild.options.media import (
    Cdrom,
    Fda,
    Fdb,
    Hda,
    Hdb,
    Hdc,
    Hdd,
    Mtdblock,
    Pflash,
    Sd,
)
from qemubuild.options.memory import Memory
from qemubuild.options.memory_path import MemPath, MemPrealloc
from qemubuild.options.mon import Mon
from qemubuild.options.monitor import Monitor, Qmp, QmpPretty
from qemubuild.options.name import Name
from qemubuild.options.net import Net
from qemubuild.options.netdev import Netdev
from qemubuild.options.nic import Nic
from qemubuild.options.numa import NumaCpu, NumaDist, NumaHmatCache, NumaHmatLb, NumaNode, numa
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
from qemubuild.options.raw import Raw
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
    smbios,
)
from qemubuild.options.smp import Smp
from qemubuild.options.spice import Spice
from qemubuild.options.tpmdev import Tpmdev
from qemubuild.options.usbdevice import Usbdevice
from qemubuild.options.uuid import Uuid
from qemubuild.options.vga import Vga
from qemubuild.options.virtfs import Virtfs
from qemubuild.options.vmstate import DumpVmstate, Loadvm, OnlyMigratable
from qemubuild.options.vnc import Vnc
from qemubuild.options.watchdog import WatchdogAction
from qemubuild.options.xen import XenAttach, XenDomid, XenDomidRestrict

if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Signature

    from qemubuild.machine import Machine
    from qemubuild.option import Option

P = ParamSpec("P")

# What always means the same: other values may change, or may not be told apart by type.
_PLAIN = frozenset({str, int, bool, type(None)})


def adds(option: Callable[P, Option]) -> Callable[Concatenate[Machine, P], Machine]:
    """Make a method that adds an option; its signature is the one of the option's class."""
    # Options are immutable values, so one that was made before serves again.
    again = cast("Callable[P, Option]", lru_cache(maxsize=256, typed=True)(option))

    def method(self: Machine, /, *args: P.args, **kwargs: P.kwargs) -> Machine:
        if _PLAIN.issuperset(map(type, args)) and _PLAIN.issuperset(map(type, kwargs.values())):
            return self._plus(again(*args, **kwargs))
        return self._plus(option(*args, **kwargs))

    method.__doc__ = option.__doc__
    method.__wrapped__ = _Shown(option)  # type: ignore[attr-defined] # for help()
    return method


class _Shown:
    """The signature of a method that adds an option, worked out when somebody looks at it."""

    def __init__(self, option: Callable[..., Option]) -> None:
        self._option = option

    @property
    def __signature__(self) -> Signature:
        from inspect import Parameter, signature  # noqa: PLC0415 - few look

        shown = signature(self._option)
        machine = Parameter("self", Parameter.POSITIONAL_ONLY)
        parameters = [machine, *shown.parameters.values()]
        return shown.replace(parameters=parameters, return_annotation="Machine")

    def __call__(self, machine: Machine, /, *args: object, **kwargs: object) -> Machine:
        return machine.add(self._option(*args, **kwargs))


class Methods:
    """What `Machine` can be given, by name; it is `Machine` that has all the rest."""

    accel = adds(Accel)
    acpitable = adds(Acpitable)
    action = adds(Action)
    add_fd = adds(AddFd)
    append = adds(Append)
    audio = adds(Audio)
    audiodev = adds(Audiodev)
    bios = adds(Bios)
    blockdev = adds(Blockdev)
    boot = adds(Boot)
    cdrom = adds(Cdrom)
    chardev = adds(Chardev)
    compat = adds(Compat)
    cpu = adds(Cpu)
    daemonize = adds(Daemonize)
    data_dir = adds(DataDir)
    debugcon = adds(Debugcon)
    device = adds(Device)
    dfilter = adds(Dfilter)
    display = adds(Display)
    drive = adds(Drive)
    dtb = adds(Dtb)
    dump_vmstate = adds(DumpVmstate)
    echr = adds(Echr)
    enable_kvm = adds(EnableKvm)
    enable_sync_profile = adds(EnableSyncProfile)
    fda = adds(Fda)
    fdb = adds(Fdb)
    fsdev = adds(Fsdev)
    full_screen = adds(flags.FullScreen)
    fw_cfg = adds(FwCfg)
    gdb = adds(Gdb)
    gdb_default = adds(GdbDefault)
    global_property = adds(GlobalProperty)
    hda = adds(Hda)
    hdb = adds(Hdb)
    hdc = adds(Hdc)
    hdd = adds(Hdd)
    icount = adds(Icount)
    incoming = adds(Incoming)
    initrd = adds(Initrd)
    iscsi = adds(Iscsi)
    jitdump = adds(Jitdump)
    kernel = adds(Kernel)
    keyboard = adds(Keyboard)
    loadvm = adds(Loadvm)
    log_file = adds(LogFile)
    log_items = adds(LogItems)
    machine_type = adds(MachineType)
    mem_path = adds(MemPath)
    mem_prealloc = adds(MemPrealloc)
    memory = adds(Memory)
    memory_backend_file = adds(MemoryBackendFile)
    memory_backend_memfd = adds(MemoryBackendMemfd)
    memory_backend_ram = adds(MemoryBackendRam)
    mon = adds(Mon)
    monitor = adds(Monitor)
    msg = adds(Msg)
    mtdblock = adds(Mtdblock)
    name = adds(Name)
    net = adds(Net)
    netdev = adds(Netdev)
    nic = adds(Nic)
    no_fd_bootchk = adds(flags.NoFdBootchk)
    no_reboot = adds(flags.NoReboot)
    no_shutdown = adds(flags.NoShutdown)
    no_user_config = adds(NoUserConfig)
    nodefaults = adds(flags.Nodefaults)
    nographic = adds(flags.Nographic)
    numa = adds(numa)
    numa_cpu = adds(NumaCpu)
    numa_dist = adds(NumaDist)
    numa_hmat_cache = adds(NumaHmatCache)
    numa_hmat_lb = adds(NumaHmatLb)
    numa_node = adds(NumaNode)
    object = adds(Object)
    only_migratable = adds(OnlyMigratable)
    option_rom = adds(OptionRom)
    overcommit = adds(Overcommit)
    parallel = adds(Parallel)
    paused = adds(flags.Paused)
    perfmap = adds(Perfmap)
    pflash = adds(Pflash)
    pidfile = adds(Pidfile)
    plugin = adds(Plugin)
    preconfig = adds(flags.Preconfig)
    prom_env = adds(PromEnv)
    qmp = adds(Qmp)
    qmp_pretty = adds(QmpPretty)
    qtest = adds(Qtest)
    qtest_log = adds(QtestLog)
    raw = adds(Raw)
    readconfig = adds(Readconfig)
    resolution = adds(Resolution)
    rtc = adds(Rtc)
    run_with = adds(RunWith)
    sandbox = adds(Sandbox)
    sd = adds(Sd)
    secret = adds(Secret)
    seed = adds(Seed)
    semihosting = adds(Semihosting)
    semihosting_config = adds(SemihostingConfig)
    serial = adds(Serial)
    set_property = adds(SetProperty)
    shim = adds(Shim)
    smbios = adds(smbios)
    smbios_bios = adds(SmbiosBios)
    smbios_board = adds(SmbiosBoard)
    smbios_chassis = adds(SmbiosChassis)
    smbios_file = adds(SmbiosFile)
    smbios_memory = adds(SmbiosMemory)
    smbios_onboard = adds(SmbiosOnboard)
    smbios_port = adds(SmbiosPort)
    smbios_processor = adds(SmbiosProcessor)
    smbios_slot = adds(SmbiosSlot)
    smbios_strings = adds(SmbiosStrings)
    smbios_system = adds(SmbiosSystem)
    smp = adds(Smp)
    snapshot = adds(flags.Snapshot)
    spice = adds(Spice)
    tpmdev = adds(Tpmdev)
    trace = adds(Trace)
    usb = adds(flags.Usb)
    usbdevice = adds(Usbdevice)
    uuid = adds(Uuid)
    vga = adds(Vga)
    virtfs = adds(Virtfs)
    vnc = adds(Vnc)
    watchdog_action = adds(WatchdogAction)
    win2k_hack = adds(flags.Win2kHack)
    xen_attach = adds(XenAttach)
    xen_domid = adds(XenDomid)
    xen_domid_restrict = adds(XenDomidRestrict)

    # What several options make together.

    balloon = recipes.balloon
    bridge_network = recipes.bridge_network
    firmware = recipes.firmware
    rng = recipes.rng
    tap_network = recipes.tap_network
    user_network = recipes.user_network
    vsock = recipes.vsock
