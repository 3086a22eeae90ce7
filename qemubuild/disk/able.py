"""Which formats have what a verb of ``qemu-img`` asks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.errors import InvalidOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qemubuild.disk.image import DiskImage

# By asking qemu-img 7.2. (It compresses qcow, too, and fails at the end, without a word.)
ABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "amend": ("qcow2", "luks"),
    "bitmap": ("qcow2",),
    "check": ("qcow2", "qed", "vdi", "vhdx", "vmdk", "parallels"),
    "compress": ("qcow2", "vmdk"),
    "rebase": ("qcow2", "qed"),
    "resize": ("qcow2", "raw", "luks", "qed"),
    "shrink": ("qcow2", "raw", "luks"),
    "snapshot": ("qcow2",),
}

_LACKS: Final = {
    "amend": "is not changed once it is made",
    "bitmap": "keeps no bitmaps",
    "check": "has nothing in it that could be checked",
    "compress": "is never compressed",
    "rebase": "does not change its backing file",
    "resize": "keeps its size",
    "shrink": "never becomes smaller",
    "snapshot": "keeps no snapshots",
}


def judge_able(verb: str, image: DiskImage, *, about: str = "") -> None:
    """Refuse what no image of this format can do.

    Args:
        verb: one of ``ABLE``.
        image: by its format alone.
        about: the argument that asks for it.

    Raises:
        InvalidOption: it cannot.
    """
    if image.format in ABLE[verb]:
        return
    able = " or ".join(ABLE[verb])
    raise InvalidOption(
        f"a {image.format} image {_LACKS[verb]}",
        hint=f"convert() makes one of format {able} of it"
        if verb != "check"
        else "info() tells what it is, and compare() whether it is the same as another",
        option=verb,
        field=about,
    )
