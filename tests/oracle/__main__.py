"""``python -m tests.oracle 2000``: see the package."""

# ruff: noqa: T201 - a program tells what it found

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from collections import Counter
from pathlib import Path

from tests.oracle.run import run
from tests.oracle.verdict import Disagreement, Kind


def main() -> int:
    """Run as a program: 0 when the two agree."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=2000, help="how many machines")
    parser.add_argument("--seed", default="0", help="the same seed makes the same machines")
    parser.add_argument("--qemu", default=shutil.which("qemu-system-x86_64"), help="its path")
    parser.add_argument("--families", default="", help="only these, such as drives,media")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    families = tuple(filter(None, args.families.split(",")))
    folder = Path.cwd() / ".cache" / "oracle"
    figures = Counter(dict.fromkeys(Kind, 0))
    for found in run(
        args.count, args.seed, args.qemu, folder=folder, families=families, workers=args.workers
    ):
        for one in found:
            _tell(one)
            figures[one.kind] += 1
    print(f"\n{args.count} machines, seed {args.seed}, in {folder}/*")
    for kind, figure in figures.items():
        print(f"{figure:6} {kind.value}")
    return int(figures[Kind.CLEAN] + figures[Kind.FALSE] > 0)


def _tell(one: Disagreement) -> None:
    print(f"\n{one.kind.value}:\n  {shlex.join(one.argv)}")
    print(f"  # {'.'.join(map(str, one.calls))}")
    print("   ", one.reason.strip().replace("\n", "\n    "), flush=True)


if __name__ == "__main__":
    sys.exit(main())
