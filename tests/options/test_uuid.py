"""``-uuid``."""

from __future__ import annotations

from uuid import UUID

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.options.uuid import Uuid

TEXT = "550e8400-e29b-41d4-a716-446655440000"


@pytest.mark.parametrize("uuid", [TEXT, TEXT.upper(), UUID(TEXT)])
def test_argv(uuid):
    option = Uuid(uuid)
    assert option.words == ("-uuid", str(uuid))
    assert Uuid.parse(str(uuid)) == option
    assert str(uuid) in option.explain()


@pytest.mark.parametrize(
    "uuid", ["", "x", TEXT.replace("-", ""), f"{{{TEXT}}}", f"{TEXT} ", f"{TEXT[:-1]}g", 7]
)
def test_what_qemu_does_not_read_is_refused(uuid):
    with pytest.raises(InvalidOption, match="uuid"):
        Uuid(uuid)
