"""What an image can be created with: ``qemu-img create -o key=value,...``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from qemubuild.errors import InvalidOption
from qemubuild.values import write_text

Value: TypeAlias = str | int | bool
Options: TypeAlias = Mapping[str, Value] | Sequence[tuple[str, Value]]

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
    try:
        pairs = dict(given).items()
    except (TypeError, ValueError):
        raise InvalidOption(
            f"{given!r} is no mapping", hint="write a dictionary such as {'cluster_size': '2M'}"
        ) from None
    return tuple((_judged_key(key), _judged_value(value)) for key, value in pairs)


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
    text = str(value) if isinstance(value, int) else write_text(value)
    if text in _SEVERAL_FILES:
        raise InvalidOption(
            f"an image of subformat {text} is several files, which cannot appear in one step",
            hint="write 'monolithicSparse' or 'streamOptimized', which are one file",
        )
    return text
