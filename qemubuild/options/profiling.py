"""``-plugin``, ``-perfmap``, ``-jitdump``, ``-enable-sync-profile``: measure QEMU and the guest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Opens
from qemubuild.driven import Driven
from qemubuild.option import Flag

if TYPE_CHECKING:
    from collections.abc import Iterator


class Plugin(Driven, init=False):
    """Load a plugin that watches what an emulated processor does (``-plugin``).

    ``Plugin("/usr/lib/qemu/libinsn.so", inline=True)``.

    Attributes:
        driver: the shared library's path (QEMU calls it ``file``).
        properties: the plugin's own arguments.
    """

    flag = "-plugin"
    implied = "file"
    takes_json = False

    def claims(self) -> Iterator[Opens]:
        """State the library, where QEMU looks for it nowhere else."""
        if "/" in self.driver and self.driver.endswith(".so"):
            yield Opens(self.driver, "plugin")

    def explain(self) -> str:
        """Say what is loaded."""
        return (
            f"Loads the plugin {self.driver}, which watches the instructions that QEMU emulates. "
            "Without it nothing does."
        )


class Perfmap(Flag):
    """Tell Linux's perf what code QEMU makes, by ``/tmp/perf-PID.map`` (``-perfmap``; QEMU 8.0)."""

    flag = "-perfmap"
    since = "8.0"

    def explain(self) -> str:
        """Say what is written."""
        return (
            "Writes /tmp/perf-PID.map, by which perf tells blocks of emulated code apart. Without "
            "it perf sees one unknown lump."
        )


class Jitdump(Flag):
    """Write the code that QEMU makes to ``jit-PID.dump``, for Linux's perf (``-jitdump``; 8.0)."""

    flag = "-jitdump"
    since = "8.0"

    def explain(self) -> str:
        """Say what is written."""
        return (
            "Writes the code that QEMU makes to jit-PID.dump, so that perf can show it line by "
            "line. Without it perf sees one unknown lump."
        )


class EnableSyncProfile(Flag):
    """Measure how long QEMU's threads wait for each other (``-enable-sync-profile``)."""

    flag = "-enable-sync-profile"

    def explain(self) -> str:
        """Say what is measured."""
        return (
            "Measures how long QEMU's threads wait for each other; the monitor's 'info "
            "sync-profile' shows it. Without it nothing is measured."
        )
