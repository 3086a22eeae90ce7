"""What networks need of the host."""

from __future__ import annotations

import pytest

from qemubuild.host import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")


class Bare(Host):
    """A host whose kernel moves no packets, and that serves no folders."""

    def can_open(self, path: str, *, writes: bool = False) -> bool:  # noqa: ARG002
        return path not in ("/dev/vhost-net", "/usr/sbin/smbd")


HERE = Bare()
TAP = {"script": "no", "downscript": "no"}


def on(kind, **properties):
    return PC.netdev(kind, properties, id="n").device("virtio-net-pci", netdev="n")


EXAMPLES = {
    "network-without-bridge": (on("bridge", br="no-such-br"), on("user"), HERE),
    "network-script-unusable": (on("tap", script="/etc/os-release"), on("tap", **TAP), HERE),
    "network-without-samba": (on("user", smb="/tmp"), on("user"), HERE),
    "network-without-vhost": (on("tap", vhost="on", **TAP), on("tap", **TAP), HERE),
}


@pytest.mark.parametrize(
    "machine",
    [
        PC.nic("bridge", br="no-such-br"),
        PC.net("bridge", br="no-such-br"),
        on("bridge", helper="/no/such/helper"),
        on("tap", helper="/no/such/helper"),
        PC.nic("tap", script="/no/such/script"),
    ],
)
def test_what_is_not_there(machine):
    assert not machine.check(host=HERE).ok


@pytest.mark.parametrize(
    "machine",
    [
        on("bridge", helper="/usr/lib/helper --br=br0"),
        on("tap", fd="3"),
        on("tap", script="/bin/true"),
        on("tap", script="no", downscript="/no/such"),
        on("tap", script="$SCRIPT"),
        on("tap", vhost="on", vhostfd="4", **TAP),
    ],
)
def test_what_may_be(machine):
    assert machine.check(host=HERE).ok
