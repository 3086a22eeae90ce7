"""What many machines have and QEMU takes several options for, each in one call.

They are methods of `Machine`, and add nothing but ordinary options: what they wrote is read back,
judged, explained and changed like any other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.claims import NETDEV, OBJECT, Defines
from qemubuild.errors import InvalidOption
from qemubuild.options.device import Device
from qemubuild.options.drive import Drive
from qemubuild.options.netdev import Netdev
from qemubuild.options.object import Object
from qemubuild.options.properties import GlobalProperty
from qemubuild.shown import shows_fields
from qemubuild.targets import board_of
from qemubuild.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qemubuild.driven import Value
    from qemubuild.host.firmware import Firmware
    from qemubuild.machine import Machine

_MAC: Final = re.compile(r"[0-9a-f][02468ace]([:-][0-9a-f]{2}){5}", re.IGNORECASE)
_IPV4: Final = re.compile(r"(?!$)((^|\.)(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){4}|")
_MOST_PORT: Final = 65535
# The least and the most that a guest can have: 0 to 2, and all bits set, mean others.
_FIRST_CID: Final = 3
_LAST_CID: Final = 0xFFFF_FFFE


@shows_fields
class Forward(NamedTuple):
    """A port of the host that leads to one of the guest's, in QEMU's own network.

    Attributes:
        port: the host's; 0 for any that is free.
        to: the guest's.
        udp: whether it is one of UDP; TCP without.
        host: the host's address that it is on, IPv4; ``""`` for all of them, so that other hosts
            reach the guest, too.
        guest: the guest's address; ``""`` for the first that it is given, 10.0.2.15.
    """

    port: int
    to: int
    udp: bool = False
    host: str = "127.0.0.1"
    guest: str = ""

    def __str__(self) -> str:
        """Write it as QEMU's ``hostfwd``.

        Raises:
            InvalidOption: there is no such port or address.
        """
        for field, port, least in (("port", self.port, 0), ("to", self.to, 1)):
            if port.__class__ is not int or not least <= port <= _MOST_PORT:
                raise InvalidOption(
                    f"{port!r} is no port", hint=f"write {least} to {_MOST_PORT}", field=field
                )
        for field, address in (("host", self.host), ("guest", self.guest)):
            if not _IPV4.fullmatch(address):
                raise InvalidOption(
                    f"{address!r} is no address that QEMU can forward from or to",
                    hint="write an IPv4 address, such as '127.0.0.1', or '' for the usual",
                    field=field,
                )
        kind = "udp" if self.udp else "tcp"
        return f"{kind}:{self.host}:{self.port}-{self.guest}:{self.to}"


def user_network(
    machine: Machine,
    /,
    forwards: Mapping[int, int] | Sequence[Forward | str] = (),
    *,
    id: str | None = None,  # noqa: A002 - QEMU's own word, here and below
    model: str | None = None,
    mac: str | None = None,
    **properties: Value,
) -> Machine:
    """Add a network card behind QEMU's own small network, which needs no rights on the host.

    The guest reaches whatever the host does; the host reaches the guest where ports lead to it:
    ``machine.user_network({2222: 22})`` for ``ssh -p 2222 user@localhost``.

    Args:
        machine: the machine to add it to.
        forwards: the host's ports to the guest's, both of TCP, from this host alone; or each a
            `Forward`, or QEMU's own text.
        id: what the network is called; the first of ``net0``, ``net1`` ... that is free without.
        model: the card, such as ``"e1000"`` for guests without virtio.
        mac: the card's address, such as ``"52:54:00:12:34:56"``; QEMU chooses one without.
        properties: what else ``-netdev user`` takes: ``restrict=True`` for a guest that reaches
            nothing but forwarded ports, ``hostname=``, ``dns=``, ``net=``, ``ipv6_dns=`` ...

    Raises:
        InvalidOption: there is no such port or address.
    """
    if isinstance(forwards, Mapping):
        forwards = [Forward(port, to) for port, to in forwards.items()]
    elif isinstance(forwards, str):
        forwards = [forwards]
    given = {name.replace("_", "-"): value for name, value in properties.items()}
    if rules := tuple(map(str, forwards)):
        given["hostfwd"] = rules
    return _card(machine, "user", given, name=id, model=model, mac=mac)


def tap_network(
    machine: Machine,
    /,
    ifname: str | None = None,
    *,
    script: str | os.PathLike[str] | None = None,
    id: str | None = None,  # noqa: A002
    model: str | None = None,
    mac: str | None = None,
    **properties: Value,
) -> Machine:
    """Add a network card on a TAP interface of the host's.

    Args:
        machine: the machine to add it to.
        ifname: the interface, made beforehand (``ip tuntap add tap0 mode tap user $USER``), or by
            QEMU, as root; the host chooses a name without.
        script: a program that sets the interface up, which QEMU runs with its name; none without,
            other than in QEMU, which would run ``/etc/qemu-ifup``.
        id: what the network is called; the first of ``net0``, ``net1`` ... that is free without.
        model: the card; virtio without.
        mac: the card's address; QEMU chooses one without, the same in each guest.
        properties: what else ``-netdev tap`` takes: ``vhost=True``, ``queues=`` ...

    Raises:
        InvalidOption: there is no such address.
    """
    given = {"ifname": ifname, "script": script or "no", "downscript": "no", **properties}
    return _card(machine, "tap", given, name=id, model=model, mac=mac)


def bridge_network(
    machine: Machine,
    /,
    br: str | None = None,
    *,
    id: str | None = None,  # noqa: A002
    model: str | None = None,
    mac: str | None = None,
    **properties: Value,
) -> Machine:
    """Add a network card on a bridge of the host's, through ``qemu-bridge-helper``.

    Args:
        machine: the machine to add it to.
        br: the bridge, which ``/etc/qemu/bridge.conf`` has to allow; ``br0`` without.
        id: what the network is called; the first of ``net0``, ``net1`` ... that is free without.
        model: the card; virtio without.
        mac: the card's address; QEMU chooses one without, the same in each guest.
        properties: what else ``-netdev bridge`` takes: ``helper=`` for another helper.

    Raises:
        InvalidOption: there is no such address.
    """
    return _card(machine, "bridge", {"br": br, **properties}, name=id, model=model, mac=mac)


def _card(
    machine: Machine,
    kind: str,
    properties: Mapping[str, Value],
    *,
    name: str | None,
    model: str | None,
    mac: str | None,
) -> Machine:
    """A network, and the card that is on it."""
    if mac is not None and not _MAC.fullmatch(mac):
        raise InvalidOption(
            f"{mac!r} is no address of a network card",
            hint="write six pairs of hexadecimal digits, the first pair even: '52:54:00:12:34:56'",
            option=Device.flag,
            field="mac",
        )
    if name is None:
        name = _free(machine, NETDEV, "net")
    card = Device(model or _virtio(machine, "virtio-net"), netdev=name, mac=mac)
    return machine.add(Netdev(kind, {"id": name, **properties}), card)


def firmware(
    machine: Machine,
    /,
    code: str | os.PathLike[str] | Firmware,
    vars: str | os.PathLike[str] | None = None,  # noqa: A002 - as such files are called
) -> Machine:
    """Start the guest with UEFI firmware in flash memory: its code, and the variables it keeps.

    Args:
        machine: the machine to add it to.
        code: the firmware, such as ``"/usr/share/OVMF/OVMF_CODE_4M.fd"``, which is not written to;
            or what ``Host().find_uefi("x86_64", "q35")`` finds, which may ask for more than flash.
        vars: a copy of the file of variables that came with it (``OVMF_VARS_4M.fd``), one for each
            guest: here the guest keeps what it is to boot. Nothing is kept without. ``make_vars()``
            of what was found makes it.
    """
    if isinstance(code, (str, os.PathLike)):
        path, form, vars_form, secure = code, "raw", "raw", False
    elif not hasattr(code, "code"):
        raise InvalidOption(
            f"{code!r} is no firmware",
            hint="write the path of its code, or Host().find_uefi('x86_64', 'q35')",
            option=Drive.flag,
            field="code",
        )
    else:
        path, form, vars_form = code.code, code.format, code.vars_format
        secure = "requires-smm" in code.features
    machine = machine.add(Drive(path, interface="pflash", format=form, unit=0, readonly=True))
    if secure:
        # Only the firmware itself, in System Management Mode, may then write to flash memory.
        machine = machine.add(GlobalProperty("cfi.pflash01", "secure", value=True))
    if vars is None:
        return machine
    return machine.add(Drive(vars, interface="pflash", format=vars_form, unit=1))


def rng(machine: Machine, /, source: str | os.PathLike[str] | None = None) -> Machine:
    """Give the guest random numbers of the host's (virtio), so that it need not wait for its own.

    Args:
        machine: the machine to add it to.
        source: where they come from, such as ``"/dev/hwrng"``; the host's kernel without.
    """
    device = _virtio(machine, "virtio-rng")
    if source is None:
        return machine.add(Device(device))
    name = _free(machine, OBJECT, "rng")
    return machine.add(Object("rng-random", id=name, filename=source), Device(device, rng=name))


def balloon(
    machine: Machine,
    /,
    *,
    deflate_on_oom: bool | None = None,
    free_page_reporting: bool | None = None,
) -> Machine:
    """Let the host take memory back from the guest while it runs (virtio).

    Args:
        machine: the machine to add it to.
        deflate_on_oom: whether a guest that runs out of memory takes back what was taken.
        free_page_reporting: whether the guest says by itself what it does not use.
    """
    properties = {"deflate-on-oom": deflate_on_oom, "free-page-reporting": free_page_reporting}
    return machine.add(Device(_virtio(machine, "virtio-balloon"), properties))


def vsock(machine: Machine, /, cid: int) -> Machine:
    """Let the host and the guest talk over vsock, which needs no network (Linux).

    Args:
        machine: the machine to add it to.
        cid: the number by which the host knows the guest, which no other guest has; from 3.

    Raises:
        InvalidOption: no guest can have that number.
    """
    if cid.__class__ is not int or not _FIRST_CID <= cid <= _LAST_CID:
        raise InvalidOption(
            f"{cid!r} is no number of a guest: 0 to 2 are the host's own",
            hint=f"write {_FIRST_CID} to {_LAST_CID}",
            option=Device.flag,
            field="guest-cid",
        )
    return machine.add(Device(_virtio(machine, "vhost-vsock"), {"guest-cid": cid}))


def _virtio(machine: Machine, kind: str) -> str:
    """A virtio device on the bus that the machine has."""
    board = board_of(View.of(machine))
    if machine.arch == "s390x":
        return f"{kind}-ccw"
    return f"{kind}-device" if board is not None and board.name == "microvm" else f"{kind}-pci"


def _free(machine: Machine, kind: str, name: str) -> str:
    """The first of these names with a number that nothing has."""
    taken = {claim.id for _, claim in machine.claims(Defines) if claim.kind == kind}
    return next(free for number in count() if (free := f"{name}{number}") not in taken)
