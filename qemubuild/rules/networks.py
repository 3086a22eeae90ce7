"""Networks of the host: the bridges, scripts and programs that they need to be there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from qemubuild.options.net import Net
from qemubuild.options.netdev import Netdev
from qemubuild.options.nic import Nic
from qemubuild.units import ON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView
    from qemubuild.options._network import Network


_SMBD: Final = "/usr/sbin/smbd"
_VHOST: Final = "/dev/vhost-net"
_SCRIPTS: Final = {"script": "/etc/qemu-ifup"}
# What makes a tap out of what somebody else opened: no script is run, and no bridge joined.
_OPENED: Final = ("fd", "fds", "helper")


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge what each network needs of this host."""
    kinds: tuple[type[Network], ...] = (Netdev, Nic, Net)
    for kind in kinds:
        for network in machine.find_all(kind):
            if network.driver == "tap":
                yield from _tap(network, host)
            elif network.driver == "bridge":
                yield from _bridge(network)
            elif network.driver == "user" and network.get("smb") and not host.can_open(_SMBD):
                yield network.error(
                    "network-without-samba",
                    f"smb= is served by Samba, and this host has no {_SMBD}",
                    "install it (Debian, Ubuntu: `sudo apt install samba`), or share the folder "
                    "with virtfs()",
                    "smb",
                )


def _tap(network: Network, host: Host) -> Iterator[Finding]:
    given = network.get("vhostfd") or network.get("vhostfds")
    if network.get("vhost") in ON and not given and not host.can_open(_VHOST, writes=True):
        yield network.error(
            "network-without-vhost",
            f"vhost=on has the host's kernel move packets, and this user cannot open {_VHOST}",
            "load its module (`sudo modprobe vhost_net`), see to the permissions, or leave vhost "
            "out",
            "vhost",
        )
    if helper := network.get("helper"):
        yield from _helper(network, helper)
    if any(network.get(name) for name in _OPENED):
        return
    for name, default in _SCRIPTS.items():
        script = network.get(name)
        path = default if script is None else script
        if path in ("", "no") or "$" in path:
            continue
        if not os.path.isfile(path) or not os.access(path, os.X_OK) or not host.can_open(path):
            is_there = os.path.isfile(path)
            yield network.error(
                "network-script-unusable",
                f"the {name} {path!r} "
                + ("cannot be run: it is not executable" if is_there else "is not there"),
                f"`chmod +x {path}`" if is_there else f"write {name}='no' to run none",
                name,
            )


def _helper(network: Network, helper: str) -> Iterator[Finding]:
    """QEMU has a shell run a helper that has arguments of its own, which are not looked into."""
    if " " not in helper and "$" not in helper and not os.access(helper, os.X_OK):
        yield network.error(
            "network-script-unusable",
            f"the helper {helper!r} is not there, or not executable",
            "leave it out: QEMU knows where its own is",
            "helper",
        )


def _bridge(network: Network) -> Iterator[Finding]:
    if helper := network.get("helper"):
        yield from _helper(network, helper)
        return
    bridge = network.get("br") or "br0"
    if "$" not in bridge and not os.path.exists(f"/sys/class/net/{bridge}"):
        yield network.error(
            "network-without-bridge",
            f"this host has no bridge {bridge!r}",
            f"make it (`sudo ip link add {bridge} type bridge`), and allow it to QEMU "
            f"(`allow {bridge}` in /etc/qemu/bridge.conf); or write user_network()",
            "br",
        )
