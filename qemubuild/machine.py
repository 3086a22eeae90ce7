"""`Machine`: an architecture and an ordered tuple of options, which compose into a command line."""

from __future__ import annotations

import re
import shlex
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from qemubuild import rules
from qemubuild.errors import InvalidMachine, InvalidOption, LaunchError
from qemubuild.findings import Findings
from qemubuild.methods import Methods
from qemubuild.option import Option
from qemubuild.options.vnc import Vnc
from qemubuild.programs import arch_of
from qemubuild.shown import drawer, shown_by
from qemubuild.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.claims import Claim
    from qemubuild.command import Command
    from qemubuild.display.picture import Picture
    from qemubuild.explanation import Explanation
    from qemubuild.exporters.diff import Diff
    from qemubuild.host import Host
    from qemubuild.more import More
    from qemubuild.process import Process

    C = TypeVar("C", bound=Claim)
else:
    More = Methods  # the others are looked up when they are asked for

AnOption = TypeVar("AnOption", bound=Option)

_VERSION = re.compile(r"\d+(\.\d+)+")
_OTHER_NAMES = {"amd64": "x86_64", "x64": "x86_64", "x86-64": "x86_64", "arm64": "aarch64"}


@attrs.frozen(slots=False, init=False, repr=False)
class Machine(More):
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

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            from qemubuild.more import More  # noqa: PLC0415 - what only some machines need

            if name.startswith("_") or not hasattr(More, name):
                raise AttributeError(f"a machine has no {name!r}", name=name, obj=self)
            return getattr(More, name).__get__(self)

        def __dir__(self) -> list[str]:
            from qemubuild.more import More  # noqa: PLC0415

            return sorted({*super().__dir__(), *vars(More)})

    def add(self, *options: Option) -> Machine:
        """Add options: each at the end, or where its earlier self stood if QEMU takes it once."""
        machine = self
        for option in options:
            machine = machine._plus(option)
        return machine

    def _plus(self, option: Option) -> Machine:
        kind = option.__class__
        options = self.options
        if option.image is not None:
            from qemubuild.passphrases import secrets_for  # noqa: PLC0415 - few are encrypted

            options = (*options, *secrets_for(option, options))
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
        a final ``&`` are understood; so are scripts, prompts, ``ssh host '...'`` and commands for
        Windows' shells. Variables and arrays that the text sets for certain are taken.

        Args:
            text: the command.
            env: what its other variables hold; one that is not in it stays as it stands.
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
        return [
            (option, claim)
            for option in self.options
            for claim in option.claimed
            if isinstance(claim, kind)
        ]

    # Judging.

    def check(self, *, qemu: Qemu | str | None = None, host: Host | None = None) -> Findings:
        """Say what is wrong or unwise, and what to do about it.

        Without a QEMU and a host, only what the machine says of itself is judged: nothing is
        opened, probed or asked.

        Args:
            qemu: the QEMU that will run it, by name or path as well; or a version, such as
                ``"10.0"``, which need not be installed.
            host: the host that will run it.

        Returns:
            Errors, warnings and hints; without errors, QEMU is expected to start.

        Raises:
            NotInstalled: there is no such program.
            LaunchError: it is no QEMU, or one that does not work.
            InvalidOption: that version is not known (see `Qemu.snapshots`).
        """
        if isinstance(qemu, str):
            qemu = _qemu(qemu, self.arch)
        found = _judged(self, qemu)
        if read := [option.as_read() for option in self.options if option.bare]:
            found = Findings([*found, *chain(*read)])
        if host is not None:
            view = View.of(self, qemu)
            found = Findings([*found, *view.told(rules.host_findings(view, host))])
        return found

    def explain(self) -> Explanation:
        """Say in plain words what each option on this command line does; the result is text."""
        from qemubuild.explanation import Explanation  # noqa: PLC0415 - most programs never ask

        start = (self.binary, f"Starts a guest with the architecture {self.arch}.")
        every = ((shlex.join(option.words), option.explain()) for option in self.options)
        return Explanation((start, *every))

    # Writing.

    def argv(self, *, check: bool = True) -> list[str]:
        """The command line, for `subprocess` and its like.

        Args:
            check: judge the machine first, by itself alone: nothing is probed or opened.

        Raises:
            InvalidMachine: QEMU would refuse it; ``findings`` has every reason.
        """
        if check:
            found = _judged(self, None)
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

    def to_systemd_unit(self, name: str, *, stop_timeout: int = 60, check: bool = True) -> str:
        """A unit of systemd that runs it: started with the host, ended by its power button.

        It is one of the user's own (``systemctl --user``); what to do with it, it says itself in a
        comment. Relative names in it are those of the current directory.

        Args:
            name: what to call the unit, and the guest.
            stop_timeout: how many seconds the guest's system has to shut down.
            check: as in `argv`.

        Raises:
            InvalidMachine: as in `argv`.
            InvalidOption: systemd cannot write such a name, or such a path of the program or of
                the current directory.
        """
        from qemubuild.exporters.systemd import to_systemd_unit  # noqa: PLC0415

        if check:
            self.argv()
        return to_systemd_unit(self, name, stop_timeout)

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

    # Drawing.

    def topology(self) -> Picture:
        """A picture of its vCPUs: sockets to threads, and NUMA nodes with their memory."""
        return drawer("topology.draw")(self)  # type: ignore[no-any-return] # it is one

    def wiring(self) -> Picture:
        """A picture of what is plugged into what: buses, devices, and what is behind those.

        It shows what the command line says; what the board brings by itself is left out.
        """
        return drawer("wiring.draw")(self)  # type: ignore[no-any-return] # it is one

    # Running.

    def launch(
        self,
        name: str | None = None,
        *,
        replace: bool = False,
        detach: bool = False,
        console: bool = False,
        vnc_password: str | None = None,
        check: bool = True,
        timeout: float | None = 60,
    ) -> Process:
        """Start the machine, and return once QEMU is really up.

        Args:
            name: what to call the guest on this host.
            replace: end the guest of that name first, if one of this user's runs: a notebook's cell
                can be run again. It ends as at the end of a ``with`` block, and only once the new
                machine is found right.
            detach: let it outlive this Python and its terminal; otherwise it ends with them.
            console: let ``console`` of the result read and write its first serial port.
            vnc_password: what VNC clients must give, at most 8 bytes; it is neither an argument
                nor in a file.
            check: judge the machine first, by the QEMU that it starts and by this host, too.
            timeout: seconds it may take to be up; ``None`` for as long as it takes.

        Raises:
            InvalidMachine: it cannot work here; ``findings`` has every reason.
            NotInstalled: QEMU's program is missing.
            LaunchError: QEMU refused all the same, with what it said.
            InvalidOption: the machine has a serial port of its own beside ``console``, or no VNC
                server beside ``vnc_password``; or no name is given to ``replace``.
        """
        from qemubuild.host import Host  # noqa: PLC0415 - what only a launch needs loads late
        from qemubuild.process import Process  # noqa: PLC0415

        machine = self if vnc_password is None else self._asking_for_password()
        with self._handing_over(machine.options) as (whole, inherit):
            qemu = self._asked() if check else None
            if replace:
                if check and not (found := whole.check(qemu=qemu)).ok:
                    raise InvalidMachine(found)
                Process.make_way(name)  # and with it goes what it has of this host: locks, ports
            if check and not (found := whole.check(qemu=qemu, host=Host())).ok:
                raise InvalidMachine(found)
            return Process.start(
                whole.argv(check=False),
                name=name,
                detach=detach,
                console=console,
                vnc_password=vnc_password,
                timeout=timeout,
                inherit=inherit,
            )

    @contextmanager
    def _handing_over(
        self, options: tuple[Option, ...]
    ) -> Iterator[tuple[Machine, tuple[int, ...]]]:
        """The machine with files that its QEMU inherits, to read passphrases of images from."""
        if all(option.image is None for option in options):
            yield self._with(options), ()
            return
        from qemubuild.passphrases import handed_over  # noqa: PLC0415 - few are encrypted

        with handed_over(options) as (changed, inherit):
            yield self._with(tuple(changed)), inherit

    def _asking_for_password(self) -> Machine:
        """The machine with VNC servers that let nobody in without one."""
        servers = self.find_all(Vnc)
        if not servers:
            raise InvalidOption(
                "there is no VNC server to ask for a password",
                hint="write vnc('auto')",
                option=Vnc.flag,
            )
        machine = self
        for server in servers:
            machine = machine.replace(server, server.guarded())
        return machine

    def _asked(self) -> Qemu | None:
        """The QEMU that a launch starts, if it answers: else it may say itself what is wrong."""
        from qemubuild.capabilities import Qemu  # noqa: PLC0415

        try:
            return Qemu(self.binary)
        except LaunchError as error:
            import logging  # noqa: PLC0415 - hardly ever needed

            log = logging.getLogger("qemubuild")
            log.warning("judged without asking it what it can do: %s", error)
            return None

    _repr_mimebundle_ = shown_by("machine.table")

    def __str__(self) -> str:
        return self.command(lines=True, check=False)

    def __repr__(self) -> str:
        return f"Machine({self.binary!r}, {list(self.options)!r})"


@lru_cache(maxsize=128)
def _judged(machine: Machine, qemu: Qemu | None) -> Findings:
    """What is found in a machine, and by a QEMU: neither of them changes, so neither does that."""
    view = View.of(machine, qemu)
    return Findings(view.told(rules.machine_findings(view)))


def _qemu(name: str, arch: str) -> Qemu:
    """A QEMU by its version, name or path."""
    from qemubuild.capabilities import Qemu  # noqa: PLC0415 - few checks ask one

    return Qemu.snapshot(name, arch) if _VERSION.fullmatch(name) else Qemu(name)


def _program(arch: str) -> tuple[str, str]:
    """The architecture, and the program that emulates it; ``""`` where its name says none."""
    if (known := arch_of(arch)) is not None:
        return known, arch
    if "/" in arch or "\\" in arch:
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
