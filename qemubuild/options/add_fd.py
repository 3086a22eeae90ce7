"""``-add-fd``: a file that is open already, which QEMU is to find under ``/dev/fdset/``."""

from __future__ import annotations

from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import NUMBER, TEXT, integer


class AddFd(Keyed):
    """Hand QEMU a file that is open already (``-add-fd``): ``/dev/fdset/SET`` is its name then.

    Attributes:
        fd: the number of the open file that QEMU inherits; 3 or more.
        set: the number of the set it joins. A file that is opened both for reading and for
            writing has a descriptor of each kind in its set.
        opaque: a remark, which monitors show.
    """

    flag = "-add-fd"
    repeats = True

    fd: int = key(integer(3, (1 << 31) - 1), kw_only=True)
    set: int = key(NUMBER, kw_only=True)
    opaque: str | None = key(TEXT, default=None, kw_only=True)

    def explain(self) -> str:
        """Say what it is called."""
        return (
            f"Hands QEMU the open file with descriptor {self.fd}, which options name as "
            f"/dev/fdset/{self.set}."
        )
