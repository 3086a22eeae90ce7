"""What browsers run is bundled by npm, and npm's registry is not to be had everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

NEEDS_BUNDLES = pytest.mark.skipif(
    not (ROOT / "qemubuild/_assets/made-of.txt").exists(),
    reason="nothing is bundled for browsers; `make assets` does it",
)
