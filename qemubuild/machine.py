"""`Machine`: an architecture and an ordered tuple of options, which compose into a command line."""

from __future__ import annotations

import re
import shlex
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

import attrs

from qemubuild import recipes, rules
from qemubuild.errors import InvalidMachine, InvalidOption
from qemubuild.findings import Findings
from qemubuild.option import Option
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
from qemubuild.options.properties import Global, Set
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
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from inspect import Signature

    from qemubuild.claims import Claim
    from qemubuild.command import Command
    from qemubuild.exporters.diff import Diff
    from qemubuild.host import Host
    from qemubuild.process import Process

    C = TypeVar("C", bound=Claim)

P = ParamSpec("P")
AnOption = TypeVar("AnOption", bound=Option)

# What always means the same: other values may change, or may not be told apart by type.
_PLAIN = frozenset({str, int, bool, type(None)})
_BINARY = re.compile(r"qemu-system-([a-z0-9_]+)(?:\.exe)?")
# Programs for the architecture of whatever host they are on.
_NAMELESS = frozenset({"qemu", "kvm", "qemu-kvm"})
_OTHER_NAMES = {"amd64": "x86_64", "x64": "x86_64", "x86-64": "x86_64", "arm64": "aarch64"}


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


@attrs.frozen(slots=False, init=False, repr=False)
class Machine:
    """A virtual machine, as the command line that starts it.

    A machine is immutable: each method returns a new one. Options stand in the order in which
    they were added; one that QEMU takes once replaces its earlier self where that stood.

    Attributes:
        arch: QEMU's name of the architecture (``"x86_64"``, ``"aarch64"``), which stands for the
            program ``qemu-system-<arch>``. Given the path of a program, what its name says.
        options: every option, in the order of the command line.
        binary: the program.

    Raises:
        InvalidOption: no QEMU program can have that name.
    """

    arch: str
    options: tuple[Option, ...]
    binary: str = attrs.field(eq=True)

    def __init__(self, arch: str = "x86_64", options: Iterable[Option] = ()) -> None:
        arch, binary = _program(arch)
        self.__dict__.update(arch=arch, options=tuple(options), binary=binary)

    def _with(self, options: tuple[Option, ...]) -> Machine:
        new = object.__new__(Machine)
        new.__dict__.update(arch=self.arch, options=options, binary=self.binary)
        return new

    # Building.

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
    global_property = adds(Global)
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
    set_property = adds(Set)
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

    # Building, by what options make together.

    balloon = recipes.balloon
    bridge_network = recipes.bridge_network
    firmware = recipes.firmware
    rng = recipes.rng
    tap_network = recipes.tap_network
    user_network = recipes.user_network
    vsock = recipes.vsock

    def add(self, *options: Option) -> Machine:
        """Add options: each at the end, or where its earlier self stood if QEMU takes it once."""
        machine = self
        for option in options:
            machine = machine._plus(option)
        return machine

    def _plus(self, option: Option) -> Machine:
        kind = option.__class__
        options = self.options
        if not kind.repeats:
            for place, present in enumerate(options):
                if present.__class__ is kind:
                    return self._with((*options[:place], option, *options[place + 1 :]))
        return self._with((*options, option))

    def without(self, *unwanted: type[Option] | Option) -> Machine:
        """Leave out every option of these classes, and these very options."""
        kinds = tuple(one for one in unwanted if isinstance(one, type))
        return self._with(
            tuple(
                option
                for option in self.options
                if not isinstance(option, kinds) and option not in unwanted
            )
        )

    def replace(self, old: Option, new: Option) -> Machine:
        """Put another option where one stands.

        Raises:
            ValueError: the machine has no such option.
        """
        where = self.options.index(old)
        return self._with((*self.options[:where], new, *self.options[where + 1 :]))

    # Reading.

    @classmethod
    def from_argv(cls, argv: Sequence[str], *, strict: bool = False) -> Machine:
        """Read a command line, as `subprocess` has it; its order is kept, and nothing is lost.

        Args:
            argv: QEMU's program, and its arguments.
            strict: refuse an option that the library does not know, in place of keeping it
                as `Raw`.

        Raises:
            CommandSyntaxError: QEMU could not read it either; the message points at the word.
        """
        from qemubuild.command import read_argv  # noqa: PLC0415 - who only builds never reads

        return cls._of(read_argv(argv, strict=strict))

    @classmethod
    def from_command(
        cls, text: str, *, env: Mapping[str, str] | None = None, strict: bool = False
    ) -> Machine:
        """Read a shell command as people have it; the first in the text that runs QEMU.

        Continued lines, comments, quotes, ``VAR=value``, ``sudo`` and its like, redirections and
        a final ``&`` are understood.

        Args:
            text: the command.
            env: what its variables hold; one that is not in it stays as it stands.
            strict: as in `from_argv`.

        Raises:
            CommandSyntaxError: as in `from_argv`; or no command in it runs QEMU.
        """
        from qemubuild.command import read_command  # noqa: PLC0415

        return cls._of(read_command(text, env=env, strict=strict))

    @classmethod
    def from_pid(cls, pid: int) -> Machine:
        """Read the command line of a QEMU that runs on this host (``/proc/PID/cmdline``).

        Raises:
            OSError: there is no such process.
            CommandSyntaxError: it is no QEMU.
        """
        from qemubuild.command import read_pid  # noqa: PLC0415

        return cls._of(read_pid(pid))

    @classmethod
    def _of(cls, command: Command) -> Machine:
        return cls(command.program, command.options)

    # Looking.

    def find(self, kind: type[AnOption]) -> AnOption | None:
        """The first option of a class, or ``None``."""
        return next((option for option in self.options if isinstance(option, kind)), None)

    def find_all(self, kind: type[AnOption]) -> tuple[AnOption, ...]:
        """All options of a class, in order."""
        return tuple(option for option in self.options if isinstance(option, kind))

    def claims(self, kind: type[C]) -> Sequence[tuple[Option, C]]:
        """What options say of themselves that others have to know (see `qemubuild.claims`)."""
        table = self.__dict__.get("_claims")
        if table is None:
            table = self.__dict__["_claims"] = {}
            for option in self.options:
                for claim in option.claimed:
                    table.setdefault(claim.__class__, []).append((option, claim))
        return table.get(kind, ())  # type: ignore[no-any-return] # made above

    # Judging.

    def check(self, *, host: Host | None = None) -> Findings:
        """Say what is wrong or unwise, and what to do about it.

        Args:
            host: the host that will run it; without one, only what the machine says of itself is
                judged, and nothing is opened, probed or asked.

        Returns:
            Errors, warnings and hints; without errors, QEMU is expected to start.
        """
        findings = _judged(self)
        if host is not None:
            return Findings([*findings, *rules.host_findings(self, host)])
        return findings

    def explain(self) -> str:
        """Say in plain words what each option on this command line does."""
        from textwrap import indent, wrap  # noqa: PLC0415 - most programs never ask

        parts = [f"{self.binary}\n    Starts a guest with the architecture {self.arch}."]
        for option in self.options:
            words = "\n".join(wrap(option.explain(), 76, break_on_hyphens=False))
            parts.append(f"{shlex.join(option.words)}\n{indent(words, '    ')}")
        return "\n".join(parts)

    # Writing.

    def argv(self, *, check: bool = True) -> list[str]:
        """The command line, for `subprocess` and its like.

        Args:
            check: judge the machine first, by itself alone: nothing is probed or opened.

        Raises:
            InvalidMachine: QEMU would refuse it; ``findings`` has every reason.
        """
        if check:
            found = _judged(self)
            if not found.ok:
                raise InvalidMachine(found)
        argv = [self.binary]
        for option in self.options:
            argv += option.words
        return argv

    def command(self, *, lines: bool = False, check: bool = True) -> str:
        """The command line as text for a shell, every word quoted where it must be.

        Args:
            lines: one option per line.
            check: as in `argv`.

        Raises:
            InvalidMachine: as in `argv`.
        """
        if not lines:
            return shlex.join(self.argv(check=check))
        if check:
            self.argv()
        return " \\\n    ".join(
            [shlex.quote(self.binary), *(shlex.join(option.words) for option in self.options)]
        )

    def to_script(self, *, check: bool = True) -> str:
        """A POSIX shell script that runs it, with every option explained in a comment.

        Write it with ``errors="surrogateescape"``, for names that are no UTF-8.

        Args:
            check: as in `argv`.

        Raises:
            InvalidMachine: as in `argv`.
        """
        from qemubuild.exporters.script import to_script  # noqa: PLC0415 - few programs export

        if check:
            self.argv()
        return to_script(self)

    def to_dict(self) -> dict[str, Any]:
        """The machine as plain data, by the names of its options and their fields.

        ``json.dumps`` takes it; `qemubuild.config` writes it as JSON and TOML.

        Raises:
            InvalidOption: an option's class has no name of its own to be read back by.
        """
        from qemubuild.exporters.data import to_data  # noqa: PLC0415

        return to_data(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Machine:
        """Read what `to_dict` wrote, or a person: ``{"options": [{"smp": {"cpus": 4}}]}``.

        Raises:
            InvalidOption: it is no machine; the message says where, and what is most like it.
            CommandSyntaxError: an option's text is not of its grammar.
        """
        from qemubuild.exporters.data import from_data  # noqa: PLC0415

        return cls(*from_data(data))

    def diff(self, other: Machine) -> Diff:
        """What changes from this machine to another; ``str()`` of it says that in words."""
        from qemubuild.exporters.diff import diff  # noqa: PLC0415

        return diff(self, other)

    # Running.

    def launch(
        self,
        name: str | None = None,
        *,
        detach: bool = False,
        check: bool = True,
        timeout: float | None = 60,
    ) -> Process:
        """Start the machine, and return once QEMU is really up.

        Args:
            name: what to call the guest on this host.
            detach: let it outlive this Python and its terminal; otherwise it ends with them.
            check: judge the machine first, by this host too.
            timeout: seconds it may take to be up; ``None`` for as long as it takes.

        Raises:
            InvalidMachine: it cannot work here; ``findings`` has every reason.
            NotInstalled: QEMU's program is missing.
            LaunchError: QEMU refused all the same, with what it said.
        """
        from qemubuild.host import Host  # noqa: PLC0415 - what only a launch needs loads late
        from qemubuild.process import Process  # noqa: PLC0415

        if check:
            found = self.check(host=Host())
            if not found.ok:
                raise InvalidMachine(found)
        return Process.start(self.argv(check=False), name=name, detach=detach, timeout=timeout)

    def __str__(self) -> str:
        return self.command(lines=True, check=False)

    def __repr__(self) -> str:
        return f"Machine({self.binary!r}, {list(self.options)!r})"


@lru_cache(maxsize=128)
def _judged(machine: Machine) -> Findings:
    """What is found in a machine by itself: a machine never changes, so neither does that."""
    return Findings(rules.machine_findings(machine))


def _program(arch: str) -> tuple[str, str]:
    """The architecture, and the program that emulates it; ``""`` where its name says none."""
    name = arch.rpartition("/")[2]
    if match := _BINARY.fullmatch(name):
        return match[1], arch
    if name != arch or name in _NAMELESS:
        return "", arch
    if arch in _OTHER_NAMES:
        raise InvalidOption(
            f"no QEMU program is called qemu-system-{arch}", hint=f"write {_OTHER_NAMES[arch]!r}"
        )
    if not re.fullmatch(r"[a-z0-9_]+", arch):
        raise InvalidOption(
            f"{arch!r} is neither an architecture nor the path of a program",
            hint="write QEMU's name of one, such as 'x86_64', or a path with a slash in it",
        )
    return arch, f"qemu-system-{arch}"
