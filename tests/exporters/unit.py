"""A systemd unit read back, as systemd.syntax(7) and systemd.service(5) say that it is read."""

from __future__ import annotations

import os
import re

ESCAPES = {"n": b"\n", "t": b"\t", "r": b"\r", "s": b" ", "\\": b"\\", '"': b'"', "'": b"'"}


def settings(unit: str) -> dict[str, str]:
    """The settings, which are each there once."""
    lines = [line for line in unit.split("\n") if not line.lstrip().startswith(("#", ";"))]
    text = "\n".join(lines).replace("\\\n", " ")
    found = [line.partition("=") for line in text.split("\n") if not line.startswith("[")]
    names = [name for name, _, _ in found if name]
    assert len(names) == len(set(names))
    return {name: value.strip() for name, _, value in found}


def command(value: str, variables: dict[str, str], specifiers: dict[str, str]) -> list[str]:
    """The arguments that a command line stands for."""
    prefix = re.match("[-:@+!|]*", value)[0]
    words = [expanded(word, specifiers) for word in split(value[len(prefix) :])]
    return words if ":" in prefix else [one for word in words for one in filled(word, variables)]


def split(value: str) -> list[str]:
    words: list[bytes] = []
    position, quote, inside = 0, "", False
    while position < len(value):
        char = value[position]
        position += 1
        if char == "\\":
            escape = value[position]
            position += 1
            if escape == "x":
                piece = bytes([int(value[position : position + 2], 16)])
                position += 2
            else:
                piece = ESCAPES[escape]
        elif quote and char == quote:
            quote = ""
            continue
        elif not quote and char in "\"'":
            quote, piece = char, b""
        elif not quote and char.isspace():
            inside = False
            continue
        else:
            piece = char.encode()
        if not inside:
            assert char != ";" or value[position : position + 1].strip(), "the end of a command"
            words.append(b"")
            inside = True
        words[-1] += piece
    assert not quote
    return list(map(os.fsdecode, words))


def expanded(word: str, specifiers: dict[str, str]) -> str:
    return re.sub("%(.)", lambda found: {"%": "%", **specifiers}[found[1]], word)


def filled(word: str, variables: dict[str, str]) -> list[str]:
    """A word with its variables; one that is a variable alone is as many words as that has."""
    if re.fullmatch(r"\$\w+", word):
        return variables.get(word[1:], "").split()
    known = {f"${{{name}}}": value for name, value in variables.items()}
    return [re.sub(r"\$\$|\$\{\w+\}", lambda f: {"$$": "$", **known}[f[0]], word)]
