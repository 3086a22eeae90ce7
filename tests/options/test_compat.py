"""``-compat``: what is written, in both of QEMU's spellings."""

from __future__ import annotations

import pickle

import pytest

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.compat import Compat


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Compat(deprecated_input="reject"), "deprecated-input=reject"),
        (
            Compat(deprecated_output="hide", unstable_input="crash", unstable_output="accept"),
            "deprecated-output=hide,unstable-input=crash,unstable-output=accept",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-compat", value)
    assert Compat.parse(value) == option


def test_json_is_understood_and_stays_json():
    text = '{"deprecated-input": "reject"}'
    option = Compat.parse(text)
    assert option.deprecated_input == "reject"
    assert option.words == ("-compat", text)
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize("text", ["{", '{"deprecated-input": 1}', "deprecated-input"])
def test_what_is_no_policy_is_refused(text):
    with pytest.raises(CommandSyntaxError):
        Compat.parse(text)


def test_output_can_be_hidden_and_does_not_crash():
    with pytest.raises(InvalidOption, match="-compat deprecated_output"):
        Compat(deprecated_output="crash")


@pytest.mark.parametrize("text", ["deprecated-input=maybe", '{"deprecated-input": "maybe"}'])
def test_a_policy_that_is_none_is_kept_and_found(text):
    machine = Machine("x86_64").memory("1G").add(Compat.parse(text))
    assert machine.check().codes == ("value-not-read",)


def test_explain():
    assert "deprecated input is 'reject'" in Compat(deprecated_input="reject").explain()
