"""QEMU's ``key=value,key=value``, both directions; nothing else escapes or splits.

QemuOpts, util/qemu-option.c (``-drive``, ``-netdev``, ``-vnc``, ``-m`` ...)::

    options = [ value "," ] item { "," item }     the first value belongs to the implied key
    item    = key "=" value | word                word: word=on; "no" word: word=off (deprecated)
    value   = text in which every "," is written ",,"; a further "=" is literal

keyval, util/keyval.c (``-machine``, ``-smp``, ``-boot``, ``-blockdev`` ...): the same with no bare
words, dotted keys for structure, and no ``,`` in the implied first value.

A key cannot be escaped, so one with ``=`` or ``,`` in it cannot be written at all. An implied value
with ``=`` or ``,`` in it would be misread, so its key is written then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from qemubuild.errors import CommandSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterable

_ITEM = re.compile(r"(?P<key>[^=,]*)(?:=(?P<value>(?:[^,]|,,)*))?(?:,|$)")
_IMPLIED = re.compile(r"(?P<value>[^=,]*(?:,,(?:[^,]|,,)*)?)(?:,|$)")


class Item(NamedTuple):
    """One ``key=value`` as it was read.

    Attributes:
        key: the key; the implied one where none was written.
        value: the value, no longer escaped.
        bare: whether it stood there as a word: ``readonly`` for ``readonly=on``.
    """

    key: str
    value: str
    bare: bool = False


def escape(text: str) -> str:
    """Double every comma, as both dialects want it in a value."""
    return text.replace(",", ",,")


def render(pairs: Iterable[tuple[str, str]], *, implied: str = "") -> str:
    """Write pairs; the implied key is left out where the value can stand alone.

    >>> render([("guest", "web"), ("process", "a,b")], implied="guest")
    'web,process=a,,b'
    >>> render([("guest", "a=b")], implied="guest")
    'guest=a=b'
    """
    words: list[str] = []
    for key, value in pairs:
        if "," in value:
            words.append(f"{key}={escape(value)}")
        elif key == implied and not words and value and "=" not in value:
            words.append(value)
        else:
            words.append(f"{key}={value}")
    return ",".join(words)


def parse(text: str, *, implied: str = "") -> list[Item]:
    """Read QemuOpts.

    >>> parse("web,process=a,,b,debug-threads", implied="guest")[-1]
    Item(key='debug-threads', value='on', bare=True)
    """
    if not text:
        return []
    if ",," not in text:
        words = text.removesuffix(",").split(",")
        if implied and "=" not in words[0]:
            return [Item(implied, words[0]), *map(_item, words[1:])]
        return [_item(word) for word in words]
    items: list[Item] = []
    position = 0
    if implied and (match := _IMPLIED.match(text)):
        items.append(Item(implied, match["value"].replace(",,", ",")))
        position = match.end()
    while position < len(text):
        match = _ITEM.match(text, position)
        assert match is not None  # noqa: S101 - the pattern matches at every position
        key, value = match["key"], match["value"]
        items.append(_item(key) if value is None else Item(key, value.replace(",,", ",")))
        position = max(match.end(), position + 1)
    return items


def _item(word: str) -> Item:
    """An item, of which only the value can have commas."""
    key, equals, value = word.partition("=")
    if equals:
        return Item(key, value)
    return Item(key[2:], "off", bare=True) if key.startswith("no") else Item(key, "on", bare=True)


def parse_keyval(text: str, *, implied: str = "") -> list[Item]:
    """Read keyval; dotted keys stay dotted.

    Raises:
        CommandSyntaxError: an item is no ``key=value``, which QEMU refuses here.
    """
    items: list[Item] = []
    position = 0
    while position < len(text):
        match = _ITEM.match(text, position)
        assert match is not None  # noqa: S101 - the pattern matches at every position
        key, value = match["key"], match["value"]
        if value is not None and key:
            items.append(Item(key, value.replace(",,", ",")))
        elif implied and not position and value is None:
            items.append(Item(implied, key))
        else:
            end = position + len(key)
            raise CommandSyntaxError(
                f"expected key=value, found {key!r}",
                text,
                (position, max(end, position + 1)),
                hint=f"write {key}=on" if key else "give the key a name",
            )
        position = max(match.end(), position + 1)
    return items


def local_path(path: str) -> str:
    """A path that QEMU takes for a path: ``./`` keeps a colon from being read as a protocol.

    QEMU reads ``nbd:x`` as a protocol where a colon comes before the first slash (block.c), in
    every place that opens an image.
    """
    head = path.partition("/")[0]
    return f"./{path}" if ":" in head else path
