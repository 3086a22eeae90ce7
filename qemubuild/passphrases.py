"""The passphrases of a machine's encrypted images: how QEMU gets them.

A passphrase that is in a file of the user's is read from there. Any other is in no argument and in
no file: the command line names standard input, and `launch()` a file without a name in place of it.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from qemubuild.disk.encryption import STDIN, encrypted, id_of, in_memory
from qemubuild.options.object import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.option import Option


def secrets_for(option: Option, present: Sequence[Option]) -> Iterator[Secret]:
    """The secrets that an option with an encrypted image needs, and that are not there yet."""
    ids = {getattr(one, "id", None) for one in present if one.flag == Secret.flag}
    for _, image, encryption in encrypted(option.image):
        name = id_of(image, encryption)
        if name not in ids:
            ids.add(name)
            yield Secret(name, file=encryption.source)


@contextmanager
def handed_over(options: Sequence[Option]) -> Iterator[tuple[list[Option], tuple[int, ...]]]:
    """The options with files that QEMU reads passphrases from, which it must inherit."""
    known = {
        id_of(image, encryption): encryption.passphrase
        for option in options
        if option.image is not None
        for _, image, encryption in encrypted(option.image)
    }
    with ExitStack() as opened:
        changed, inherited = list(options), []
        for place, option in enumerate(options):
            if not isinstance(option, Secret) or option.file != STDIN:
                continue
            if (passphrase := known.get(option.id)) is not None:
                number = in_memory(passphrase)
                opened.callback(os.close, number)
                inherited.append(number)
                changed[place] = Secret(option.id, file=f"/dev/fd/{number}")
        yield changed, tuple(inherited)
