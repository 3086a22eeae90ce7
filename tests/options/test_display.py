"""``-display``: what is written, what is read, what is found."""

from __future__ import annotations

import pytest

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.display import Display
from qemubuild.options.vnc import Vnc


def vm(*args, **keys):
    return Machine("x86_64").memory("1G").display(*args, **keys)


EXAMPLES = {
    "display-key-of-another": (vm("sdl", zoom_to_fit=True), vm("gtk", zoom_to_fit=True)),
    "display-without-gl": (vm("none", gl=True), vm("egl-headless", gl=True)),
    "display-dbus-two-ways": (vm("dbus", addr="unix:path=/s", p2p=True), vm("dbus", p2p=True)),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Display("none"), "none"),
        (Display("gtk", gl=True, zoom_to_fit=False), "gtk,gl=on,zoom-to-fit=off"),
        (Display("sdl", gl="es", grab_mod="rctrl"), "sdl,gl=es,grab-mod=rctrl"),
        (Display("curses", charset="CP437"), "curses,charset=CP437"),
        (Display("egl-headless", rendernode="/d,1"), "egl-headless,rendernode=/d,,1"),
        (Display(vnc=":0,to=9"), "vnc=:0,to=9"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-display", value)
    assert Display.parse(value) == option


def test_json_is_read():
    text = '{"type": "gtk", "gl": "on", "zoom-to-fit": true}'
    assert Display.parse(text) == Display("gtk", gl=True, zoom_to_fit=True)


@pytest.mark.parametrize("text", ["{", "{}x", '{"type": 5}', '{"type": ["a"]}', "gtk,gl"])
def test_what_cannot_be_read_says_so(text):
    with pytest.raises(CommandSyntaxError):
        Display.parse(text)


@pytest.mark.parametrize(
    ("args", "keys"),
    [((), {}), (("vnc",), {}), (("none",), {"vnc": ":0"}), (("gtk",), {"gl": "maybe"})],
)
def test_what_can_never_be_right_is_refused(args, keys):
    with pytest.raises(InvalidOption):
        Display(*args, **keys)


def test_vnc_is_judged_as_vnc_is():
    one, other = (
        vm(vnc=":0,to=1,foo=1").check(),
        Machine().memory("1G").add(Vnc.parse(":0,to=1,foo=1")).check(),
    )
    assert one.codes == other.codes
    assert all(found.option == Display(vnc=":0,to=1,foo=1") for found in one)


@pytest.mark.parametrize("value", ["$D", "gtk,gl=$GL", "vnc=$V", "vnc=:$N", "x,y=z", "gtk,id=$I"])
def test_what_is_read_can_always_be_judged_and_explained(value):
    option = Display.parse(value)
    assert option.explain()
    Machine("x86_64").add(option).check()


@pytest.mark.parametrize(
    ("option", "says"),
    [(Display("none"), "no window"), (Display(vnc=":3"), "5903"), (Display("curses"), "as text")],
)
def test_explain(option, says):
    assert says in option.explain()
