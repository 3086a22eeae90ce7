"""Judging many machines, by several workers with a directory each."""

from __future__ import annotations

import os
import shutil
from multiprocessing import get_context
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from qemubuild.host import Host
from tests.oracle.generate import Maker
from tests.oracle.recombined import recombined
from tests.oracle.verdict import Disagreement, Judge
from tests.oracle.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

RECOMBINED = ("recombined",)
"""In place of families: machines of the parts of those on which the two once disagreed."""

_judge: Judge


class Task(NamedTuple):
    """One machine: the same task makes the same machine again."""

    number: int
    seed: str
    families: Sequence[str] = ()


def run(
    count: int,
    seed: str,
    qemu: str,
    *,
    folder: Path,
    families: Sequence[str] = (),
    workers: int = 2,
) -> Iterator[list[Disagreement]]:
    """Judge so many machines, and tell of each what disagreements there are."""
    context = get_context("spawn")
    places = context.Queue()
    for number in range(workers):
        places.put(number)
    with context.Pool(workers, _begin, (places, qemu, folder)) as pool:
        tasks = (Task(number, seed, families) for number in range(count))
        yield from pool.imap_unordered(judged, tasks, chunksize=4)


def _begin(places: Any, qemu: str, folder: Path) -> None:
    number = places.get()
    begin(World(qemu, _emptied(folder / str(number)), number))


def begin(world: World) -> None:
    """Judge in this world from here on, in its directory."""
    global _judge  # noqa: PLW0603 - what a worker of a pool has beside its task
    _judge = Judge(world, Host())
    os.chdir(world.folder)


def judged(task: Task) -> list[Disagreement]:
    """Every disagreement over one machine."""
    random = Random(f"{task.seed}:{task.number}")
    if task.families == RECOMBINED:
        return _judge.disagreements(recombined(random))
    maker = Maker(random, _judge.world, odd=random.choice((0.05, 0.2, 0.4)))
    return _judge.disagreements(maker.machine(task.families))


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
