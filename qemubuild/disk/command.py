"""``qemu-img create ...``, read into what `DiskImage` is made from."""

from __future__ import annotations

import re
import shlex
from getopt import GetoptError, gnu_getopt
from typing import TYPE_CHECKING, Any, Final

from qemubuild import grammar
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.units import parse_size
from qemubuild.values import Url, Verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

# Keys of -o that are arguments by themselves.
_ARGUMENTS: Final = {"size": "size", "backing_file": "backing", "backing_fmt": "backing_format"}
_LETTERS: Final = {"-f": "format", "-b": "backing", "-F": "backing_format"}
_URL: Final = re.compile(r"[^/:]*:")


def read_create(argv: Sequence[str]) -> dict[str, Any]:
    """The arguments of the `DiskImage` that a command creates.

    Raises:
        CommandSyntaxError: qemu-img could not read it, or it makes what is no ``DiskImage``.
    """
    program = argv[0].rpartition("/")[2] if argv else ""
    if program.removesuffix(".exe") != "qemu-img" or list(argv[1:2]) != ["create"]:
        raise _error(argv, "it does not create an image", "begin with qemu-img create")
    try:
        given, words = gnu_getopt(list(argv[2:]), "F:b:f:o:q", ["object="])
    except GetoptError as cause:
        raise _error(
            argv, str(cause), "use -f, -b, -F and -o; DiskImage has nothing else"
        ) from None
    if not 1 <= len(words) <= 2:
        raise _error(argv, f"it has {len(words)} names and sizes", "give one path and one size")
    read: dict[str, Any] = {"path": _local(argv, words[0]), "format": "raw", "options": {}}
    if words[1:]:
        read["size"] = words[1]
    for letter, value in given:
        if letter in _LETTERS:
            read[_LETTERS[letter]] = value
        for item in grammar.parse(value) if letter == "-o" else ():
            if item.key in _ARGUMENTS:
                read.setdefault(_ARGUMENTS[item.key], item.value)
            else:
                unknown = "$" in item.value  # a variable of a shell's
                read["options"][item.key] = Verbatim(item.value) if unknown else item.value
    if secrets := [value for letter, value in given if letter == "--object"]:
        _encrypt(argv, read, secrets)
    if "backing" in read:
        if _URL.match(read["backing"]):
            read["backing"] = Url(read["backing"])
        if "backing_format" not in read:
            raise _error(
                argv, "the format of the backing file is not said (QEMU 6.1)", "add -F and it"
            )
    if "size" in read:
        read["size"] = _size(read["size"])
    return read


def _local(argv: Sequence[str], path: str) -> str:
    if _URL.match(path):
        raise _error(argv, f"{path!r} is no local file", "give the path of one")
    return path


def _encrypt(argv: Sequence[str], read: dict[str, Any], secrets: Sequence[str]) -> None:
    """Read what is said of encryption, where a secret is said for it."""
    from qemubuild.disk.encryption import Luks, creation_keys  # noqa: PLC0415 - few are

    keys = creation_keys(read["format"])
    options = read["options"]
    named = {
        item["id"]: item["file"]
        for secret in secrets
        if (item := {one.key: one.value for one in grammar.parse(secret, implied="qom-type")})
        and item.keys() == {"qom-type", "id", "file"}
    }
    name = options.pop(keys.pop(""), None)
    if len(named) != len(secrets) or name not in named:
        hint = "write --object secret,id=ID,file=FILE, and the id as the image's key-secret"
        raise _error(argv, "its secret is no file's, or not the image's", hint)
    if options.pop("encrypt.format", "luks") != "luks":
        raise _error(argv, "it encrypts by another way than LUKS", "write encrypt.format=luks")
    given = {field: options.pop(key) for field, key in keys.items() if key in options}
    if "iter_time" in given and given["iter_time"].isdecimal():
        given["iter_time"] = int(given["iter_time"])
    read["encryption"] = Luks(file=named[name], **given)


def _size(text: str) -> str:
    """A size; or the text as it stands, where it is a variable or the like."""
    try:
        parse_size(text)
    except InvalidOption:
        return Verbatim(text)
    return text


def _error(argv: Sequence[str], message: str, hint: str) -> CommandSyntaxError:
    text = shlex.join(argv)
    return CommandSyntaxError(message, text, (0, len(text)), hint=hint)
