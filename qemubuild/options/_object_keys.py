"""What objects refer to, and what they take: ``-object``'s types that have no class of their own.

As each says when it is made: iothread.c, net/filter.c, backends/, util/throttle.c.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import CHARDEV, NETDEV, OBJECT, Connects, Defines, Opens, Refers
from qemubuild.driven import Driven
from qemubuild.errors import InvalidOption
from qemubuild.units import OFF
from qemubuild.values import integer, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.object import Object

# The keys that hold the id of a place for characters, or of an object and its type.
_CHARDEVS: Final = {
    "colo-compare": ("primary_in", "secondary_in", "outdev", "notify_dev"),
    "cryptodev-vhost-user": ("chardev",),
    "filter-mirror": ("outdev",),
    "filter-redirector": ("indev", "outdev"),
    "qtest": ("chardev",),
    "rng-egd": ("chardev",),
}
_OBJECTS: Final = {
    "can-host-socketcan": ("canbus", "can-bus"),
    "colo-compare": ("iothread", "iothread"),
    "tls-creds-x509": ("passwordid", "secret"),
}
# The files of the host that they open.
_FILES: Final = (
    ("input-linux", "evdev", "input device"),
    ("pr-manager-helper", "path", "socket"),
)
# The least that a number can be.
_LEAST: Final = {
    **{
        ("iothread", key): 0
        for key in ("aio-max-batch", "poll-grow", "poll-max-ns", "poll-shrink", "thread-pool-min")
    },
    ("iothread", "thread-pool-max"): 1,
    ("filter-buffer", "interval"): 1,
    ("cryptodev-backend", "queues"): 1,
    ("cryptodev-backend-builtin", "queues"): 1,
    ("cryptodev-vhost-user", "queues"): 1,
}
_WITH_FOLDER: Final = frozenset({"tls-creds-psk", "tls-creds-x509"})
_NUMBER: Final = integer(-(1 << 63))
# Of a limit: what it counts, whose it is, and whether it is of a burst.
_LIMIT: Final = re.compile(r"x-(?P<what>bps|iops)-(?P<whose>total|read|write)(?P<burst>-max)?")
_PLACE: Final = re.compile(r"head|tail|id=.+")


def claims(made: Object) -> Iterator[Refers | Connects | Opens]:
    """State the ids that it refers to."""
    for key in _CHARDEVS.get(made.driver, ()):
        if name := made.get(key):
            yield Refers(CHARDEV, name)
    key, type_ = _OBJECTS.get(made.driver, ("", ""))
    if name := made.get(key):
        yield Refers(OBJECT, name, type_)
    port = made.get("port") or "24800"
    if made.driver == "input-barrier" and port.isdecimal():
        yield Connects(made.get("server") or "localhost", int(port))
    for kind, key, what in _FILES:
        if made.driver == kind and (path := made.get(key)) and "$" not in path:
            yield Opens(path, what, writes=True)
    if made.driver == "filter-dump":
        path = made.get("file") or "qemu-vlan0.pcap"
        if "$" not in path:
            yield Opens(path, "recording", writes=True, creates=True)


def findings(made: Object, machine: MachineView) -> Iterator[Finding]:
    """Judge its numbers, and what its type alone knows."""
    for key in made.properties:
        number = _number(made, key)
        least = 0 if _LIMIT.match(key) else _LEAST.get((made.driver, key))
        if number is not None and least is not None and number < least:
            yield _refused(made, key, f"write {least} or more")
    if made.driver in _WITH_FOLDER and not made.get("dir"):
        yield made.error(
            "object-incomplete",
            f"{made.driver} does not know where the credentials are",
            "add dir= with the folder",
            "dir",
        )
    if made.driver.startswith("filter-"):
        yield from _filter(made, machine)
    elif made.driver == "throttle-group":
        yield from _limits(made)
    elif made.driver == "cryptodev-backend-builtin" and (_number(made, "queues") or 1) > 1:
        yield _refused(made, "queues", "write queues=1: it has no more")
    elif made.driver == "memory-backend-shm" and made.get("share") in OFF:
        yield _refused(made, "share", "leave it out: such memory is there to be shared")
    elif made.driver == "iothread":
        most = _number(made, "thread-pool-max")
        if (_number(made, "thread-pool-min") or 0) > (64 if most is None else max(most, 1)):
            yield _refused(made, "thread-pool-min", "write no more than thread-pool-max, or 64")


def _number(made: Object, key: str) -> int | None:
    try:
        found: int = _NUMBER.read(made.get(key) or "")
    except InvalidOption:
        return None
    return found


def _refused(made: Object, key: str, mend: str) -> Finding:
    return made.error(
        "object-property-value", f"{key} of {made.driver} cannot be {made.get(key)}", mend, key
    )


def _filter(made: Object, machine: MachineView) -> Iterator[Finding]:
    name = made.get("netdev")
    names = [claim.id for _, claim in machine.claims(Defines) if claim.kind == NETDEV]
    # Those of -net have no claim, for no card can name them; QEMU makes names with _ and #.
    names += [str(one.get("id")) for one in machine.find_all(Driven) if one.flag == "-net"]
    if name is not None and name not in names and not re.search("[$#_]", name):
        yield made.error(
            "id-undefined",
            f"it refers to the network {name!r}, which nothing defines",
            f"{nearest(name, names)}add the netdev(...) that defines it",
            "netdev",
        )
    if made.get("status") not in ("on", "off", None):
        yield _refused(made, "status", "write on or off")
    if not _PLACE.fullmatch(made.get("position") or "head"):
        yield _refused(made, "position", "write head, tail, or id= and the filter that is meant")
    _, is_beside, other = (made.get("position") or "").partition("id=")
    before = machine.options[: machine.options.index(made)] if made in machine.options else ()
    filters = [str(one.get("id")) for one in before if isinstance(one, Driven)]
    if is_beside and other and other not in filters and "$" not in other:
        yield made.error(
            "id-undefined",
            f"its position is beside the filter {other!r}, which nothing before it makes",
            f"{nearest(other, filters)}write 'tail', or put that one before it",
            "position",
        )


def _limits(made: Object) -> Iterator[Finding]:
    given = [match for key in made.properties if (match := _LIMIT.fullmatch(key))]
    given = [one for one in given if (_number(made, one[0]) or 0) > 0]
    names = {one[0] for one in given}
    for one in given:
        what, burst = one["what"], one["burst"] or ""
        if one["whose"] != "total" and f"x-{what}-total{burst}" in names:
            yield _refused(made, one[0], f"leave it out, or x-{what}-total{burst}")
        elif burst:
            limit = one[0].removesuffix(burst)
            if limit not in names:
                yield _refused(made, one[0], f"add {limit}=")
            elif (_number(made, one[0]) or 0) < (least := _number(made, limit) or 0):
                yield _refused(made, one[0], f"write {least} or more: it goes beyond {limit}")
