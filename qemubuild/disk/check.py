"""``qemu-img check``: is an image whole in itself, and what can be mended?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from qemubuild.disk.able import judge_able
from qemubuild.disk.info import shown
from qemubuild.disk.run import execute, failure
from qemubuild.disk.words import form_of, name_of, shared
from qemubuild.shown import shows_fields
from qemubuild.values import choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qemubuild.disk.image import DiskImage

_REPAIR: Final = choice("leaks", "all")


@shows_fields
@frozen
class CheckResult:
    """What a check found. Clusters are what an image allocates at once.

    Attributes:
        path: the image.
        corruptions: what is wrong, and may give the guest wrong data.
        leaks: clusters that take room, and that nothing uses; they do no harm.
        errors: what could not be looked at.
        corruptions_fixed: how many were mended.
        leaks_fixed: the same.
        allocated_clusters: how many clusters of the disk have a place in the file; ``None`` where
            the format does not tell, as for what follows.
        total_clusters: how many the disk has.
        fragmented_clusters: how many do not follow on the one before.
        compressed_clusters: how many are compressed.
        image_end_offset: where in the file the last cluster ends, in bytes.
    """

    path: str
    corruptions: int = 0
    leaks: int = 0
    errors: int = 0
    corruptions_fixed: int = 0
    leaks_fixed: int = 0
    allocated_clusters: int | None = None
    total_clusters: int | None = None
    fragmented_clusters: int | None = None
    compressed_clusters: int | None = None
    image_end_offset: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the image is whole: leaks do no harm, and count nevertheless."""
        return not (self.corruptions or self.leaks or self.errors)

    def __str__(self) -> str:
        counts = {
            "corruptions": self.corruptions,
            "leaked clusters": self.leaks,
            "places that could not be looked at": self.errors,
            "corruptions mended": self.corruptions_fixed,
            "leaked clusters freed": self.leaks_fixed,
        }
        found = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        return f"{shown(self.path)}: {found or 'nothing is wrong'}"


def check_argv(image: DiskImage, *, repair: str | None, force_share: bool) -> list[str]:
    """``qemu-img check --output=json -f qcow2 disk.qcow2``."""
    judge_able("check", image)
    mend = ["-r", _REPAIR.write(repair)] if repair is not None else []
    words = [*shared(force_share), *form_of(image), *mend]
    return ["qemu-img", "check", "--output=json", *words, name_of(image)]


def check(image: DiskImage, *, repair: str | None, force_share: bool) -> CheckResult:
    """Look at all that an image keeps of itself."""
    argv = check_argv(image, repair=repair, force_share=force_share)
    ended = execute(argv, images=[image])
    try:
        answer = json.loads(ended.stdout)
    except ValueError:
        raise failure(ended, argv) from None
    return _read(image.path, answer)


def _read(path: str, answer: Mapping[str, Any]) -> CheckResult:
    """Read its JSON (ImageCheck, qapi/block-core.json)."""
    return CheckResult(
        path,
        corruptions=answer.get("corruptions", 0),
        leaks=answer.get("leaks", 0),
        errors=answer["check-errors"],
        corruptions_fixed=answer.get("corruptions-fixed", 0),
        leaks_fixed=answer.get("leaks-fixed", 0),
        allocated_clusters=answer.get("allocated-clusters"),
        total_clusters=answer.get("total-clusters"),
        fragmented_clusters=answer.get("fragmented-clusters"),
        compressed_clusters=answer.get("compressed-clusters"),
        image_end_offset=answer.get("image-end-offset"),
    )
