"""Any screen, port or device that can be made is read back as it was written."""

from __future__ import annotations

import os

from hypothesis import assume, given
from hypothesis import strategies as st

from qemubuild.machine import Machine
from qemubuild.options.chardev import Chardev
from qemubuild.options.debugcon import Debugcon
from qemubuild.options.device import Device
from qemubuild.options.display import Display
from qemubuild.options.gdb import Gdb
from qemubuild.options.keyboard import Keyboard
from qemubuild.options.monitor import Monitor, Qmp
from qemubuild.options.netdev import Netdev
from qemubuild.options.serial import Serial
from qemubuild.options.usbdevice import Usbdevice
from qemubuild.options.vga import Vga
from qemubuild.options.vnc import Vnc

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NAMES = st.binary(min_size=1, max_size=100).filter(lambda raw: b"\0" not in raw).map(os.fsdecode)
IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9._-]*", fullmatch=True)
SWITCHES = st.none() | st.booleans()
PORTS = st.integers(0, 65535)
KEYS = {
    "to": st.none() | st.integers(0, 70000),
    "websocket": st.none() | st.just(value=True) | PORTS,
    "password": SWITCHES,
    "password_secret": st.none() | IDS,
    "share": st.sampled_from([None, "ignore", "allow-exclusive", "force-shared"]),
    "display": st.none() | TEXTS.filter(bool),
    "head": st.none() | st.integers(0, 9),
    "ipv4": SWITCHES,
    "ipv6": SWITCHES,
    "sasl": SWITCHES,
    "id": st.none() | IDS,
    "extra": st.dictionaries(st.sampled_from(["odd", "new.key"]), TEXTS),
}
SOCKET = {
    "server": SWITCHES,
    "wait": SWITCHES,
    "telnet": SWITCHES,
    "tls_creds": st.none() | IDS,
    "extra": st.dictionaries(st.sampled_from(["logfile", "nodelay"]), TEXTS),
}
PLAIN = [Serial, Monitor, Qmp, Gdb, Debugcon]


def same(option, again):
    assert again == option
    assert dict(again._given()) == dict(option._given())


@given(st.integers(0, 59635), st.none() | TEXTS, st.fixed_dictionaries(KEYS))
def test_vnc_on_a_host(number, host, keys):
    assume(host is None or not (host.startswith("[") or host == "unix"))
    same(option := Vnc(number, host=host or None, **keys), Vnc.parse(option.words[1]))


@given(NAMES, st.fixed_dictionaries(KEYS))
def test_vnc_on_a_socket(path, keys):
    option = Vnc(unix=path, **keys)
    again = Vnc.parse(option.words[1])
    same(option, again)
    assert again.address == path


@given(st.sampled_from(PLAIN), NAMES, st.fixed_dictionaries(SOCKET), st.booleans())
def test_characters_on_a_socket(kind, path, keys, monitor):
    option = kind(unix=path, monitor=monitor, **keys)
    same(option, kind.parse(option.words[1]))


@given(st.sampled_from(PLAIN), PORTS, st.none() | TEXTS, st.fixed_dictionaries(SOCKET))
def test_characters_on_a_port(kind, port, host, keys):
    option = kind(port=port, host=host or None, **keys)
    same(option, kind.parse(option.words[1]))


@given(st.sampled_from(PLAIN), NAMES, st.sampled_from(["file", "pipe"]), st.booleans())
def test_characters_in_a_file(kind, path, place, monitor):
    option = kind(**{place: path}, monitor=monitor)
    same(option, kind.parse(option.words[1]))


@given(
    st.sampled_from([Device, Chardev, Netdev]),
    TEXTS.filter(lambda text: text and not text.startswith("{")),
    st.dictionaries(IDS.filter(lambda name: name not in {"driver", "backend", "type"}), TEXTS),
)
def test_any_property(kind, driver, properties):
    option = kind(driver, properties)
    again = kind.parse(option.words[1])
    assert again == option
    assert again.driver == driver


@given(NAMES)
def test_a_layout(path):
    option = Keyboard(f"/{path}")
    same(option, Keyboard.parse(option.words[1]))


@given(
    st.sampled_from(
        [Vnc, Display, Serial, Monitor, Gdb, Keyboard, Vga, Usbdevice, Device, Chardev, Netdev]
    ),
    TEXTS,
)
def test_any_text_can_be_read_judged_and_explained(kind, text):
    try:
        option = kind.parse(text)
    except ValueError:
        return
    assert option.explain()
    Machine("x86_64").add(option).check()
    assert kind.parse(option.words[-1]).words == option.words
