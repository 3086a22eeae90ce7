"""Directories, credentials and sockets, as the real QEMU asks for them."""

from __future__ import annotations

import pytest

from qemubuild.host import Host
from qemubuild.machine import Machine
from tests.real.judge import refusal

PC = Machine("x86_64").accel("tcg").memory("64M").nodefaults()
QUIET = {"server": True, "wait": False}
LONG = "s" * 108


def shared(path):
    return PC.virtfs("local", path=path, mount_tag="t", security_model="none")


def offered(path):
    return PC.fsdev("local", id="f", path=path, security_model="none")


def fat(path):
    return PC.blockdev("vvfat", node_name="n", dir=path, read_only=True)


def serial(path, **keys):
    return PC.chardev("socket", id="c", path=path, **keys).serial(chardev="c")


def dgram(local, remote):
    ends = {"local.type": "unix", "local.path": local, "remote.type": "unix", "remote.path": remote}
    return PC.netdev("dgram", {"id": "n", **ends}).device("e1000", netdev="n")


def nbd(path, **keys):
    return PC.blockdev("nbd", node_name="n", server={"type": "unix", "path": path}, **keys)


@pytest.mark.parametrize(
    "machine",
    [
        *(make(path) for make in (shared, offered, fat) for path in ("folder", "file", "missing")),
        offered("missing").device("virtio-9p-pci", fsdev="f", mount_tag="t"),
        PC.netdev("user", id="n", tftp="missing").device("e1000", netdev="n"),
        PC.data_dir("missing"),
        *(
            PC.object(f"tls-creds-{kind}", id="t", dir="folder", endpoint=end)
            for kind in ("x509", "psk", "anon")
            for end in ("server", "client")
        ),
        serial(LONG, **QUIET),
        serial(LONG + "s", **QUIET),
        serial(LONG + "s", reconnect=1),
        serial(LONG, abstract=True, **QUIET),
        serial(LONG[1:], abstract=True, **QUIET),
        serial("missing/s", **QUIET),
        dgram(LONG[1:], "r"),
        dgram(LONG, "r"),
        dgram("l", LONG[1:]),
        dgram("l", LONG),
        dgram("missing/l", "r"),
        PC.netdev("stream", {"id": "n", "addr.type": "unix", "addr.path": LONG + "s"}).device(
            "e1000", netdev="n"
        ),
        PC.vnc(unix=LONG),
        PC.serial(unix=LONG, **QUIET),
        PC.incoming(f"unix:{LONG}"),
        nbd("missing"),
        nbd(LONG + "s"),
        nbd("missing", reconnect_delay=1),
    ],
    ids=lambda machine: " ".join(machine.argv(check=False)[6:])[:70],
)
def test_check_agrees(machine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("text", "ascii")
    found = machine.check(host=Host())
    said = refusal(machine.argv(check=False), cwd=tmp_path)
    assert found.ok == (said is None), f"{said}\n{found}"
