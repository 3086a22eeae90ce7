"""The encryption of an image: what a machine says of it, and another passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.disk.verbs import Verbs
from qemubuild.errors import InvalidOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qemubuild.disk.encryption import Luks
    from qemubuild.disk.image import DiskImage


class Locking(Verbs):
    """What a ``DiskImage`` does because it is encrypted."""

    __slots__ = ()

    def change_passphrase(self, new: Luks | str) -> DiskImage:
        """Have an encrypted image opened by another passphrase, and no longer by this one.

        What is on the disk stays as it is, and is not encrypted anew: whoever had the old
        passphrase and a copy of the image can still read that.

        Args:
            new: the passphrase, or the file that it is in.

        Returns:
            The image, with the new one.

        Raises:
            InvalidOption: the present passphrase is not given, or the new one can be none.
            ImageError: it was not changed: the present one is wrong, or a machine has the image.
            NotInstalled: there is no qemu-img.
        """
        from qemubuild.disk.encryption import Luks  # noqa: PLC0415 - few are
        from qemubuild.disk.passphrase import change  # noqa: PLC0415

        return change(self._image, Luks(new) if isinstance(new, str) else new)

    def change_passphrase_argv(self, new: Luks | str) -> tuple[list[str], list[str]]:
        """The commands of `change_passphrase`, without running them: one adds, one erases.

        Both passphrases have to be in files for them to be run by hand: what is in none is read
        from standard input.
        """
        from qemubuild.disk.encryption import Luks  # noqa: PLC0415 - few are
        from qemubuild.disk.passphrase import change_argv  # noqa: PLC0415

        return change_argv(self._image, Luks(new) if isinstance(new, str) else new)

    @property
    def secret_keys(self) -> Mapping[str, str]:
        """What a drive says of the passphrases: QEMU's keys, each with the id of a secret.

        Empty where neither this image nor one that it stands on is known to be encrypted.
        """
        image = self._image
        if image.encryption is None and (image.backing is None or isinstance(image.backing, str)):
            return {}
        from qemubuild.disk.encryption import keys_of  # noqa: PLC0415 - few are

        return keys_of(image)

    def _judge_encryption(self) -> None:
        image = self._image
        from qemubuild.disk.encryption import FORMATS as ENCRYPTED  # noqa: PLC0415 - few are

        if image.format not in ENCRYPTED:
            raise _refused(
                f"a {image.format} image cannot be encrypted",
                "write format='qcow2', or 'luks' for one that other programs open, too",
            )
        if any(key.startswith("encrypt") or key == "key-secret" for key, _ in image.options):
            raise _refused("the options say it, too", "leave those of them out")


def _refused(message: str, hint: str) -> InvalidOption:
    return InvalidOption(message, hint=hint, option="DiskImage", field="encryption")
