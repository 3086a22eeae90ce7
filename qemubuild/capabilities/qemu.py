"""`Qemu`: what an installed QEMU can do, or one of a version that is not here."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.capabilities.answers import Answers
from qemubuild.errors import InvalidOption, LaunchError, NotInstalled
from qemubuild.mends import how_to_install
from qemubuild.shown import shown_by, shows_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

_SNAPSHOTS: Final = os.path.join(os.path.dirname(__file__), "snapshots")
_NAMED: Final = re.compile(r"(?P<arch>.+)-(?P<version>[0-9]+\.[0-9]+)\.json\.gz")


@shows_fields
class Property(NamedTuple):
    """A property of a device, a machine type, a CPU model or an accelerator.

    Attributes:
        type: QEMU's name of what it holds: ``bool``, ``uint32``, ``str``, ``OnOffAuto`` ...
        description: what QEMU says of it; often nothing.
        default: where QEMU tells it, else ``None``.
    """

    type: str
    description: str = ""
    default: Any = None


@shows_fields
class MachineInfo(NamedTuple):
    """A board that this QEMU emulates.

    Attributes:
        name: such as ``pc-q35-7.2``.
        alias: another name of it, such as ``q35``; ``""`` without.
        default: whether it is what a command line without ``-machine`` has.
        max_cpus: how many vCPUs it can have.
        deprecated: whether a later QEMU will drop it.
        cpu: the type of its CPU where none is given.
        ram: the id of its memory where that is of no object.
    """

    name: str
    alias: str
    default: bool
    max_cpus: int
    deprecated: bool
    cpu: str
    ram: str


SAME_CPUS: Final = {"x86_64": "max-x86_64-cpu", "i386": "max-i386-cpu"}
"""Where every CPU model has the same properties, the one that tells those of all."""


@shows_fields
class CpuModel(NamedTuple):
    """A processor that this QEMU can give a guest.

    Attributes:
        name: such as ``Nehalem``.
        type: QEMU's type of it, such as ``Nehalem-x86_64-cpu``.
        alias_of: the versioned model that it stands for; ``""`` where it is no alias.
        deprecated: whether a later QEMU will drop it.
        lacks: its features that emulation (TCG) does not have.
    """

    name: str
    type: str
    alias_of: str
    deprecated: bool
    lacks: tuple[str, ...]


@shows_fields
class WithKvm(NamedTuple):
    """What the processors of a QEMU are like where this host's KVM runs the guest.

    Attributes:
        lacks: the features that each model does not have then, by its name.
        features: all that can be had.
    """

    lacks: Mapping[str, tuple[str, ...]]
    features: frozenset[str]


@shows_fields
class DeviceInfo(NamedTuple):
    """A device that ``-device`` can plug in.

    Attributes:
        name: such as ``virtio-blk-pci``.
        bus: the kind of bus that it plugs into, such as ``PCI``; ``""`` for none.
        alias: another name of it, such as ``virtio-blk``; ``""`` without.
        about: what QEMU says of it; often nothing.
    """

    name: str
    bus: str
    alias: str
    about: str


class Qemu:
    """What an installed QEMU can do, as it says itself.

    It is asked once, which takes about half a second; the answers are kept in the user's cache
    for as long as the program and its modules stay the same.

    Args:
        binary: the program, by name or path.

    Attributes:
        binary: the path of the program; ``""`` for one that is not here.

    Raises:
        NotInstalled: there is no such program.
        LaunchError: it is no QEMU, or one that does not work.
    """

    def __init__(self, binary: str | os.PathLike[str] = "qemu-system-x86_64") -> None:
        from qemubuild.capabilities import cache  # noqa: PLC0415 - snapshots need none

        name = os.fspath(binary)
        path = _program(name)
        if path is None:
            raise NotInstalled(name, hint=how_to_install(name))
        self.binary = path
        self._answers = cache.answers(path)

    @classmethod
    def snapshot(cls, version: str, arch: str = "x86_64") -> Qemu:
        """What a version can do as Debian or Ubuntu built it, with no QEMU installed.

        Args:
            version: such as ``"10.0"``.
            arch: the architecture of the guest.

        Raises:
            InvalidOption: that version is not known here.
        """
        import gzip  # noqa: PLC0415 - few ask

        wanted = ".".join(version.split(".")[:2])
        try:
            with gzip.open(os.path.join(_SNAPSHOTS, f"{arch}-{wanted}.json.gz")) as file:
                data = file.read()
        except FileNotFoundError:
            raise InvalidOption(
                f"there is no snapshot of QEMU {version} for {arch}",
                hint=f"write one of {', '.join(cls.snapshots(arch)) or 'another architecture'}, "
                "or name an installed program",
            ) from None
        self = cls.__new__(cls)
        self.binary = ""
        self._answers = Answers(data)
        return self

    @staticmethod
    def snapshots(arch: str = "x86_64") -> tuple[str, ...]:
        """The versions that `snapshot` knows of an architecture, oldest first."""
        names = map(_NAMED.fullmatch, os.listdir(_SNAPSHOTS))
        versions = {name["version"] for name in names if name and name["arch"] == arch}
        return tuple(sorted(versions, key=lambda text: tuple(map(int, text.split(".")))))

    # What it is.

    @property
    def _core(self) -> dict[str, Any]:
        core: dict[str, Any] = self._answers["core"]
        return core

    @cached_property
    def version(self) -> tuple[int, int, int]:
        """Its version, such as ``(7, 2, 22)``."""
        major, minor, micro = self._core["version"]
        return major, minor, micro

    @property
    def name(self) -> str:
        """What to call it in a sentence, such as ``QEMU 7.2.22 for x86_64``."""
        return f"QEMU {'.'.join(map(str, self.version))} for {self.arch}"

    @property
    def package(self) -> str:
        """The package that it was built for, such as ``Debian 1:7.2+dfsg-7``."""
        return str(self._core["package"])

    @property
    def arch(self) -> str:
        """The architecture of its guests."""
        return str(self._core["arch"])

    # What it has.

    @cached_property
    def machine_types(self) -> Mapping[str, MachineInfo]:
        """The boards, by name."""
        return {
            name: MachineInfo(
                name,
                told["alias"] or "",
                told["default"],
                told["max_cpus"],
                told["deprecated"],
                told["cpu"] or "",
                told["ram"] or "",
            )
            for name, told in self._core["machines"].items()
        }

    @cached_property
    def cpu_models(self) -> Mapping[str, CpuModel]:
        """The processors, by name."""
        return {
            name: CpuModel(
                name, told["type"], told["alias_of"] or "", told["deprecated"], tuple(told["lacks"])
            )
            for name, told in self._core["cpus"].items()
        }

    @cached_property
    def devices(self) -> Mapping[str, DeviceInfo]:
        """What can be plugged in, by name."""
        return {name: DeviceInfo(name, *told) for name, told in self._core["devices"].items()}

    @cached_property
    def accelerators(self) -> tuple[str, ...]:
        """What was built in to run a guest's code: ``tcg``, ``kvm`` ..."""
        # 7.2 lists what all of them are a kind of, too.
        return tuple(name for name in self._core["accelerators"] if name != "accel")

    @cached_property
    def emulated(self) -> frozenset[str]:
        """The features of processors that emulation (TCG) has, where QEMU tells them."""
        return frozenset(self._core["emulated"])

    @cached_property
    def with_kvm(self) -> WithKvm | None:
        """What its processors are like with KVM (x86); ``None`` where it does not start with that.

        The host tells, so that it is asked anew in each process; that takes a tenth of a second.
        """
        from qemubuild.capabilities.ask import ask_kvm  # noqa: PLC0415 - few want to know

        if not self.binary or self.arch not in SAME_CPUS:
            return None
        try:
            lacks, has = ask_kvm(self.binary)
        except LaunchError:
            return None
        return WithKvm({name: tuple(told) for name, told in lacks.items()}, frozenset(has))

    @cached_property
    def objects(self) -> frozenset[str]:
        """The types that ``-object`` makes."""
        return frozenset(self._core["objects"])

    @cached_property
    def flags(self) -> frozenset[str]:
        """The options of its command line, each with its dash, as ``-help`` lists them."""
        return frozenset(self._core["flags"])

    def kinds(self, option: str) -> frozenset[str]:
        """What it has of something that comes in kinds, with the modules that are installed.

        Args:
            option: ``audiodev``, ``chardev``, ``display`` or ``netdev``.
        """
        return frozenset(self._core["kinds"][option])

    @cached_property
    def missing_drivers(self) -> frozenset[str]:
        """The block drivers in modules which are not installed."""
        return frozenset(self._core["no_drivers"])

    @property
    def options(self) -> Mapping[str, Mapping[str, str]]:
        """The keys of options and what they hold, of those that QEMU tells."""
        options: dict[str, dict[str, str]] = self._core["options"]
        return options

    @cached_property
    def commands(self) -> frozenset[str]:
        """What can be said to it over QMP while it runs."""
        return frozenset(self._core["commands"])

    @property
    def schema(self) -> Mapping[str, Any]:
        """The part of the QAPI schema that describes block devices, objects, networks and such."""
        schema: dict[str, Any] = self._answers["schema"]
        return schema

    @property
    def folders(self) -> tuple[str, ...]:
        """Where it looks for firmware, option ROMs and keyboard layouts, after those of ``-L``."""
        return tuple(self._core["folders"])

    # Asking for one.

    @cached_property
    def _machine_aliases(self) -> dict[str, str]:
        return {one.alias: name for name, one in self.machine_types.items() if one.alias}

    @cached_property
    def _device_aliases(self) -> dict[str, str]:
        return {one.alias: name for name, one in self.devices.items() if one.alias}

    @cached_property
    def _families(self) -> dict[str, str]:
        return {**self._core["types"], **self._core["abstract"]}

    @cached_property
    def _properties(self) -> dict[str, Mapping[str, Property]]:
        return {}

    def machine_type(self, name: str) -> MachineInfo | None:
        """A board by its name or alias, if there is one."""
        return self.machine_types.get(self._machine_aliases.get(name, name))

    def cpu_model(self, name: str) -> CpuModel | None:
        """A processor by its name, if there is one."""
        return self.cpu_models.get(name)

    def device(self, name: str) -> DeviceInfo | None:
        """What ``-device`` plugs in by that name or alias, if there is something."""
        return self.devices.get(self._device_aliases.get(name, name))

    @property
    def default_machine_type(self) -> MachineInfo | None:
        """The board of a command line that names none, if there is one."""
        return next((one for one in self.machine_types.values() if one.default), None)

    def properties(self, type: str) -> Mapping[str, Property] | None:  # noqa: A002 - QOM's word
        """The properties of a QOM type, ``None`` where QEMU does not tell.

        Args:
            type: a device's name, ``<machine type>-machine``, ``<accelerator>-accel``, or the
                type of a CPU model.
        """
        name = f"of:{type}"
        if name not in self._answers:
            same = SAME_CPUS.get(self.arch) if type.endswith("-cpu") else None
            return self.properties(same) if same not in (None, type) else None
        if name not in self._properties:
            told = self._answers[name]
            self._properties[name] = {key: Property(*one) for key, one in told.items()}
        return self._properties[name]

    def lineage(self, name: str) -> tuple[str, ...]:
        """A type of device, what that is a kind of, and so on; nothing where there is no such."""
        found: list[str] = []
        while name in self._families and name not in found:
            found.append(name)
            name = self._families[name]
        return tuple(found)

    def is_type(self, name: str) -> bool:
        """Whether there is a concrete device of that type, be it one that cannot be plugged in."""
        return name in self._core["types"]

    _repr_mimebundle_ = shown_by("qemu.lists")

    def __eq__(self, other: object) -> bool:
        return self._answers is other._answers if isinstance(other, Qemu) else NotImplemented

    def __hash__(self) -> int:
        return hash(id(self._answers))

    def __repr__(self) -> str:
        version = ".".join(map(str, self.version))
        where = repr(self.binary) if self.binary else f"snapshot {self.arch}"
        return f"<Qemu {version} {where}>"


def _program(name: str) -> str | None:
    """The path of a program; `shutil.which` does more, and takes longer to import."""
    folders = [""] if "/" in name else os.get_exec_path()
    paths = (os.path.join(folder, name) for folder in folders)
    return next((one for one in paths if os.path.isfile(one) and os.access(one, os.X_OK)), None)
