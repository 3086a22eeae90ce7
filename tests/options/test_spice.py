"""``-spice``: what is written, refused and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from qemubuild.claims import OBJECT, Listens, Opens, Refers, Screen
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.spice import Spice

PC = Machine("x86_64").memory("1G")
LOCAL = {"port": 5930, "addr": "127.0.0.1"}
OPEN = {"disable_ticketing": True}
SECRET = PC.secret("s", file="password.txt")

EXAMPLES = {
    "spice-nowhere": (PC.spice(**OPEN), PC.spice(**OPEN, unix=True, addr="s.sock")),
    "spice-tls-channel-without-port": (
        PC.spice(**LOCAL, **OPEN, tls_channel=("main",)),
        PC.spice(**LOCAL, **OPEN, tls_channel=("main",), tls_port=5931),
    ),
    "spice-gl-remote": (
        PC.spice(**LOCAL, **OPEN, gl=True),
        PC.spice(unix=True, addr="s.sock", **OPEN, gl=True),
    ),
    "spice-password-twice": (
        SECRET.spice(**LOCAL, password="a", password_secret="s"),
        SECRET.spice(**LOCAL, password_secret="s"),
    ),
    "spice-password-in-sight": (
        SECRET.spice(**LOCAL, password="a"),
        SECRET.spice(**LOCAL, password_secret="s"),
    ),
    "spice-open": (PC.spice(port=5930, **OPEN), PC.spice(**LOCAL, **OPEN)),
    "spice-password-unset": (SECRET.spice(**LOCAL), SECRET.spice(**LOCAL, password_secret="s")),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Spice(**LOCAL, **OPEN), "port=5930,addr=127.0.0.1,disable-ticketing=on"),
        (Spice(unix=True, addr=Path("/run/a,b")), "addr=/run/a,,b,unix=on"),
        (
            Spice(tls_port=61000, tls_ciphers="HIGH", seamless_migration=True),
            "tls-port=61000,tls-ciphers=HIGH,seamless-migration=on",
        ),
        (
            Spice(tls_port=1, tls_channel=("main", "inputs"), plaintext_channel=("display",)),
            "tls-port=1,tls-channel=main,tls-channel=inputs,plaintext-channel=display",
        ),
        (
            Spice(
                port=1,
                image_compression="auto_lz",
                jpeg_wan_compression="never",
                zlib_glz_wan_compression="always",
                streaming_video="filter",
                playback_compression=False,
                agent_mouse=False,
                disable_copy_paste=True,
                disable_agent_file_xfer=True,
            ),
            (
                "port=1,image-compression=auto_lz,jpeg-wan-compression=never,"
                "zlib-glz-wan-compression=always,streaming-video=filter,playback-compression=off,"
                "agent-mouse=off,disable-copy-paste=on,disable-agent-file-xfer=on"
            ),
        ),
        (
            Spice(x509_dir="/c", x509_key_file="k", x509_key_password="p", x509_cert_file="s"),
            "x509-dir=/c,x509-key-file=k,x509-key-password=p,x509-cert-file=s",
        ),
        (
            Spice(gl=True, rendernode="/dev/dri/renderD128", video_codec="h264"),
            "gl=on,rendernode=/dev/dri/renderD128,video-codec=h264",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-spice", value)
    assert Spice.parse(value) == option


@pytest.mark.parametrize(
    "keys", [{"port": 65536}, {"port": -1}, {"tls_channel": ("screen",)}, {"agent_mouse": "on"}]
)
def test_what_can_never_be_right_is_refused(keys):
    with pytest.raises(InvalidOption, match=f"-spice {next(iter(keys))}"):
        Spice(**keys)


def test_a_second_one_on_a_command_line_adds_its_keys():
    assert Spice(port=1).merged(Spice(port=2, sasl=True)) == Spice(port=2, sasl=True)


@pytest.mark.parametrize(
    ("option", "claims"),
    [
        (Spice(**LOCAL), [Screen("spice"), Listens("127.0.0.1", 5930)]),
        (Spice(unix=True, port=1, addr="/run/s"), [Screen("spice")]),
        (Spice(port=0, password_secret="s"), [Screen("spice"), Refers(OBJECT, "s")]),
        (
            Spice(tls_port=5931, x509_dir="/c", x509_key_file="k.pem"),
            [
                Screen("spice"),
                Listens("", 5931),
                Opens("k.pem", "certificate"),
                Opens("/c/server-cert.pem", "certificate"),
                Opens("/c/ca-cert.pem", "certificate"),
            ],
        ),
    ],
)
def test_claims(option, claims):
    assert list(option.claims()) == claims


def test_a_port_is_taken_by_one():
    assert PC.spice(**LOCAL, **OPEN, tls_port=5930).check().codes == ("port-doubled",)
    assert PC.spice(**LOCAL, **OPEN, tls_port=5931).check().codes == ()


def test_newer_keys_are_found():
    machine = PC.spice(unix=True, addr="s", **OPEN, gl=True, max_refresh_rate=30)
    assert machine.check().codes == ("key-newer",)


def test_a_variable_is_kept():
    option = Spice.parse("port=$PORT,disable-ticketing=on")
    assert option.words == ("-spice", "port=$PORT,disable-ticketing=on")
    assert PC.add(option).check().codes == ("value-unresolved",)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Spice(**LOCAL), "on port 5930 of 127.0.0.1, and asks for a password"),
        (Spice(port=1, tls_port=2, **OPEN), "port 1 and 2 of every network interface"),
        (Spice(unix=True, addr="/run/s", **OPEN), "on the socket /run/s, and asks for no password"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()
