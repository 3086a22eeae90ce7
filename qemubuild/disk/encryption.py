"""Encrypted images: LUKS, inside qcow2 or as a format of its own.

A passphrase is in no argument, in no file of its own and in no repr. qemu-img and QEMU take it as
an object, which reads it from an open file of this process's: memory without a name, which only
this user's processes can open.

    qemu-img create --object secret,id=key0,file=/dev/stdin -f qcow2
        -o encrypt.format=luks,encrypt.key-secret=key0 vault.qcow2 10G
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal
from zlib import crc32

import attrs

from qemubuild import grammar
from qemubuild.errors import InvalidOption
from qemubuild.values import COUNT, ID, NAME, choice, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qemubuild.disk.image import DiskImage

STDIN: Final = "/dev/stdin"
"""Where a passphrase comes from on a command line that does not say it."""

_CIPHERS: Final = ("aes-128", "aes-192", "aes-256", "serpent-128", "serpent-192", "serpent-256",
                   "twofish-128", "twofish-192", "twofish-256", "cast5-128")  # fmt: skip
_HASHES: Final = ("sha1", "sha224", "sha256", "sha384", "sha512", "ripemd160")
# The options of a new image beside the key, by the fields they are in.
_CREATION: Final = {
    "cipher_alg": choice(*_CIPHERS),
    "cipher_mode": choice("xts", "cbc", "ctr", "ecb"),
    "hash_alg": choice(*_HASHES),
    "ivgen_alg": choice("plain64", "plain", "essiv"),
    "ivgen_hash_alg": choice(*_HASHES),
    "iter_time": COUNT,
}
FORMATS: Final = frozenset({"qcow2", "luks"})
"""The formats of images that can be encrypted so."""


def _hidden(passphrase: str | None) -> str:
    return "None" if passphrase is None else "'***'"


def _creation() -> Any:
    return attrs.field(default=None, kw_only=True)


@attrs.frozen
class Luks:
    """How an image is encrypted (LUKS), and with what it is opened.

    >>> DiskImage("vault.qcow2", size="10G", encryption=Luks(getpass()))

    Give the passphrase, or a file that it is in; QEMU takes all of the file, the newline at its end
    too (write it with ``printf %s``). Whoever has neither has no disk: nobody can recover it.

    Attributes:
        passphrase: what opens the image; any text, and never shown.
        file: a file with the passphrase, which QEMU itself reads.
        id: what command lines call it; a name made of the image's without.
        cipher_alg: of a new image: ``"aes-256"`` without.
        cipher_mode: of a new image: ``"xts"`` without.
        hash_alg: of a new image: ``"sha256"`` without.
        ivgen_alg: of a new image: ``"plain64"`` without.
        ivgen_hash_alg: of a new image, for the ``ivgen_alg`` ``"essiv"``.
        iter_time: of a new image: the milliseconds that a try of a passphrase takes; 2000 without.
            Creating takes a few times that.

    Raises:
        InvalidOption: there is no such passphrase, or no such cipher.
    """

    passphrase: str | None = attrs.field(default=None, repr=_hidden)
    file: str | os.PathLike[str] | None = attrs.field(default=None, kw_only=True)
    id: str | None = attrs.field(default=None, kw_only=True)
    cipher_alg: str | None = _creation()
    cipher_mode: Literal["xts", "cbc", "ctr", "ecb"] | None = _creation()
    hash_alg: str | None = _creation()
    ivgen_alg: Literal["plain64", "plain", "essiv"] | None = _creation()
    ivgen_hash_alg: str | None = _creation()
    iter_time: int | None = _creation()

    def __attrs_post_init__(self) -> None:
        if (self.passphrase is None) == (self.file is None):
            raise InvalidOption(
                "the passphrase is given, or the file that it is in: one of the two",
                hint="write Luks(passphrase), or Luks(file='key.txt')",
                option="Luks",
                field="passphrase",
            )
        if self.passphrase is not None:
            _judge_passphrase(self.passphrase)
        for name, kind in (("file", NAME), ("id", ID), *_CREATION.items()):
            value = getattr(self, name)
            if value is not None:
                try:
                    kind.write(value)
                except InvalidOption as found:
                    raise InvalidOption(
                        found.message, hint=found.hint, option="Luks", field=name
                    ) from None

    @property
    def source(self) -> str:
        """The file that a command line names: standard input for what is in no file."""
        return STDIN if self.file is None else os.fsdecode(self.file)

    def creation(self, form: str, name: str) -> Iterator[tuple[str, str]]:
        """What ``-o`` says of a new image.

        Args:
            form: the image's format.
            name: the id of the secret.
        """
        if form == "qcow2":
            yield "encrypt.format", "luks"
        for field, key in creation_keys(form).items():
            value = getattr(self, field) if field else name
            if value is not None:
                yield key, str(value)


def key_of(form: str) -> str:
    """The key by which an image of a format is told its secret."""
    return "encrypt.key-secret" if form == "qcow2" else "key-secret"


def creation_keys(form: str) -> dict[str, str]:
    """The keys of ``-o`` that are about encryption, by the fields of `Luks`; the secret's by ""."""
    prefix = "encrypt." if form == "qcow2" else ""
    fields = {field: f"{prefix}{field.replace('_', '-')}" for field in _CREATION}
    return {"": f"{prefix}key-secret", **fields}


