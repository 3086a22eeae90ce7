"""The limits of a drive: how many bytes and operations per second, and how far a burst may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.findings import Finding
    from qemubuild.option import Option

_MOST: Final = 10**15
"""The most that QEMU counts in a burst (THROTTLE_VALUE_MAX)."""
_WAYS: Final = ("bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr")
_FIELDS: Final = (
    *_WAYS,
    *(f"{way}_max" for way in _WAYS),
    *(f"{way}_max_length" for way in _WAYS),
    "iops_size",
)


def limits_judged(drive: Option) -> Iterator[Finding]:
    """Judge the limits among a drive's fields as QEMU does (util/throttle.c, throttle_is_valid).

    A limit of 0 is none.
    """
    limits = {name: value for name in _FIELDS if isinstance(value := getattr(drive, name), int)}
    for what in ("bps", "iops"):
        for end in ("", "_max"):
            yield from _split(drive, limits, what, end)
    for way in _WAYS:
        yield from _burst(drive, limits, way)
    if limits.get("iops_size") and not any(map(limits.get, ("iops", "iops_rd", "iops_wr"))):
        yield drive.error(
            "drive-iops-size-without-iops",
            "iops_size says how operations are counted, and nothing limits their number",
            "add iops=, or leave iops_size out",
            "iops_size",
        )


def _split(drive: Option, limits: Mapping[str, int], what: str, end: str) -> Iterator[Finding]:
    total, read, write = f"{what}{end}", f"{what}_rd{end}", f"{what}_wr{end}"
    if limits.get(total) and (limits.get(read) or limits.get(write)):
        yield drive.error(
            "drive-limit-total-and-split",
            f"{total} limits reads and writes together, {read} and {write} each of them",
            f"write {total}, or {read} and {write}",
            total,
        )


def _burst(drive: Option, limits: Mapping[str, int], way: str) -> Iterator[Finding]:
    least, most, length = limits.get(way), limits.get(f"{way}_max"), limits.get(f"{way}_max_length")
    if most and not least:
        yield drive.error(
            "drive-burst-without-limit",
            f"{way}_max says how far a burst may go beyond {way}, which has no limit",
            f"add {way}=, less than {way}_max",
            f"{way}_max",
        )
    elif most and least and most < least:
        yield drive.error(
            "drive-burst-below-limit",
            f"{way}_max={most} is less than {way}={least}, beyond which it is to go",
            f"write {way}_max={least} or more, or leave it out",
            f"{way}_max",
        )
    if length and length > 1 and not most:
        yield drive.error(
            "drive-burst-length-without-burst",
            f"{way}_max_length={length} is how long a burst lasts, and there is none",
            f"add {way}_max=",
            f"{way}_max_length",
        )
    elif length and most and length > _MOST // most:
        yield drive.error(
            "drive-burst-too-long",
            f"{length} seconds of {most} are more than QEMU counts (10**15)",
            f"write {_MOST // most} seconds or fewer, or a lower {way}_max",
            f"{way}_max_length",
        )
