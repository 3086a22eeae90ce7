"""What tests of running guests have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qemubuild import Process

SECONDS = 30


@pytest.fixture
def own_directory(tmp_path_factory, monkeypatch):
    """A runtime directory of the test's own, with a path short enough for sockets."""
    folder = tmp_path_factory.mktemp("run")
    short = Path(f"/tmp/qb-{os.getpid()}-{folder.name}")
    short.symlink_to(folder)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short))
    yield folder / "qemubuild"
    for guest in Process.running():
        guest.kill()
        guest.wait(SECONDS)
    short.unlink()
