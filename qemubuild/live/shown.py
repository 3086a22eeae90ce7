"""What a cell shows: a widget in a notebook, a line of text elsewhere."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

from qemubuild.errors import NotInstalled

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from qemubuild.process import Process


def in_notebook() -> bool:
    """Whether this Python is the kernel of a notebook, or of anything like one."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


def _let_past_cells(comm: Any) -> None:
    """See that the browser is heard while a cell runs.

    JupyterLab sends a widget's messages by a subshell of the kernel, which has a thread of its own.
    ipykernel 7.4 hears them all the same where the widget was last spoken of: in the thread of the
    cells, once they have ended. So it is told to take the way that they came.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, chosen: chosen  # noqa: SLF001 - no other way


class Shown:
    """The last line of a cell, to see a guest.

    Attributes:
        guest: whose it is.
    """

    def __init__(self, guest: Process) -> None:
        self.guest = guest
        self._widget: Any = None
        self._closed = False

    @property
    def title(self) -> str:
        """What the guest is called."""
        return self.guest.name or f"process {self.guest.pid}"

    def close(self) -> None:
        """Take it out of the notebook; harmless to repeat. The guest goes on."""
        self._closed = True
        widget, self._widget = self._widget, None
        if widget is not None:
            widget.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        kind = type(self).__name__
        if self._closed:
            return f"<{kind} of {self.title}, closed>"
        return f"<{kind} of {self.title}>" if self._widget else f"<{kind} of {self.title}{_LATER}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {}
        if self._widget is not None:
            data = self._widget._repr_mimebundle_()
            bundle.update(data[0] if isinstance(data, tuple) else data)
        return {**bundle, "text/plain": repr(self)}

    def _make_widget(self, esm: str, **state: Any) -> Any:
        """Make what the browser shows; ``None`` outside a notebook.

        Args:
            esm: the module that the browser runs.
            state: what both sides know; bytes, text, numbers and booleans.

        Raises:
            NotInstalled: the extra ``notebook`` is missing.
        """
        if not in_notebook():
            return None
        try:
            import anywidget  # noqa: PLC0415 - an extra
            import traitlets  # noqa: PLC0415
        except ModuleNotFoundError as missing:
            name = str(missing.name)
            raise NotInstalled(name, hint="run: pip install 'qemubuild[notebook]'") from None
        kinds = {bytes: traitlets.Bytes, str: traitlets.Unicode, int: traitlets.Int}
        kinds[bool] = traitlets.Bool
        state = {"title": self.title, **state}
        traits = {name: kinds[type(value)](value).tag(sync=True) for name, value in state.items()}
        widget = type(type(self).__name__, (anywidget.AnyWidget,), {"_esm": esm, **traits})
        self._widget = widget()
        _let_past_cells(self._widget.comm)
        return self._widget

    def _publish(self, content: Any, buffers: Any = None) -> None:
        """Send a message to the browser; a kernel that ends takes none."""
        if (widget := self._widget) is not None:
            with contextlib.suppress(Exception):
                widget.send(content, buffers)


_LATER = "; a notebook shows it"
