"""``-action``: what is written, and what it says."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.options.action import Action


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Action(reboot="shutdown"), "reboot=shutdown"),
        (Action(shutdown="pause", panic="exit-failure"), "shutdown=pause,panic=exit-failure"),
        (Action(watchdog="inject-nmi"), "watchdog=inject-nmi"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-action", value)
    assert Action.parse(value) == option


@pytest.mark.parametrize("keys", [{"reboot": "none"}, {"shutdown": "reset"}, {"panic": "reset"}])
def test_what_an_event_cannot_do_is_refused(keys):
    with pytest.raises(InvalidOption, match=f"-action {next(iter(keys))}"):
        Action(**keys)


def test_a_second_one_on_a_command_line_adds_its_keys():
    merged = Action(reboot="reset", panic="none").merged(Action(reboot="shutdown"))
    assert merged == Action(reboot="shutdown", panic="none")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Action(reboot="shutdown"), "When the guest reboots, it is powered off."),
        (Action(shutdown="pause"), "When the guest powers off, it is stopped"),
        (Action(panic="none"), "When the guest panics, nothing is done."),
        (Action(watchdog="debug"), "watchdog fires, QEMU prints a message."),
    ],
)
def test_explain(option, words):
    assert words in option.explain()
    assert words not in Action().explain()
