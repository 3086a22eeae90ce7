"""What an image of each format can be created with, typed: ``Qcow2Options(cluster_size="2M")``.

The bounds are those that qemu-img 7.2 and 10.0 refuse to go beyond (block/qcow2.c, block/vhdx.c and
their like); what depends on how a qemu-img was built is for that one to say.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self

import attrs

from qemubuild.errors import InvalidOption
from qemubuild.shown import shows_fields
from qemubuild.units import GIB, KIB, MIB, OFF, format_size, parse_size
from qemubuild.values import NAME, SIZE, SWITCH, TEXT, Kind, Verbatim, choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMPAT: Final = ("1.1", "0.10", "v3", "v2")
_OLD: Final = frozenset({"0.10", "v2"})
_TAKEN: Final = frozenset({"metadata", "falloc", "full"})


def _key(kind: Kind, name: str | None = None) -> Any:
    """A field that is one ``key=value`` of ``-o``; its own name is the key's where none is told."""
    return attrs.field(default=None, metadata={"kind": kind, "key": name})


def _size(least: int, most: int, *, doubling: bool = False, zero: bool = False) -> Kind:
    """A size within bounds; a power of two with ``doubling``, and 0 with ``zero``."""
    between = f"between {format_size(least)} and {format_size(most)}"
    what = f"a power of two {between}" if doubling else between

    def judged(value: object) -> str:
        text = SIZE.write(value)
        size = parse_size(text)
        fits = least <= size <= most and (not doubling or size.bit_count() == 1)
        if not fits and not (zero and size == 0):
            raise InvalidOption(f"{value!r} is not {what}", hint=_near(size, least, most))
        return text

    return Kind(judged, judged)


def _near(size: int, least: int, most: int) -> str:
    """The allowed power of two that is nearest."""
    near = min(max(1 << max(size - 1, 1).bit_length(), least), most)
    scale, suffix = next(
        (unit, name) for unit, name in ((GIB, "G"), (MIB, "M"), (KIB, "K"), (1, "")) if near >= unit
    )
    return f"write '{near // scale}{suffix}'"


def _one_of(*values: int) -> Kind:
    """One of some whole numbers."""

    def judged(value: object) -> str:
        text = str(value)
        try:
            number = int(text, 0)
        except ValueError:
            number = None
        if isinstance(value, bool) or number not in values:
            raise InvalidOption(
                f"{value!r} is not one that QEMU takes",
                hint=f"write {', '.join(map(str, values[:-1]))} or {values[-1]}",
            )
        return text

    return Kind(judged, judged)


@shows_fields
@attrs.frozen(kw_only=True)
class FormatOptions:
    """The base of the options of each format."""

    format: ClassVar[str] = ""
    """The format that they are of."""

    nocow: bool | None = _key(SWITCH)
    extent_size_hint: int | str | None = _key(_size(0, 4 * GIB - 1))

    def __attrs_post_init__(self) -> None:
        for _ in self.pairs():
            pass  # writing a value is what judges it
        self._judge()

    def _judge(self) -> None:
        """Refuse what the options cannot be together."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each option that is given, as qemu-img is told of it."""
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if value is not None:
                with _About(type(self).__name__, field.name):
                    text = field.metadata["kind"].write(value)
                yield field.metadata["key"] or field.name, text

    @classmethod
    def judge(cls, pairs: Mapping[str, str]) -> None:
        """Judge options that are given as text, as far as they are known here.

        Raises:
            InvalidOption: one can never be right, or not beside the others.
        """
        known = {field.metadata["key"] or field.name: field for field in attrs.fields(cls)}
        values = {}
        for key, text in pairs.items():
            if key in known and not isinstance(text, Verbatim):
                with _About("", key):
                    values[known[key].name] = known[key].metadata["kind"].read(text)
        cls(**values)

    def _refused(self, field: str, message: str, hint: str) -> InvalidOption:
        return InvalidOption(message, hint=hint, option=type(self).__name__, field=field)


class _About:
    """Has an error say which option it is about."""

    def __init__(self, option: str, field: str) -> None:
        self._option, self._field = option, field

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, InvalidOption):
            message = error.message if self._option else f"{self._field}: {error.message}"
            raise InvalidOption(
                message, hint=error.hint, option=self._option, field=self._field
            ) from None


