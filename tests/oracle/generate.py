"""Makes random machines: a few families of options each, mostly valid, wrong here and there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tests.oracle import drivers
from tests.oracle.choices import CHARDEVS, METHODS, NETDEVS, OBJECTS, SOCKET_KEYS, Method, Values
from tests.oracle.drivers import BUSES, DISK_DEVICES, PLUGGED, USB_DEVICES, Driver
from tests.oracle.graphs import FAMILIES
from tests.oracle.properties import device_properties
from tests.oracle.system import FIRMWARE, SYSTEM
from tests.oracle.verdict import Call
from tests.oracle.world import PORTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tests.oracle.world import World

_CHARACTERS = ("serial", "parallel", "monitor", "qmp", "qmp_pretty", "gdb", "debugcon")


class Maker:
    """Makes one machine.

    Args:
        random: what everything is decided by.
        world: the files, ports and names there are.
        odd: how often a value is an odd one.
    """

    def __init__(self, random: Random, world: World, odd: float) -> None:
        self.random = random
        self.calls: list[Call] = []
        self.world = world
        self._odd = odd
        families: Sequence[Callable[[], None]] = (
            self._board,
            self._memory,
            self._processors,
            self._drives,
            self._media,
            self._screens,
            self._characters,
            self._chardevs,
            self._network,
            self._objects,
            self._usb,
            self._devices,
            self._numa,
            self._others,
            self._firmware,
            self._system,
        )
        self._families: dict[str, Callable[[], None]] = {
            **{family.__name__.strip("_"): family for family in families},
            **{family.__name__: partial(family, self) for family in FAMILIES},
            "device_properties": partial(device_properties, self),
        }

    def machine(self, families: Sequence[str] = ()) -> list[Call]:
        """Make it, of some of the families; of any where none are named."""
        if self.chance(0.5):
            self.one("machine_type", keys=self.random.choice((0, 0, 1, 2)))
        names = list(self._families)
        for name in families or self.random.sample(names, self.random.randint(1, 4)):
            self.family(name)
        if self.chance(0.2):
            self.random.shuffle(self.calls)
        return self.calls

    def family(self, name: str) -> None:
        """Add the options of a family."""
        self._families[name]()

    # Choosing

    def chance(self, part: float) -> bool:
        """Whether something is to be, so often."""
        return self.random.random() < part

    def some(self, few: int, many: int) -> range:
        """A number of times."""
        return range(self.random.randint(few, many))

    def value(self, values: Values) -> Any:
        """One of them; the odd ones less often."""
        odd = values.odd and (not values.usual or self.chance(self._odd))
        return self._real(self.random.choice(values.odd if odd else values.usual))

    def _real(self, value: Any) -> Any:
        """Put a name or a number of this world in the place of a word in capitals."""
        if isinstance(value, tuple):
            return tuple(map(self._real, value))
        if not isinstance(value, str):
            return value
        if value in {"PORT", "BUSY", "NUMBER"}:
            return self._number(value)
        for word, names in (("TYPE", self.world.types), ("MODEL", self.world.models)):
            if word in value:
                value = value.replace(word, self.random.choice(names))
        for word in ("PORT", "BUSY", "NUMBER"):
            if word in value:
                value = value.replace(word, str(self._number(word)))
        return value

    def _number(self, word: str) -> int:
        first = self.world.first_port
        port = first if word == "BUSY" else first + self.random.randrange(1, PORTS)
        return port - 5900 if word == "NUMBER" else port

    def one(
        self, name: str, *, keys: int | None = None, always: Sequence[str] = (), **given: Any
    ) -> None:
        """Call a method, with some of its keys."""
        known = METHODS.get(name) or FIRMWARE.get(name) or SYSTEM[name]
        self._call(name, known, keys, always, given)

    def _call(
        self,
        name: str,
        method: Method,
        keys: int | None,
        always: Sequence[str],
        given: dict[str, Any],
    ) -> None:
        args = () if method.first is None else (self.value(method.first),)
        args = () if args == (None,) else args
        count = self.random.choice((0, 0, 1, 1, 2, 3)) if keys is None else keys
        chosen = self.random.sample(list(method.keys), min(count, len(method.keys)))
        named: dict[str, Any] = {}
        for key in (*method.needs, *always, *chosen):
            named.setdefault(key, self.value(method.keys[key]))
        if named.get("format") == "FORMAT":
            named["format"] = "qcow2" if args and args[0].endswith("qcow2") else "raw"
        self.calls.append(Call(name, args, {**named, **given}))

    # Families

    def _board(self) -> None:
        self.one("machine_type", keys=self.random.choice((1, 2, 3)))
        if self.chance(0.4):
            self.one(self.random.choice(("enable_kvm", "accel")))
        if self.chance(0.4):
            self.one("accel")
        if self.chance(0.5):
            self.one("cpu")
        if self.chance(0.3):
            self.one("boot")

    def _memory(self) -> None:
        self.one("memory")
        if self.chance(0.2):
            self.one("memory")

    def _processors(self) -> None:
        self.one("smp", keys=self.random.choice((0, 1, 2, 3, 4)))
        if self.chance(0.3):
            self.one("cpu")

    def _drives(self) -> None:
        for _ in self.some(1, 3):
            self.one("drive")
        if self.chance(0.4):
            self._device(DISK_DEVICES)
        if self.chance(0.3):
            self._media()
        if self.chance(0.2):
            self.one("snapshot")

    def _media(self) -> None:
        names = ("hda", "hdb", "hdc", "hdd", "cdrom", "fda", "fdb", "pflash")
        for name in self.random.sample(names, self.random.randint(1, 3)):
            self.one(name)
        if self.chance(0.1):
            self.one(self.random.choice(("sd", "mtdblock", "pflash")))
        if self.chance(0.5):
            self.one("boot")

    def _screens(self) -> None:
        for _ in self.some(0, 2):
            self.one("vnc")
        for name in ("display", "vga", "keyboard", "keyboard"):
            if self.chance(0.4):
                self.one(name)
        if self.chance(0.3):
            self.one("secret")
        if self.chance(0.1):
            self.one("nographic")
        if self.chance(0.2):
            self.driven("audiodev", drivers.AUDIODEV)

    def _characters(self) -> None:
        for _ in self.some(1, 3):
            name = self.random.choice(_CHARACTERS)
            if self.chance(0.6):
                self.one(name)
            else:
                self._place(name)
        if self.chance(0.4):
            self._chardevs()
        if self.chance(0.3):
            self.one(self.random.choice(("nographic", "nodefaults")))

    def _place(self, name: str) -> None:
        """A character option by its fields."""
        kind = self.random.choice(("file", "unix", "port", "chardev", "pipe"))
        place = {
            "file": Values(("log", "a,b.log", "-log"), ("no/such/log", "folder", "")),
            "unix": Values(("c.sock", "a,b.sock", "a=b"), ("no/such/sock", "folder")),
            "port": Values(("PORT",), ("BUSY", 0, 65535)),
            "chardev": CHARDEVS,
            "pipe": Values(("nopipe",), ("text.txt",)),
        }[kind]
        given = {kind: self.value(place)}
        if kind in {"unix", "port"}:
            given |= {"server": True, "wait": False}
            for key in self.random.sample(list(SOCKET_KEYS), self.random.randint(0, 2)):
                given[key] = self.value(SOCKET_KEYS[key])
            if self.chance(0.7) and kind == "port":
                given["host"] = "127.0.0.1"
        if self.chance(0.2):
            given["monitor"] = True
        self.calls.append(Call(name, (), given))

    def _chardevs(self) -> None:
        for _ in self.some(1, 2):
            self.named("chardev", drivers.CHARDEV, CHARDEVS)
        if self.chance(0.5):
            chardev = self.value(CHARDEVS)
            self.calls.append(Call(self.random.choice(_CHARACTERS), (), {"chardev": chardev}))
        if self.chance(0.3):
            self._device(("isa-serial", "virtio-serial-pci", "virtconsole", "usb-serial"))

    def _network(self) -> None:
        for _ in self.some(0, 2):
            self.named("netdev", drivers.NETDEV, NETDEVS)
        for _ in self.some(0, 2):
            self._device(("virtio-net-pci", "e1000", "rtl8139", "usb-net"))
        if self.chance(0.3):
            self.driven("nic", drivers.NIC)
        if self.chance(0.1):
            self.driven("net", drivers.NET)

    def _objects(self) -> None:
        for _ in self.some(1, 3):
            kinds = ("secret", "memory_backend_ram", "memory_backend_file", "memory_backend_memfd")
            self.one(self.random.choice(kinds))
            if self.chance(0.4):
                self.named("object", drivers.OBJECT, OBJECTS)
        if self.chance(0.4):
            memory = self.value(METHODS["machine_type"].keys["memory_backend"])
            self.one("machine_type", keys=0, memory_backend=memory)
            self.one("memory", keys=0)
        if self.chance(0.3):
            self._device(("pc-dimm", "nvdimm", "virtio-rng-pci"))

    def _usb(self) -> None:
        for _ in self.some(0, 2):
            self.one("usbdevice")
        if self.chance(0.4):
            self.one("usb")
        for _ in self.some(0, 3):
            self._device(USB_DEVICES)

    def _devices(self) -> None:
        for _ in self.some(1, 3):
            self._device(tuple(drivers.DEVICE))
        if self.chance(0.4):
            self._drives()
        if self.chance(0.3):
            self._network()

    def _device(self, names: Sequence[str]) -> None:
        name = self.random.choice(names)
        if name not in self.world.devices:
            return
        more = {"id": Values(("v0", "v1", "x0", "x1"), ("d0", "a b"))}
        if not name.startswith(PLUGGED):
            more |= {
                "addr": Values(("0x10", "0x11", "0x12"), ("0x11.1",)),
                "bus": BUSES,
            }
        self.driven("device", {name: drivers.DEVICE[name]}, more)

    def driven(
        self, method: str, known: dict[str, Driver], more: dict[str, Values] | None = None
    ) -> None:
        """Call a method with a driver and its properties."""
        name = self.random.choice(list(known))
        mostly, rest = known[name]
        rest = rest | (more or {})
        count = min(len(rest), self.random.choice((0, 0, 1, 1, 2)))
        chosen = self.random.sample(list(rest), count)
        given = {
            key: self.value(values)
            for key, values in mostly.items()
            if key not in drivers.REFERENCES or self.chance(0.95)
        }
        given |= {key: self.value(rest[key]) for key in chosen}
        self.calls.append(Call(method, (name,), given))

    def named(self, method: str, known: dict[str, Driver], ids: Values) -> None:
        """The same, and mostly with an id."""
        self.driven(method, known)
        if self.chance(0.97):
            name, args, given = self.calls[-1]
            self.calls[-1] = Call(name, args, {"id": self.value(ids), **given})

    def _numa(self) -> None:
        """A NUMA machine that adds up, but for what chance takes away."""
        count = self.random.choice((1, 2, 2, 3, 4))
        each = self.random.choice((64, 128))
        vcpus = count * self.random.choice((1, 2))
        wrong = 0.15 * self._odd * 4
        self.calls.append(Call("memory", (count * each + (64 if self.chance(wrong) else 0),)))
        self.calls.append(Call("smp", (vcpus + (1 if self.chance(wrong) else 0),)))
        nodes = []
        for number in range(count):
            if not self.chance(wrong):
                size = each if self.chance(0.95) else 2 * each
                self.calls.append(
                    Call("memory_backend_ram", (f"ram{number}",), {"size": f"{size}M"})
                )
            nodes.append(self._node(number, count, vcpus, wrong))
        self.calls += nodes
        for call in self._relations(count):
            if self.chance(0.3):
                self.calls.append(call)

    def _node(self, number: int, count: int, vcpus: int, wrong: float) -> Call:
        each = vcpus // count
        keys: dict[str, Any] = {}
        if not self.chance(wrong):
            keys["memdev"] = f"ram{number if not self.chance(wrong) else 0}"
        elif self.chance(0.5):
            keys["mem"] = 64
        if not self.chance(wrong):
            first, last = number * each, (number + 1) * each - 1
            keys["cpus"] = f"{first}-{last + (1 if self.chance(wrong) else 0)}"
        if self.chance(0.5):
            keys["nodeid"] = number if not self.chance(wrong) else self.random.randrange(5)
        if self.chance(0.1 * self._odd):
            keys["initiator"] = self.random.randrange(count)
        return Call("numa_node", (), keys)

    def _relations(self, count: int) -> list[Call]:
        here, there = self.random.randrange(count + 1) % count, self.random.randrange(count)
        rate = self.random.choice((
            {"data_type": "access-latency", "latency": 10},
            {"data_type": "access-bandwidth", "bandwidth": "200M"},
            {"data_type": "read-latency", "bandwidth": "200M"},
            {"data_type": "read-bandwidth", "bandwidth": 1000},
        ))  # fmt: skip
        cache = {
            "node_id": here,
            "size": "10K",
            "level": self.random.choice((1, 1, 2)),
            "associativity": "direct",
            "policy": "write-back",
            "line": 8,
        }
        places = ("socket_id", "core_id", "thread_id", "die_id")
        place = {
            key: self.random.randrange(3)
            for key in self.random.sample(places, self.random.randint(1, 3))
        }
        calls = [
            Call("numa_dist", (here, there, self.random.choice((10, 20, 30, 255)))),
            Call("numa_dist", (there, here, self.random.choice((20, 30)))),
            Call("numa_cpu", (here,), place),
            Call("numa_hmat_lb", (), {
                "initiator": here, "target": there, "hierarchy": "memory", **rate,
            }),
            Call("numa_hmat_cache", (), cache),
        ]  # fmt: skip
        if self.chance(0.5):
            calls.append(Call("machine_type", (), {"hmat": True}))
        return calls

    def _firmware(self) -> None:
        for _ in self.some(1, 2):
            self.one(self.random.choice(list(FIRMWARE)))
        if self.chance(0.3):
            self.one("machine_type")

    def _system(self) -> None:
        for _ in self.some(1, 3):
            self.one(self.random.choice(list(SYSTEM)))
        if self.chance(0.3):
            self._chardevs()
        if self.chance(0.1):
            self.one("accel")

    def _others(self) -> None:
        names = ("name", "rtc", "nodefaults", "no_reboot", "no_shutdown", "paused", "nographic")
        for name in self.random.sample(names, self.random.randint(1, 3)):
            self.one(name)
