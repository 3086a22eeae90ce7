"""How a guest's vCPUs are arranged, and which memory is near which of them."""

from __future__ import annotations

from math import ceil, prod, sqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild import targets
from qemubuild.claims import Backend, Topology, Vcpus
from qemubuild.display import style
from qemubuild.display.canvas import Canvas, extent
from qemubuild.display.picture import Picture
from qemubuild.options import _nodes
from qemubuild.options.numa import Numa
from qemubuild.options.smp import Smp
from qemubuild.units import format_size, parse_size
from qemubuild.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.machine import Machine
    from qemubuild.options.numa import NumaNode

_TIMES: Final = " \N{MULTIPLICATION SIGN} "
_SHOWN: Final = 128
"""How many vCPUs are drawn; of more, some of each level stand for all."""
_COUNTED: Final = 4096  # no board has more
_WIDTH: Final = 720.0
_PAD, _GAP, _TITLE = 9.0, 7.0, 20.0
_CELL: Final = (30.0, 24.0)
_CORE: Final = 80.0
"""The least room for a core, which has two threads side by side."""


class Level(NamedTuple):
    """Some of what is inside each of the level around it.

    Attributes:
        name: of one of them, such as ``socket``.
        count: how many there are.
        shown: how many are drawn.
    """

    name: str
    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs here
    shown: int


class Node(NamedTuple):
    """A NUMA node.

    Attributes:
        number: what the guest calls it.
        memory: how much it has, in words; ``""`` where that is not said.
        cpus: the vCPUs that options put there.
    """

    number: int
    memory: str
    cpus: frozenset[int]

    @property
    def colour(self) -> str:
        """What tells it from the others."""
        return f"var(--qb-{self.number % style.COLOURS})"

    def __str__(self) -> str:
        cpus = f"vCPUs {_ranges(self.cpus)}" if self.cpus else "no vCPU is said to be near"
        return f"node {self.number}: {', '.join(filter(None, (self.memory, cpus)))}"


class Layout(NamedTuple):
    """All that is drawn.

    Attributes:
        levels: from the outermost to the threads.
        present: how many vCPUs the guest starts with; the others may be plugged in.
        nodes: the NUMA nodes.
        distances: between them, where they are said.
    """

    levels: tuple[Level, ...]
    present: int
    nodes: tuple[Node, ...]
    distances: Mapping[tuple[int, int], int]

    def __str__(self) -> str:
        most = prod(level.count for level in self.levels)
        text = f"{self.present} vCPU{'' if self.present == 1 else 's'}"
        if most > self.present:
            text += f" of up to {most}"
        return f"{text}: {_TIMES.join(_counted(level) for level in self.levels)}"

    def owner(self, cpu: int) -> Node | None:
        """The node that a vCPU is in, where an option says so."""
        return next((node for node in self.nodes if cpu in node.cpus), None)


def draw(machine: Machine) -> Picture:
    """The picture of a machine's topology."""
    layout = read(machine)
    canvas = Canvas()
    canvas.text(0, 14, str(layout), "bold")
    canvas.put(_grid(layout, 0, 0, _WIDTH), 0, 26)
    if layout.nodes:
        canvas.put(_cards(layout), 0, canvas.height + 14)
    return Picture(str(layout), canvas.svg(str(layout)), "\n".join(_lines(layout)))


def read(machine: Machine) -> Layout:
    """What a machine says of its vCPUs and their memory."""
    view = View.of(machine)
    smp = machine.find(Smp) or Smp(1)
    arranged = smp.arranged(targets.board_of(view))
    counts = {name.removesuffix("s"): max(many, 1) for name, many in arranged.items()}
    # A level of one says nothing; sockets, cores and threads are what people look for.
    kept = {name: many for name, many in counts.items()
            if many > 1 or name in ("socket", "core", "thread")}  # fmt: skip
    said = [one for one in machine.find_all(Numa) if not one._unread]  # noqa: SLF001
    vcpus = machine.claims(Vcpus)
    present = vcpus[-1][1].count if vcpus else 1
    topology = Topology(**{name: arranged[name] for name in Topology._fields})
    cpus: dict[int, set[int]] = {}
    for _, number, own in _nodes.owners(said, topology, min(smp.most, _COUNTED)):
        cpus.setdefault(number, set()).update(own)
    nodes = tuple(
        Node(number, _memory(node, machine), frozenset(cpus.get(number, ())))
        for number, node in sorted(_nodes.numbered(said).items())
    )
    return Layout(tuple(_shown(kept)), present, nodes, _nodes.distances(said))


def _shown(counts: Mapping[str, int]) -> Iterator[Level]:
    """How many of each level to draw: all, or a few of the outer ones where that is too much."""
    left = _SHOWN
    all_fit = prod(counts.values()) <= left
    for name, many in counts.items():
        most = left if all_fit or name in ("core", "thread") else min(left, 4)
        shown = min(many, max(most, 1))
        left //= shown
        yield Level(name, many, shown)


def _memory(node: NumaNode, machine: Machine) -> str:
    if node.memdev is not None:
        sizes = {claim.id: claim.size for _, claim in machine.claims(Backend)}
        size = sizes.get(node.memdev)
        return f"memory of {node.memdev}" if size is None else format_size(size)
    return "" if node.mem is None else format_size(parse_size(str(node.mem), unit="M"))


