"""Keys and values that QEMU learned after 7.2, or has forgotten since."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.findings import Finding
    from qemubuild.option import Option


def newer_keys(option: Option, since: Mapping[str, str]) -> Iterator[Finding]:
    """Warn of each field that is given and came with the version of QEMU beside its name."""
    for field, version in since.items():
        if getattr(option, field) is not None:
            yield newer(option, field, version, field)


def newer(option: Option, what: str, version: str, field: str) -> Finding:
    """Warn of a key or value that came with a version of QEMU."""
    return option.warning(
        "key-newer",
        f"{what} came with QEMU {version}, and any older one refuses it",
        f"run it with QEMU {version} or newer, or leave {what} out",
        field,
    )
