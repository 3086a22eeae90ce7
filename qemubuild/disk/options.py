"""What an image can be created with: ``qemu-img create -o key=value,...``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, Union

from qemubuild.errors import InvalidOption
from qemubuild.values import Verbatim, write_text

if TYPE_CHECKING:
    from qemubuild.disk.format_options import FormatOptions

Value: TypeAlias = str | int | bool
Options: TypeAlias = Union[Mapping[str, Value], Sequence[tuple[str, Value]], "FormatOptions"]

_KEY: Final = re.compile(r"[a-z][a-z0-9_.-]*")

# Options that say what an argument of DiskImage says.
_ARGUMENTS: Final = {"size": "size", "backing_file": "backing", "backing_fmt": "backing_format"}

# They make an image of several files, which cannot all appear in one step; and what has the names
# of those beside the first would be lost.
_SEVERAL_FILES: Final = {"monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"}


def read_options(given: Options) -> tuple[tuple[str, str], ...]:
    """Options as pairs of texts, in the given order.

    Raises:
        InvalidOption: one can never be right.
    """
    if hasattr(given, "pairs"):  # the typed options of a format, which are judged
        return tuple(given.pairs())
    try:
        pairs = dict(given).items()
    except (TypeError, ValueError):
        raise InvalidOption(
            f"{given!r} is no mapping", hint="write a dictionary such as {'cluster_size': '2M'}"
        ) from None
    return tuple((_judged_key(key), _judged_value(value)) for key, value in pairs)


def judge_options(
    given: Options, pairs: tuple[tuple[str, str], ...], form: str, *, backed: bool
) -> None:
    """Judge options by the format that they are for.

    Args:
        given: the options as they were given.
        pairs: the same, read.
        form: the format.
        backed: whether the image has a backing file.

    Raises:
        InvalidOption: no image of this format can be created with them.
    """
    from qemubuild.disk import format_options  # noqa: PLC0415 - most images have none

    if isinstance(given, format_options.FormatOptions) and given.format != form:
        right = format_options.FORMAT_OPTIONS.get(form)
        raise InvalidOption(
            f"{type(given).__name__} is for {given.format} images, and this one is {form}",
            hint=f"write format={given.format!r}" + (f", or {right.__name__}" if right else ""),
        )
    format_options.judge_options(form, dict(pairs), backed=backed)


def _judged_key(key: str) -> str:
    if key in _ARGUMENTS:
        raise InvalidOption(
            f"{key!r} is an argument of its own", hint=f"write {_ARGUMENTS[key]}= instead"
        )
    if key == "data_file":
        raise InvalidOption(
            "an image with a data file is two files, and what the second holds would be lost",
            hint="leave out 'data_file'",
        )
    if not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise InvalidOption(f"{key!r} is no key", hint="write keys such as 'cluster_size'")
    return key


def _judged_value(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Verbatim):
        return value
    text = str(value) if isinstance(value, int) else write_text(value)
    if text in _SEVERAL_FILES:
        raise InvalidOption(
            f"an image of subformat {text} is several files, which cannot appear in one step",
            hint="write 'monolithicSparse' or 'streamOptimized', which are one file",
        )
    return text
