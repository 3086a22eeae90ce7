"""What the installed ``qemu-img`` knows: asked only when it has refused something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.errors import ImageError
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

_OPTION: Final = re.compile(r"Invalid parameter '([^']+)'")
_FORMAT: Final = re.compile(r"Unknown (?:file format|driver) '([^']+)'")
_LISTED: Final = re.compile(r"^  ([a-z0-9_.-]+)=", re.MULTILINE)
_FORMATS: Final = re.compile(r"^Supported (?:image )?formats:\s*(.*)", re.MULTILINE | re.DOTALL)


def explained(error: ImageError, form: str) -> ImageError:
    """An error with what this qemu-img has in place of a format or an option that it has not.

    Args:
        error: what it said.
        form: the format of the image that was to be made.
    """
    if found := _OPTION.search(error.stderr):
        known = _LISTED.findall(_said(["create", "-f", form, "-o", "help", "x"]))
        what = f"this qemu-img has no option {found[1]!r} for {form} images"
    elif found := _FORMAT.search(error.stderr):
        listed = _FORMATS.search(_said(["--help"]))
        known = listed[1].split("\n\n")[0].split() if listed else []
        what = f"this qemu-img has no format {found[1]!r}"
    else:
        return error
    return _with_hint(error, _mend(what, found[1], known))


def _mend(what: str, word: str, known: Iterable[str]) -> str:
    known = sorted(set(known))
    return f"{what}; {nearest(word, known)}it has {', '.join(known)}" if known else what


def _with_hint(error: ImageError, hint: str) -> ImageError:
    return ImageError(
        error.message,
        argv=error.argv,
        exit_code=error.exit_code,
        stderr=error.stderr,
        hint=hint,
    )


def _said(arguments: list[str]) -> str:
    """What qemu-img says of itself; nothing where it does not."""
    from qemubuild.disk.run import run  # noqa: PLC0415 - the one that was run a moment ago

    try:
        return run(["qemu-img", *arguments])
    except ImageError:
        return ""
