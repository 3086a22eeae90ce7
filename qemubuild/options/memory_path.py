"""``-mem-path`` and ``-mem-prealloc``: which of the host's memory the guest gets, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import BackedBy, Maps
from qemubuild.option import Flag, Plain, key
from qemubuild.values import NAME

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class MemPath(Plain):
    """Take the guest's memory from a file, or from files in a directory (``-mem-path``).

    Attributes:
        path: a directory, such as ``"/dev/hugepages"`` for huge pages; or a file, which is made
            where it is missing, and otherwise has to be of the memory's size.
    """

    flag = "-mem-path"

    path: str | os.PathLike[str] = key(NAME)

    def claims(self) -> Iterator[Maps]:
        """State the file, or the directory."""
        yield Maps(self.words[1], None, readonly=False)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge it beside an object that the memory comes from."""
        if any(option.flag == "-machine" for option, _ in machine.claims(BackedBy)):
            yield self.error(
                "mem-path-beside-backend",
                "-machine memory-backend= says where the memory comes from, and so does this",
                "leave mem_path out, and write memory_backend_file() for the object",
                "path",
            )

    def explain(self) -> str:
        """Say where the memory comes from."""
        return (
            f"Takes the guest's memory from {self.words[1]}. Without it the memory is QEMU's own, "
            "which no other process can share."
        )


class MemPrealloc(Flag):
    """Take all of the guest's memory from the host at the start (``-mem-prealloc``)."""

    flag = "-mem-prealloc"

    def explain(self) -> str:
        """Say when the memory is taken."""
        return (
            "Takes all of the guest's memory from the host before it starts. Without it memory "
            "is taken when the guest first uses it."
        )
