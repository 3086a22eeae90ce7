"""Paths and images where ``-blockdev`` has nodes: written out as the nodes that they mean."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Final

from qemubuild.errors import InvalidOption
from qemubuild.options._block_node import CHILDREN
from qemubuild.options._images import FORMATS

# What is a device below /dev, and no file.
_DEVICE: Final = re.compile(r"/dev/(?!fdset/|fd/|shm/)")


def expanded(driver: object, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a node, with paths written out as the nodes that they mean."""
    return {
        name: _beneath(driver, name, value) if name in CHILDREN else value
        for name, value in keys.items()
    }


def _beneath(driver: object, name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return expanded(value.get("driver"), value)
    if not isinstance(value, os.PathLike):
        return value
    if driver in FORMATS and name != "backing":
        return _protocol(os.fsdecode(value))
    return nodes_of(value)


def _protocol(path: str) -> dict[str, Any]:
    return {"driver": "host_device" if _DEVICE.match(path) else "file", "filename": path}


def nodes_of(image: os.PathLike[str]) -> dict[str, Any]:
    """The nodes of an image that says its format: the format, and the file beneath."""
    path = os.fsdecode(image)
    if (format_ := getattr(image, "format", None)) is None:
        raise InvalidOption(
            f"nothing says the format of {path!r}",
            hint=f"write DiskImage({path!r}), or blockdev('raw', file=Path({path!r}))",
            option="-blockdev",
        )
    keys = {
        name: value
        for name, value in (getattr(image, "secret_keys", None) or {}).items()
        if not name.startswith("backing.")
    }
    return {"driver": format_, **_nested(keys), "file": _protocol(path)}


def _nested(keys: Mapping[str, str]) -> dict[str, Any]:
    """Keys with dots in their names as the structures that they mean."""
    found: dict[str, Any] = {}
    for name, value in keys.items():
        head, _, rest = name.partition(".")
        found[head] = {rest: value} if rest else value
    return found
