"""``-parallel``: how many there can be."""

from __future__ import annotations

from qemubuild.machine import Machine
from qemubuild.options.parallel import Parallel


def vm(count):
    return Machine("x86_64", [Parallel("null") for _ in range(count)]).memory("1G")


EXAMPLES = {"parallel-too-many": (vm(4), vm(3))}


def test_too_many_are_found_once():
    assert [found.code for found in vm(5).check()] == ["parallel-too-many"]


def test_none_is_not_counted():
    assert vm(3).parallel("none").check().codes == ()
