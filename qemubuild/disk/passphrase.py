"""Changing the passphrase of an encrypted image, by ``qemu-img amend``.

LUKS keeps the key of the disk in up to eight places, each locked by a passphrase. The new one is
added before the old one is erased, so whatever happens in between, one of them opens the disk.
"""

from __future__ import annotations

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


def change(image: DiskImage, new: Luks) -> DiskImage:
    """Lock the key of the disk by another passphrase, and no longer by this one."""
    old = _judged(image, new)
    prefix = "encrypt." if image.format == "qcow2" else ""
    with readable(old) as (old_file, old_fds), readable(new) as (new_file, new_fds):

        def amend(opened_by: str, *pairs: tuple[str, str]) -> None:
            keys = [
                ("driver", image.format),
                (key_of(image.format), opened_by),
                ("file.filename", argument(image.path)),
            ]

            def argv(old_source: str, new_source: str) -> list[str]:
                secrets = [*secret_words(_OLD, old_source), *secret_words(_NEW, new_source)]
                options = grammar.render((f"{prefix}{key}", value) for key, value in pairs)
                how = ["--image-opts", "-o", options, grammar.render(keys)]
                return ["qemu-img", "amend", *secrets, *how]

            shown = argv(old.source, new.source)
            inherit = (*old_fds, *new_fds)
            patiently(lambda: run(argv(old_file, new_file), shown=shown, inherit=inherit))

        time = [("iter-time", str(new.iter_time))] if new.iter_time else []
        amend(_OLD, ("state", "active"), ("new-secret", _NEW), *time)
        amend(_NEW, ("state", "inactive"), ("old-secret", _OLD))
    return evolve(image, encryption=new)


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