@attrs.frozen(kw_only=True)
class Qcow2Options(FormatOptions):
    """What a qcow2 image can be created with.

    Attributes:
        cluster_size: what it allocates at once, a power of two from 512 bytes to 2M; 64K without.
            Larger ones need less memory and less metadata, and an overlay copies more.
        preallocation: ``"off"`` grows as the guest writes, which is what happens without;
            ``"metadata"`` lays out its tables at once; ``"falloc"`` and ``"full"`` take all room.
        lazy_refcounts: whether reference counts are brought up to date later: faster writes where
            each is flushed, and a repair after a crash.
        compat: ``"1.1"`` (v3), which is what it is without, or ``"0.10"`` (v2) for a QEMU before
            1.1.
        extended_l2: whether each cluster has 32 parts that are allocated alone: fast small writes
            to large clusters. Needs clusters of 16K or more, and QEMU 5.2.
        refcount_bits: the width of a reference count: 1, 2, 4, 8, 16, 32 or 64; 16 without.
        compression_type: how compressed clusters are: ``"zlib"``, or ``"zstd"``, which is faster
            and needs QEMU 5.1 or newer, built with it.
        nocow: whether the file is not copied on write by btrfs, which is faster for images.
        extent_size_hint: what XFS allocates at once for the file.
    """

    format = "qcow2"

    cluster_size: int | str | None = _key(_size(512, 2 * MIB, doubling=True))
    preallocation: Literal["off", "metadata", "falloc", "full"] | None = _key(
        choice("off", "metadata", "falloc", "full")
    )
    lazy_refcounts: bool | None = _key(SWITCH)
    compat: Literal["1.1", "0.10", "v3", "v2"] | None = _key(choice(*_COMPAT))
    extended_l2: bool | None = _key(SWITCH)
    refcount_bits: int | None = _key(_one_of(1, 2, 4, 8, 16, 32, 64))
    compression_type: Literal["zlib", "zstd"] | None = _key(choice("zlib", "zstd"))

    def _judge(self) -> None:
        cluster = parse_size(str(self.cluster_size)) if self.cluster_size is not None else 64 * KIB
        if self.extended_l2 and cluster < 16 * KIB:
            raise self._refused(
                "extended_l2",
                f"extended_l2 needs clusters of 16K or more, and these have {format_size(cluster)}",
                "write cluster_size='128K', or leave extended_l2 out",
            )
        needs_v3 = {
            "lazy_refcounts": self.lazy_refcounts,
            "extended_l2": self.extended_l2,
            "refcount_bits": self.refcount_bits is not None and int(self.refcount_bits) != 16,
            "compression_type": self.compression_type == "zstd",
        }
        for name, given in needs_v3.items():
            if given and self.compat in _OLD:
                raise self._refused(
                    name,
                    f"{name} is of compat 1.1, and compat={self.compat!r} is older",
                    f"leave compat out, or {name}",
                )


@attrs.frozen(kw_only=True)
class RawOptions(FormatOptions):
    """What a raw image can be created with.

    Attributes:
        preallocation: ``"off"`` leaves it sparse, which is what happens without; ``"falloc"`` takes
            all room, ``"full"`` writes it all.
        nocow: whether the file is not copied on write by btrfs, which is faster for images.
        extent_size_hint: what XFS allocates at once for the file; 1M without.
    """

    format = "raw"

    preallocation: Literal["off", "falloc", "full"] | None = _key(choice("off", "falloc", "full"))


