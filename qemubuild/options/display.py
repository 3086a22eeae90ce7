"""``-display``: where the guest's screen is shown on the host itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Self

import attrs

from qemubuild import grammar
from qemubuild.claims import AUDIODEV, Refers, Screen
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import REGISTRY, Option, key
from qemubuild.values import ID, NAME, SWITCH, TEXT, Kind, Verbatim, choice

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_TYPES: Final = {
    "gtk": "a window with menus and tabs, on this host's desktop",
    "sdl": "a plain window, on this host's desktop",
    "cocoa": "a window on macOS",
    "spice-app": "the host's own SPICE viewer",
    "curses": "this terminal, as text",
    "dbus": "programs that ask over D-Bus",
    "egl-headless": "nobody by itself, drawn by the host's graphics card for -vnc or -spice",
    "none": "nobody: there is no window",
    "default": "whatever QEMU was built to prefer",
}
# The keys that only some types have (qapi/ui.json, DisplayOptions).
_OF_TYPES: Final = {
    "zoom_to_fit": {"gtk", "cocoa"},
    "grab_on_hover": {"gtk"},
    "show_tabs": {"gtk"},
    "show_menubar": {"gtk"},
    "keep_aspect_ratio": {"gtk"},
    "grab_mod": {"sdl"},
    "charset": {"curses"},
    "rendernode": {"egl-headless", "dbus"},
    "addr": {"dbus"},
    "p2p": {"dbus"},
    "audiodev": {"dbus"},
    "full_grab": {"cocoa"},
    "left_command_key": {"cocoa"},
    "swap_opt_cmd": {"cocoa"},
    "zoom_interpolation": {"cocoa"},
}
_NO_GL: Final = frozenset({"none", "curses"})

_GL_WORD: Final = choice("on", "off", "core", "es")


def _write_gl(value: object) -> str:
    return SWITCH.write(value) if isinstance(value, bool) else _GL_WORD.write(value)


def _read_gl(text: str) -> bool | str:
    return {"on": True, "off": False}.get(text, text)


class Display(Keyed):
    """Choose where the guest's screen is shown on this host (``-display``).

    ``Display("none")`` shows it nowhere here; `Vnc` serves it besides. Without either QEMU opens
    a window, if it was built with one.

    Attributes:
        type: the kind of window.
        gl: draw by OpenGL: ``True``, or ``"core"`` or ``"es"`` for one of its kinds.
        full_screen: begin in full screen.
        window_close: whether closing the window ends QEMU; on by default.
        show_cursor: show the host's pointer over the guest's.
        zoom_to_fit: scale the picture to the window (gtk; cocoa from QEMU 8.2).
        grab_on_hover: take the keyboard while the pointer is over the window (gtk).
        show_tabs: show a tab for each screen and console (gtk).
        show_menubar: show the menus (gtk, QEMU 8.0).
        keep_aspect_ratio: scale both directions alike (gtk, QEMU 10.1).
        grab_mod: the keys that free the mouse (sdl).
        charset: the guest's text encoding, ``CP437`` by default (curses).
        rendernode: the host's graphics device, such as ``/dev/dri/renderD128`` (egl-headless,
            dbus).
        addr: the D-Bus bus to offer it on (dbus).
        p2p: let programs connect without a bus (dbus).
        audiodev: the id of an ``-audiodev`` to offer besides (dbus).
        full_grab: take keys that macOS would keep (cocoa).
        left_command_key: give the guest the left command key (cocoa).
        swap_opt_cmd: exchange option and command (cocoa).
        zoom_interpolation: smooth what is scaled (cocoa, QEMU 9.0).
        vnc: what `Vnc` would be given, in QEMU's own text; instead of `type`.
    """

    flag = "-display"
    implied = "type"
    syntax = grammar.parse_keyval

    type: (
        Literal[
            "gtk", "sdl", "cocoa", "spice-app", "curses", "dbus", "egl-headless", "none", "default"
        ]
        | None
    ) = key(choice(*_TYPES), default=None)
    gl: bool | Literal["core", "es"] | None = key(
        Kind(_write_gl, _read_gl), default=None, kw_only=True
    )
    full_screen: bool | None = key(SWITCH, default=None, kw_only=True)
    window_close: bool | None = key(SWITCH, default=None, kw_only=True)
    show_cursor: bool | None = key(SWITCH, default=None, kw_only=True)
    zoom_to_fit: bool | None = key(SWITCH, default=None, kw_only=True)
    grab_on_hover: bool | None = key(SWITCH, default=None, kw_only=True)
    show_tabs: bool | None = key(SWITCH, default=None, kw_only=True)
    show_menubar: bool | None = key(SWITCH, default=None, kw_only=True)
    keep_aspect_ratio: bool | None = key(SWITCH, default=None, kw_only=True)
    grab_mod: Literal["lctrl-lalt", "lshift-lctrl-lalt", "rctrl"] | None = key(
        choice("lctrl-lalt", "lshift-lctrl-lalt", "rctrl"), default=None, kw_only=True
    )
    charset: str | None = key(TEXT, default=None, kw_only=True)
    rendernode: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    addr: str | None = key(NAME, default=None, kw_only=True)
    p2p: bool | None = key(SWITCH, default=None, kw_only=True)
    audiodev: str | None = key(ID, default=None, kw_only=True)
    full_grab: bool | None = key(SWITCH, default=None, kw_only=True)
    left_command_key: bool | None = key(SWITCH, default=None, kw_only=True)
    swap_opt_cmd: bool | None = key(SWITCH, default=None, kw_only=True)
    zoom_interpolation: bool | None = key(SWITCH, default=None, kw_only=True)
    vnc: str | None = attrs.field(default=None, kw_only=True)

    # Written as: -display gtk,zoom-to-fit=on / -display vnc=:0,password=on

    def render(self) -> str:
        """Write the type and its keys; or what -vnc would be given, which QEMU hands on."""
        if (self.type is None) == (self.vnc is None):
            cause = InvalidOption(
                "a display is one type, or vnc= alone", hint="write display('none'), or vnc(0)"
            )
            raise self._invalid("type", cause)
        if self.vnc is not None:
            return f"vnc={self._write('vnc', TEXT, self.vnc)}"
        return super().render()

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read a type and its keys, a VNC address, or JSON."""
        text = value or ""
        if text.startswith("vnc="):
            return cls(vnc=text.removeprefix("vnc="))
        return super().parse(_from_json(text) if text.startswith("{") else text)

    @property
    def _vnc(self) -> Option | None:
        return None if self.vnc is None else REGISTRY["-vnc"].parse(self.vnc)

    def claims(self) -> Iterator[Claim]:
        """State which screen it is."""
        if (vnc := self._vnc) is not None:
            yield from vnc.claims()
        elif self.type is not None:
            yield Screen(self.type)
        if self.audiodev is not None and not isinstance(self.audiodev, Verbatim):
            yield Refers(AUDIODEV, self.audiodev)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether the type has these keys."""
        if (vnc := self._vnc) is not None:
            for found in vnc.judge(machine):
                yield attrs.evolve(found, option=self, field="vnc")
            return
        if self.type not in _TYPES:
            return
        for field, types in _OF_TYPES.items():
            if self.__dict__[field] is not None and self.type not in types:
                yield self.error(
                    "display-key-of-another",
                    f"{self.type} has no {field}: only {' and '.join(sorted(types))} has it",
                    f"leave {field} out, or choose display({min(types)!r})",
                    field,
                )
        if self.gl and self.type in _NO_GL:
            yield self.error(
                "display-without-gl",
                f"{self.type} cannot draw by OpenGL",
                "leave gl out, or choose display('egl-headless') beside vnc()",
                "gl",
            )
        if self.p2p and self.addr is not None:
            yield self.error(
                "display-dbus-two-ways",
                "addr= names a bus, and p2p=True means without one",
                "leave one of them out",
                "addr",
            )

    def explain(self) -> str:
        """Say where the screen is seen."""
        if (vnc := self._vnc) is not None:
            return vnc.explain()
        return (
            f"Shows the guest's screen to {_TYPES.get(str(self.type), str(self.type))}. Without it "
            "QEMU opens a window, if it was built with one; -vnc may serve the screen besides."
        )


def _from_json(text: str) -> str:
    """The same in key=value: the display's keys are all flat."""
    import json  # noqa: PLC0415 - few displays are written so

    try:
        keys = json.loads(text)
        pairs: list[tuple[str, Any]] = [
            (name, ("off", "on")[value] if isinstance(value, bool) else value)
            for name, value in keys.items()
        ]
        return grammar.render(pairs, implied="type")
    except (ValueError, TypeError) as cause:
        raise CommandSyntaxError(
            "this is no JSON of a display", text, (0, len(text)), hint='write {"type": "none"}'
        ) from cause
