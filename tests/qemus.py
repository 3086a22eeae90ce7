"""The QEMUs at hand: the installed one and a newer one, each for x86_64 and aarch64.

What holds for one version or architecture need not hold for the next::

    @pytest.mark.parametrize("qemu", QEMUS)
    def test_starts(qemu: str) -> None: ...

A test with the fixture ``each_qemu`` is run with each, too.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

_NEWER = Path(
    os.environ.get("QEMUBUILD_QEMU_10")
    or Path(__file__).resolve().parent.parent / ".cache" / "qemu-10"
)


class Emulator(NamedTuple):
    """One version for one architecture; ``missing`` says why there is no ``path``."""

    name: str
    path: str | None
    missing: str

    def parameter(self) -> ParameterSet:
        """For ``parametrize``: the path, or a test that is skipped."""
        marks = [] if self.path else [pytest.mark.skip(reason=self.missing)]
        return pytest.param(self.path, id=self.name, marks=marks)


def _installed(architecture: str) -> Emulator:
    program = f"qemu-system-{architecture}"
    missing = f"{program} is not installed; `make test` installs it"
    return Emulator(f"installed-{architecture}", shutil.which(program), missing)


def _newer(architecture: str) -> Emulator:
    """What tests/real/qemu/fetch.sh fetched, or why it could not."""
    path = shutil.which(str(_NEWER / f"qemu-system-{architecture}"))
    reason = _NEWER.with_name(f"{_NEWER.name}.missing")
    missing = (
        reason.read_text("utf-8", errors="replace").strip()
        if reason.exists()
        else "no second QEMU yet; `make test` fetches it"
    )
    return Emulator(f"10.x-{architecture}", path, missing)


X86_64 = [_installed("x86_64"), _newer("x86_64")]
AARCH64 = [_installed("aarch64"), _newer("aarch64")]
QEMUS = [one.parameter() for one in X86_64 + AARCH64]
