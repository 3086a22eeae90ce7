"""What the library costs, beside its peers: ratios of one run, for times drift from run to run.

    make bench

Each figure is a median; what is compared takes turns, so that a slow moment meets all of them.
"""

from __future__ import annotations

import argparse
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import build
import check
import images
import read
import start

if TYPE_CHECKING:
    from collections.abc import Callable

QEMU_SOURCE = Path(__file__).parents[1] / ".bench" / "qemu"
OURS = "qemubuild"


def main() -> int:
    """Measure, print, and fail if importing or the lesson's machine costs more than its peer's."""
    parser = argparse.ArgumentParser(description=__doc__, prog="make bench")
    parser.add_argument("--rounds", type=int, default=41, help="how often each is measured")
    rounds = parser.parse_args().rounds

    kept = [
        imports(rounds),
        report(
            "Building the lesson's machine and rendering its command, with its check",
            measure(build.contestants(build.the_same()), rounds),
            peer="vmify",
        ),
    ]
    report(
        "The same, with another disk each time",
        measure(build.contestants(build.another()), rounds),
        peer="vmify",
    )
    report(
        "Judging the lesson's machine, another each time",
        measure(check.contestants(), rounds),
        peer="building it",
    )
    report(
        f"Reading command lines of {len(shlex.split(read.line(0)))} words, each another",
        measure(read.contestants(), rounds),
        peer="shlex.split",
    )
    report(
        "Asking a QEMU what it can do, which is done once",
        measure(check.asking(), max(5, rounds // 8)),
        peer="-device help",
    )
    report(
        "Starting a guest until it is up",
        measure(start.contestants("start"), rounds),
        peer="subprocess",
    )
    report("Stopping it", measure(start.contestants("stop"), rounds), peer="subprocess")
    with images.contestants() as verbs:
        for verb, both in verbs.items():
            report(f"DiskImage.{verb}()", measure(both, max(31, rounds)), peer="qemu-img")
    report(
        f"{images.CLONES} clones of an image",
        measure(images.cloning(), max(3, rounds // 8)),
        peer="one by one",
    )
    return 0 if all(kept) else 1


def imports(rounds: int) -> bool:
    """Import each in a Python of its own; what Python itself takes is taken off."""
    peer = "qemu.machine" if QEMU_SOURCE.is_dir() else "qemu.qmp"
    modules = {"python": "sys", OURS: OURS, peer: peer, "attrs": "attrs", "vmify": "vmify"}
    took = measure({name: importing(module) for name, module in modules.items()}, rounds)
    bare = took.pop("python")
    net = {name: seconds - bare for name, seconds in took.items()}
    title = f"Importing, without the {bare * 1e3:.0f} ms of Python itself"
    if peer == "qemu.qmp":
        title += " (qemu.machine is not to be had here: qemu.qmp is a part of what it imports)"
    return report(title, net, peer=peer) or peer == "qemu.qmp"


def importing(module: str) -> Callable[[], float]:
    """Time a Python that imports a module and ends."""
    code = f"import sys; sys.path.insert(0, {str(QEMU_SOURCE)!r}); import {module}"

    def once() -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-I", "-c", code], check=True)
        return time.perf_counter() - begin

    return once


def measure(contestants: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median seconds of each, taking turns; a first round is for warming up."""
    took: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, once in contestants.items():
            took[name].append(once())
    return {name: statistics.median(seconds[1:]) for name, seconds in took.items()}


def report(title: str, took: dict[str, float], *, peer: str) -> bool:
    """Print each beside the library; whether the library takes no longer than its peer."""
    print(f"\n{title}")
    for name, seconds in sorted(took.items(), key=lambda item: item[1]):
        beside = "" if name == OURS else f"   {seconds / took[OURS]:5.2f} of {OURS}'s"
        print(f"  {name:<14} {readable(seconds)}{beside}")
    ratio = took[OURS] / took[peer]
    print(f"  {OURS} / {peer} = {ratio:.2f}")
    return ratio <= 1


def readable(seconds: float) -> str:
    """Milliseconds, or microseconds."""
    return f"{seconds * 1e3:8.1f} ms" if seconds > 1e-3 else f"{seconds * 1e6:8.1f} µs"


if __name__ == "__main__":
    sys.exit(main())