@attrs.frozen(kw_only=True)
class VmdkOptions(FormatOptions):
    """What a vmdk image can be created with (VMware).

    Attributes:
        adapter_type: the controller that VMware gives it: ``"ide"`` without.
        subformat: ``"monolithicSparse"``, which is what it is without, or ``"streamOptimized"``,
            which is compressed, as an OVA has it. Those of several files are not made here.
        hwversion: VMware's version of the virtual hardware; 4 without.
        toolsversion: the version of VMware's tools that the image says to have.
        compat6: whether it is of version 6.
        zeroed_grain: whether zeroes that are written take no room.
    """

    format = "vmdk"

    adapter_type: Literal["ide", "lsilogic", "buslogic", "legacyESX"] | None = _key(
        choice("ide", "lsilogic", "buslogic", "legacyESX")
    )
    subformat: Literal["monolithicSparse", "streamOptimized"] | None = _key(
        choice("monolithicSparse", "streamOptimized")
    )
    hwversion: str | None = _key(NAME)
    toolsversion: str | None = _key(TEXT)
    compat6: bool | None = _key(SWITCH)
    zeroed_grain: bool | None = _key(SWITCH)

    def _judge(self) -> None:
        if self.compat6 and self.hwversion:
            raise self._refused(
                "compat6", "compat6 says the hwversion itself", "leave one of them out"
            )


@attrs.frozen(kw_only=True)
class VdiOptions(FormatOptions):
    """What a vdi image can be created with (VirtualBox).

    Attributes:
        static: whether it takes all its room at once.
    """

    format = "vdi"

    static: bool | None = _key(SWITCH)


@attrs.frozen(kw_only=True)
class VhdxOptions(FormatOptions):
    """What a vhdx image can be created with (Hyper-V).

    Attributes:
        subformat: ``"dynamic"`` grows as the guest writes, which is what happens without;
            ``"fixed"`` takes all room.
        block_size: what it allocates at once, a power of two from 1M to 256M; by its size without.
        log_size: of its journal, 1M or more; 1M without.
        block_state_zero: whether blocks of zeroes are marked as such; so without. Not ``False`` for
            the target of a conversion.
    """

    format = "vhdx"

    subformat: Literal["dynamic", "fixed"] | None = _key(choice("dynamic", "fixed"))
    block_size: int | str | None = _key(_size(MIB, 256 * MIB, doubling=True, zero=True))
    log_size: int | str | None = _key(_size(MIB, 4 * GIB - MIB))
    block_state_zero: bool | None = _key(SWITCH)


@attrs.frozen(kw_only=True)
class VpcOptions(FormatOptions):
    """What a vpc (VHD) image can be created with (Virtual PC, Azure).

    Attributes:
        subformat: ``"dynamic"`` grows as the guest writes, which is what happens without;
            ``"fixed"`` takes all room, as Azure wants it.
        force_size: whether it has the very size that is given, and not the next that fills
            cylinders.
    """

    format = "vpc"

    subformat: Literal["dynamic", "fixed"] | None = _key(choice("dynamic", "fixed"))
    force_size: bool | None = _key(SWITCH)


@attrs.frozen(kw_only=True)
class QedOptions(FormatOptions):
    """What a qed image can be created with; qcow2 has taken its place.

    Attributes:
        cluster_size: what it allocates at once, a power of two from 4K to 64M; 64K without.
        table_size: the clusters of each of its tables: 1, 2, 4, 8 or 16; 4 without.
    """

    format = "qed"

    cluster_size: int | str | None = _key(_size(4 * KIB, 64 * MIB, doubling=True))
    table_size: int | None = _key(_one_of(1, 2, 4, 8, 16))


FORMAT_OPTIONS: Final[Mapping[str, type[FormatOptions]]] = MappingProxyType(
    {
        kind.format: kind
        for kind in (
            Qcow2Options,
            RawOptions,
            VmdkOptions,
            VdiOptions,
            VhdxOptions,
            VpcOptions,
            QedOptions,
        )
    }
)
"""The class of each format that has options of its own."""


def judge_options(format_: str, pairs: Mapping[str, str], *, backed: bool) -> None:
    """Refuse options that no image of this format can be created with.

    Args:
        format_: the format.
        pairs: the options, as qemu-img is told of them.
        backed: whether the image has a backing file.

    Raises:
        InvalidOption: one can never be right, or not beside the others.
    """
    if format_ in FORMAT_OPTIONS:
        FORMAT_OPTIONS[format_].judge(pairs)
    allocation = pairs.get("preallocation", "off")
    plain = pairs.get("extended_l2", "off") in OFF
    if format_ == "qcow2" and backed and allocation in _TAKEN and plain:
        raise InvalidOption(
            f"a qcow2 overlay can have preallocation={allocation!r} only with extended_l2",
            hint="leave preallocation out, or add extended_l2=True",
        )