def _grid(layout: Layout, depth: int, first: int, room: float) -> Canvas:
    """All that a level has, side by side; its first vCPU has the number ``first``."""
    level = layout.levels[depth]
    each = prod(inner.count for inner in layout.levels[depth + 1 :])
    per_part = room if level.shown == 1 else max((room - _GAP) / 2, _CORE)
    parts = [_part(layout, depth, number, first + number * each, per_part)
             for number in range(level.shown)]  # fmt: skip
    if level.shown < level.count:
        more = Canvas()
        more.text(2, 16, f"and {level.count - level.shown} more {_plural(level.name)}", "soft")
        parts.append(more)
    width = max(part.width for part in parts[: level.shown])
    columns = _columns(level.shown, int((room + _GAP) // (width + _GAP)))
    canvas, y = Canvas(), 0.0
    for start in range(0, len(parts), columns):
        row = parts[start : start + columns]
        for place, part in enumerate(row):
            canvas.put(part, place * (width + _GAP), y)
        y += max(part.height for part in row) + _GAP
    return canvas


def _columns(many: int, fit: int) -> int:
    """How many stand side by side: not too many, in rows that are full."""
    most = max(1, min(fit, max(min(many, 4), ceil(sqrt(2 * many)))))
    return next((few for few in range(most, most // 2, -1) if many % few == 0), most)


def _part(layout: Layout, depth: int, number: int, first: int, room: float) -> Canvas:
    """One socket, die, core ..., with what is in it."""
    level = layout.levels[depth]
    if level.name == "thread" or (level.name == "core" and layout.levels[-1].count == 1):
        return _cell(layout, first)
    core = level.name == "core"
    pad, top = (3.0, 3.0) if core else (_PAD, _TITLE + 4)
    inside = _grid(layout, depth + 1, first, room - 2 * pad)
    canvas = Canvas()
    name = f"{level.name} {number}"
    width = max(inside.width, 0 if core else extent(name)) + 2 * pad
    kind = "plain" if core else "box"
    size = (width, inside.height + top + pad)
    canvas.box((0, 0), size, kind, title=name if core else "", radius=6)
    if not core:
        canvas.text(pad, 16, name, "soft")
    canvas.put(inside, pad, top)
    return canvas


def _cell(layout: Layout, cpu: int) -> Canvas:
    canvas = Canvas()
    node = layout.owner(cpu)
    present = cpu < layout.present
    words = f"vCPU {cpu}" + (f", node {node.number}" if node else "")
    words += "" if present else ", not there at the start: may be plugged in"
    canvas.box((0, 0), _CELL, "cell" if present else "free", title=words)
    if node:
        canvas.box((0, _CELL[1] - 4), (_CELL[0], 4), fill=node.colour, radius=2)
    canvas.text(_CELL[0] / 2, 16, str(cpu), "small mid" if present else "small mid soft")
    return canvas


def _cards(layout: Layout) -> Canvas:
    """The nodes, each with its colour, and how far they are from each other."""
    canvas, y = Canvas(), 12.0
    nodes = layout.nodes[:16]
    canvas.text(0, y, "NUMA nodes", "bold")
    for node in nodes:
        y += 22
        canvas.box((0, y - 11), (14, 14), fill=node.colour, radius=3)
        canvas.text(22, y, str(node), room=_WIDTH - 22)
    if len(nodes) < len(layout.nodes):
        y += 22
        canvas.text(22, y, f"and {len(layout.nodes) - len(nodes)} more", "soft")
    if layout.distances and len(nodes) > 1:
        canvas.put(_table(layout, nodes), 0, y + 18)
    return canvas


def _table(layout: Layout, nodes: tuple[Node, ...]) -> Canvas:
    """How far each node is from each, from those on the left."""
    canvas, step, left = Canvas(), 42.0, 88.0
    canvas.text(0, 12, "distance", "soft small")
    for place, target in enumerate(nodes):
        canvas.text(left + place * step, 12, f"to {target.number}", "soft small end")
    for row, source in enumerate(nodes):
        y = 32 + row * 20
        canvas.text(0, y, f"from {source.number}", "soft small")
        for place, target in enumerate(nodes):
            canvas.text(left + place * step, y, str(_far(layout, source, target)), "end")
    canvas.width, canvas.height = left + step * len(nodes), 20.0 * len(nodes) + 20
    return canvas


def _far(layout: Layout, source: Node, target: Node) -> int:
    own = 10 if source == target else 20  # QEMU's own, where nothing is said
    return layout.distances.get((source.number, target.number), own)


def _lines(layout: Layout) -> Iterator[str]:
    yield str(layout)
    yield from (f"  {node}" for node in layout.nodes)
    if layout.distances:
        for source in layout.nodes:
            far = (f"{_far(layout, source, target):>4}" for target in layout.nodes)
            yield f"  from node {source.number}:{''.join(far)}"


def _counted(level: Level) -> str:
    return f"{level.count} {level.name if level.count == 1 else _plural(level.name)}"


def _plural(name: str) -> str:
    return f"{name}s"


def _ranges(cpus: Any) -> str:
    """Numbers as people write them: ``0-3, 8``."""
    found: list[list[int]] = []
    for cpu in sorted(cpus):
        if found and found[-1][1] == cpu - 1:
            found[-1][1] = cpu
        else:
            found.append([cpu, cpu])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)
