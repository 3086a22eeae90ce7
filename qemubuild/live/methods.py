"""The methods that a guest has for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from qemubuild.live.terminal import Terminal
    from qemubuild.live.viewer import Viewer
    from qemubuild.live.watch import Watch
    from qemubuild.process import Process

_WATCHED: Final = 600.0


class Live:
    """A guest as something to look at, in a notebook (the extra ``notebook``)."""

    def watch(self, *, rate: float = 4, duration: float = _WATCHED) -> Watch:
        """The guest's screen in the cell, live: a new picture whenever it has changed.

        The cell does not wait: the pictures come while others run. It ends with the guest, when its
        output is cleared or the cell is run again, by ``close()``, and in any case in the end.
        Outside a notebook it is a line of text.

        Args:
            rate: how many pictures a second at most; of a screen that rests, it takes fewer.
            duration: how many seconds it lasts at most: 10 minutes.

        Raises:
            ControlError, CommandError: as of ``screen()``.
            InvalidOption: one of the numbers is not above 0.
            NotInstalled: an extra is missing, ``control`` or ``notebook``.
        """
        from qemubuild.live.watch import Watch  # noqa: PLC0415 - what only notebooks need

        return Watch(cast("Process", self), rate=rate, duration=duration)

    def viewer(self) -> Viewer:
        """The guest's screen, keyboard and mouse in the cell: noVNC, at QEMU's own VNC server.

        Click into it, and what is typed goes to the guest; click elsewhere, and it does not. It
        needs a VNC server of any kind: ``machine.vnc("none")``, which listens nowhere, is enough,
        for the browser reaches it through the notebook's own connection, by ``connect_vnc()``.

        Keys are carried while other cells run, too, by JupyterLab 4.4 and ipykernel 7 or newer;
        older ones carry them when the kernel is idle.

        Raises:
            ControlError: the guest was launched without a VNC server.
            NotInstalled: an extra is missing, ``control`` or ``notebook``; or this copy of the
                library was built without what the browser needs.
        """
        from qemubuild.live.viewer import Viewer  # noqa: PLC0415 - what only notebooks need

        return Viewer(cast("Process", self))

    def terminal(self, *, columns: int = 80, rows: int = 24) -> Terminal:
        """The guest's text console in the cell: its first serial port, on a terminal (xterm.js).

        It begins with the last 64 KiB that the guest wrote, and takes nothing away from
        ``console``.

        Args:
            columns: how many characters wide the terminal is.
            rows: how many lines it shows.

        Raises:
            ControlError: the guest was launched without ``console=True``.
            InvalidOption: one of the numbers is not above 0.
            NotInstalled: an extra is missing, ``control`` or ``notebook``; or this copy of the
                library was built without what the browser needs.
        """
        from qemubuild.live.terminal import Terminal  # noqa: PLC0415 - what only notebooks need

        return Terminal(cast("Process", self), columns=columns, rows=rows)
