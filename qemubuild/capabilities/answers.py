"""How a QEMU's answers are kept: some hundred sections, of which a check reads a few.

A file is a line of JSON that says what it is and where each section stands, and the sections, each
a line of JSON. Types with the same properties share one::

    {"format": 2, "identity": "...", "sections": {"core": [0, 71022], "of:e1000": [71023, 950]}}
    {"version": [7, 2, 22], ...
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 6
"""Which questions are asked, and how the answers are kept; another is not read."""


class Damaged(Exception):
    """The file is not as it was written, or not of this format."""


class Answers:
    """The answers of one QEMU; a section is read when it is first wanted."""

    def __init__(self, data: bytes) -> None:
        """Take a file's bytes.

        Raises:
            Damaged: they are not what `pack` returned.
        """
        try:
            head, newline, self._body = data.partition(b"\n")
            told = json.loads(head)
            if not newline or told["format"] != FORMAT or told["crc"] != zlib.crc32(self._body):
                raise Damaged
            self.identity: str = told["identity"]
            self._places: dict[str, list[int]] = told["sections"]
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged from error
        self._read: dict[str, Any] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            start, length = self._places[name]
            self._read[name] = json.loads(self._body[start : start + length])
        return self._read[name]


def pack(sections: Mapping[str, Any], identity: str) -> bytes:
    """Write answers, for `Answers` to read."""
    places: dict[str, tuple[int, int]] = {}
    known: dict[bytes, tuple[int, int]] = {}
    body = bytearray()
    for name, answer in sections.items():
        text = json.dumps(answer, separators=(",", ":")).encode()
        if text not in known:
            known[text] = (len(body), len(text))
            body += text + b"\n"
        places[name] = known[text]
    head = {
        "format": FORMAT,
        "identity": identity,
        "crc": zlib.crc32(body),
        "sections": places,
    }
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + body
