"""``python -m tests.oracle 2000``: see the package."""

# ruff: noqa: T201 - a program tells what it found

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.oracle.run import run
from tests.oracle.verdict import Disagreement, Kind
from tests.qemus import X86_64

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> int:
    """Run as a program: 0 when check() agrees with each QEMU."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=2000, help="how many machines")
    parser.add_argument("--seed", default="0", help="the same seed makes the same machines")
    parser.add_argument("--qemu", action="append", help="a path; without, each one at hand")
    parser.add_argument(
        "--families", default="", help="only these, such as drives,media; or recombined"
    )
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    figures = {qemu: _figures(qemu, args) for qemu in args.qemu or _at_hand()}
    for qemu, kinds in figures.items():
        print(f"\nQEMU {_version(qemu)}: {args.count} machines, seed {args.seed}")
        for kind in Kind:
            print(f"{kinds[kind]:6} {kind.value}")
    agreed = all(not kinds[Kind.CLEAN] + kinds[Kind.FALSE] for kinds in figures.values())
    return int(not figures or not agreed)


def _at_hand() -> Iterator[str]:
    for one in X86_64:
        if one.path:
            yield one.path
        else:
            print(f"{one.name}: {one.missing}")


def _figures(qemu: str, args: argparse.Namespace) -> Counter[Kind]:
    """How often check() and this QEMU disagree; each time is printed."""
    families = tuple(filter(None, args.families.split(",")))
    folder = Path.cwd() / ".cache" / "oracle" / _version(qemu)
    print(f"judged by {qemu}, in {folder}/*", flush=True)
    figures: Counter[Kind] = Counter()
    for found in run(
        args.count, args.seed, qemu, folder=folder, families=families, workers=args.workers
    ):
        for one in found:
            _tell(one)
            figures[one.kind] += 1
    return figures


def _version(qemu: str) -> str:
    said = subprocess.run([qemu, "-version"], check=True, capture_output=True, text=True).stdout
    return said.split()[3]


def _tell(one: Disagreement) -> None:
    print(f"\n{one.kind.value}:\n  {shlex.join(one.argv)}")
    print(f"  # {'.'.join(map(str, one.calls))}")
    print("   ", one.reason.strip().replace("\n", "\n    "), flush=True)


if __name__ == "__main__":
    sys.exit(main())
