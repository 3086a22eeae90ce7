"""``-watchdog-action``."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.options.watchdog import WatchdogAction


@pytest.mark.parametrize(
    "action", ["reset", "shutdown", "poweroff", "inject-nmi", "pause", "debug", "none"]
)
def test_argv(action):
    option = WatchdogAction(action)
    assert option.words == ("-watchdog-action", action)
    assert WatchdogAction.parse(action) == option
    assert "Without it QEMU resets the guest" in option.explain()


@pytest.mark.parametrize("action", ["RESET", "nmi", "", None])
def test_what_qemu_does_not_do_is_refused(action):
    with pytest.raises(InvalidOption, match="action"):
        WatchdogAction(action)
