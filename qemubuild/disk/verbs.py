"""What the verbs of an image have in common: `Copying`, `Changing`, `Looking` and `Keeping`.

A method says what its verb does and takes, and another one is its command. What they do is in a
module of its own for each verb, which is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from qemubuild.disk.image import DiskImage


class Verbs:
    """Some verbs of a ``DiskImage``.

    Each may raise ``InvalidOption``, before anything is run, where what is asked for can never be;
    ``ImageError`` where qemu-img fails, or would do harm; and ``NotInstalled`` where there is none,
    or no rich for ``progress=True``.
    """

    __slots__ = ()

    @property
    def _image(self) -> DiskImage:
        return cast("DiskImage", self)
