"""Changing the passphrase of an encrypted image, by ``qemu-img amend``.

LUKS keeps the key of the disk in up to eight places, each locked by a passphrase. The new one is
added before the old one is erased, so whatever happens in between, one of them opens the disk.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from attrs import evolve

from qemubuild import grammar
from qemubuild.disk.creating import patiently
from qemubuild.disk.encryption import Luks, key_of, readable, secret_words
from qemubuild.disk.run import run
from qemubuild.disk.words import argument
from qemubuild.errors import InvalidOption

if TYPE_CHECKING:
    from qemubuild.disk.image import DiskImage

_OLD, _NEW = "key0", "key1"
_OF_CREATION: Final = ("cipher_alg", "cipher_mode", "hash_alg", "ivgen_alg", "ivgen_hash_alg")


def change_argv(image: DiskImage, new: Luks) -> tuple[list[str], list[str]]:
    """The commands that add the new one, and erase the old one."""
    return _commands(image, new, _judged(image, new).source, new.source)


def change(image: DiskImage, new: Luks) -> DiskImage:
    """Lock the key of the disk by another passphrase, and no longer by this one."""
    told = change_argv(image, new)
    with readable(image.encryption) as (old_file, old_fds), readable(new) as (new_file, new_fds):
        for argv, shown in zip(_commands(image, new, old_file, new_file), told, strict=True):
            run_it = partial(run, argv, shown=shown, inherit=(*old_fds, *new_fds))
            patiently(run_it)
    return evolve(image, encryption=new)


def _commands(
    image: DiskImage, new: Luks, old_source: str, new_source: str
) -> tuple[list[str], list[str]]:
    """Each opens the image by the passphrase that stays good."""
    prefix = "encrypt." if image.format == "qcow2" else ""

    def amend(opened_by: str, *pairs: tuple[str, str]) -> list[str]:
        keys = [
            ("driver", image.format),
            (key_of(image.format), opened_by),
            ("file.filename", argument(image.path)),
        ]
        return [
            *("qemu-img", "amend"),
            *(*secret_words(_OLD, old_source), *secret_words(_NEW, new_source), "--image-opts"),
            *("-o", grammar.render((f"{prefix}{key}", value) for key, value in pairs)),
            grammar.render(keys),
        ]

    time = [("iter-time", str(new.iter_time))] if new.iter_time else []
    return (
        amend(_OLD, ("state", "active"), ("new-secret", _NEW), *time),
        amend(_NEW, ("state", "inactive"), ("old-secret", _OLD)),
    )


def _judged(image: DiskImage, new: Luks) -> Luks:
    """The encryption that it has, if that can be changed so."""
    old = image.encryption
    if old is None:
        raise _refused(
            "the present passphrase is not given", "write DiskImage(..., encryption=Luks(old))"
        )
    if (old.passphrase, old.file) == (new.passphrase, new.file):
        raise _refused("the new passphrase is the old one", "give another one")
    if given := [name for name in _OF_CREATION if getattr(new, name) is not None]:
        raise _refused(
            f"{given[0]} is that of the image, and does not change",
            "leave it out; convert() makes an image that is encrypted in another way",
        )
    return old


def _refused(message: str, hint: str) -> InvalidOption:
    return InvalidOption(message, hint=hint, option="change_passphrase", field="new")
