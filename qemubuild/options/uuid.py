"""``-uuid``: the machine's identity, as its firmware tells it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.errors import InvalidOption
from qemubuild.option import Plain, key
from qemubuild.values import Kind

if TYPE_CHECKING:
    from uuid import UUID

_SHAPE: Final = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _write_uuid(value: object) -> str:
    text = str(value)
    if _SHAPE.fullmatch(text):
        return text
    raise InvalidOption(
        f"{text!r} is no UUID that QEMU reads",
        hint="write it as '550e8400-e29b-41d4-a716-446655440000', or give uuid.uuid4()",
    )


class Uuid(Plain):
    """Give the machine a UUID (``-uuid``), by which its system can tell it from others.

    Attributes:
        uuid: 32 hexadecimal digits in five groups, or Python's `uuid.UUID`.
    """

    flag = "-uuid"

    uuid: str | UUID = key(Kind(_write_uuid, _write_uuid))

    def explain(self) -> str:
        """Say who reads it."""
        return (
            f"Gives the machine the UUID {self.words[1]}, which its firmware tells the system. "
            "Without it the UUID is all zeros, or none."
        )
