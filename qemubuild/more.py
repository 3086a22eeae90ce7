"""The methods of `Machine` that fewer programs use: one line for each option.

They are loaded when one of them is first asked for; type checkers and help() see no difference.
"""

from __future__ import annotations

from qemubuild import recipes
from qemubuild.adding import adds
from qemubuild.methods import Methods
from qemubuild.options._smbios import SmbiosFile, SmbiosStrings
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
from qemubuild.options.spice import Spice
from qemubuild.options.tpmdev import Tpmdev
from qemubuild.options.uuid import Uuid
from qemubuild.options.vga import Vga
from qemubuild.options.virtfs import Virtfs
from qemubuild.options.vmstate import DumpVmstate, Loadvm, OnlyMigratable
from qemubuild.options.watchdog import WatchdogAction
from qemubuild.options.xen import XenAttach, XenDomid, XenDomidRestrict


class More(Methods):
    """What a machine can be given, by name; `Machine` has all the rest."""

    acpitable = adds(Acpitable)
    action = adds(Action)
    add_fd = adds(AddFd)
    append = adds(Append)
    audio = adds(Audio)
    audiodev = adds(Audiodev)
    bios = adds(Bios)
    blockdev = adds(Blockdev)
    chardev = adds(Chardev)
    compat = adds(Compat)
    daemonize = adds(Daemonize)
    data_dir = adds(DataDir)
    debugcon = adds(Debugcon)
    dfilter = adds(Dfilter)
    display = adds(Display)
    dtb = adds(Dtb)
    dump_vmstate = adds(DumpVmstate)
    echr = adds(Echr)
    enable_sync_profile = adds(EnableSyncProfile)
    fsdev = adds(Fsdev)
    fw_cfg = adds(FwCfg)
    gdb = adds(Gdb)
    gdb_default = adds(GdbDefault)
    global_property = adds(GlobalProperty)
    icount = adds(Icount)
    incoming = adds(Incoming)
    initrd = adds(Initrd)
    iscsi = adds(Iscsi)
    jitdump = adds(Jitdump)
    kernel = adds(Kernel)
    loadvm = adds(Loadvm)
    log_file = adds(LogFile)
    log_items = adds(LogItems)
    mem_path = adds(MemPath)
    mem_prealloc = adds(MemPrealloc)
    memory_backend_file = adds(MemoryBackendFile)
    memory_backend_memfd = adds(MemoryBackendMemfd)
    memory_backend_ram = adds(MemoryBackendRam)
    mon = adds(Mon)
    monitor = adds(Monitor)
    msg = adds(Msg)
    net = adds(Net)
    nic = adds(Nic)
    no_user_config = adds(NoUserConfig)
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
    perfmap = adds(Perfmap)
    pidfile = adds(Pidfile)
    plugin = adds(Plugin)
    prom_env = adds(PromEnv)
    qmp = adds(Qmp)
    qmp_pretty = adds(QmpPretty)
    qtest = adds(Qtest)
    qtest_log = adds(QtestLog)
    readconfig = adds(Readconfig)
    resolution = adds(Resolution)
    rtc = adds(Rtc)
    run_with = adds(RunWith)
    sandbox = adds(Sandbox)
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
    spice = adds(Spice)
    tpmdev = adds(Tpmdev)
    trace = adds(Trace)
    uuid = adds(Uuid)
    vga = adds(Vga)
    virtfs = adds(Virtfs)
    watchdog_action = adds(WatchdogAction)
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