def encrypted(image: DiskImage) -> Iterator[tuple[str, DiskImage, Luks]]:
    """The encrypted ones of an image and those that it stands on, as far as that is known.

    Yields:
        What stands before QEMU's keys of it (``backing.``), the image, and its encryption.
    """
    prefix, one = "", image
    while True:
        if one.encryption is not None:
            yield prefix, one, one.encryption
        if one.backing is None or isinstance(one.backing, str):
            return
        prefix, one = f"{prefix}backing.", one.backing


def keys_of(image: DiskImage) -> dict[str, str]:
    """QEMU's keys by which an image is told its secrets, each with the id of one."""
    return {
        f"{prefix}{key_of(one.format)}": id_of(one, encryption)
        for prefix, one, encryption in encrypted(image)
    }


def id_of(image: DiskImage, encryption: Luks) -> str:
    """What a machine calls the passphrase of an image."""
    return encryption.id or f"key-{crc32(os.fsencode(image.path)):08x}"


def secret_words(name: str, file: str) -> list[str]:
    """The object that qemu-img reads a passphrase from."""
    pairs = [("id", name), ("file", file)]
    return ["--object", f"secret,{grammar.render(pairs)}"]


@contextmanager
def readable(encryption: Luks | None) -> Iterator[tuple[str, tuple[int, ...]]]:
    """A path that a child reads the passphrase from, and the files that it must inherit."""
    if encryption is None or encryption.passphrase is None:
        yield ("" if encryption is None else encryption.source), ()
        return
    with ExitStack() as opened:
        number = in_memory(encryption.passphrase)
        opened.callback(os.close, number)
        yield f"/dev/fd/{number}", (number,)


@contextmanager
def unlocked(
    argv: Sequence[str], images: Iterable[DiskImage]
) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """A command whose secrets can be read, and the files that a child must inherit for that.

    Args:
        argv: the command, which names standard input for each passphrase that is in no file.
        images: what it is about.
    """
    with ExitStack() as opened:
        readable_word: dict[str, str] = {}
        numbers = []
        for image in images:
            for _, one, encryption in encrypted(image):
                if encryption.passphrase is not None:
                    number = in_memory(encryption.passphrase)
                    opened.callback(os.close, number)
                    numbers.append(number)
                    name = id_of(one, encryption)
                    word = secret_words(name, encryption.source)[1]
                    readable_word[word] = secret_words(name, f"/dev/fd/{number}")[1]
        yield [readable_word.get(word, word) for word in argv], tuple(numbers)


def in_memory(passphrase: str) -> int:
    """A file without a name that holds a passphrase; whoever opens its number reads all of it."""
    number = os.memfd_create("qemubuild-secret", os.MFD_CLOEXEC)
    try:
        os.write(number, passphrase.encode())
    except BaseException:
        os.close(number)
        raise
    return number


def _judge_passphrase(passphrase: object) -> None:
    """See that a passphrase is one that LUKS takes; no error shows it."""
    problem = None
    if not isinstance(passphrase, str):
        problem = f"a passphrase is text, and no {type(passphrase).__name__}"
    elif not passphrase:
        problem = "the passphrase is empty, which protects nothing"
    else:
        try:
            passphrase.encode()
            write_text(passphrase)
        except (InvalidOption, UnicodeEncodeError):
            problem = "the passphrase has a character that QEMU does not read: NUL, or half a one"
    if problem:
        raise InvalidOption(
            problem, hint="give it as text", option="Luks", field="passphrase"
        ) from None
