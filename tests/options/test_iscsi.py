"""``-iscsi``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.iscsi import Iscsi

PC = Machine("x86_64").memory("1G")
SECRET = PC.secret("chap", file="password.txt")

EXAMPLES = {
    "iscsi-password-in-sight": (
        PC.iscsi(user="joe", password="pw"),
        SECRET.iscsi(user="joe", password_secret="chap"),
    ),
    "iscsi-secret-undefined": (
        PC.iscsi(user="joe", password_secret="chap"),
        SECRET.iscsi(user="joe", password_secret="chap"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (
            Iscsi(initiator_name="iqn.2008-11.org.example:a"),
            "initiator-name=iqn.2008-11.org.example:a",
        ),
        (
            Iscsi(id="t0", user="joe", password="a,b", timeout=5),
            "id=t0,user=joe,password=a,,b,timeout=5",
        ),
        (
            Iscsi(password_secret="s", header_digest="CRC32C"),
            "password-secret=s,header-digest=CRC32C",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-iscsi", value)
    assert Iscsi.parse(value) == option


def test_a_digest_is_read_in_any_case():
    assert Iscsi.parse("header-digest=none-crc32c") == Iscsi(header_digest="NONE-CRC32C")


def test_a_digest_that_is_none_is_refused():
    with pytest.raises(InvalidOption, match="did you mean 'CRC32C'"):
        Iscsi(header_digest="CRC32")


def test_each_target_is_described_once():
    assert not PC.iscsi(id="t0").iscsi(id="t0").check().ok
    assert PC.iscsi(id="t0").iscsi(id="t1").check().ok


def test_explain_never_tells_the_password():
    said = Iscsi(user="joe", password="hunter2").explain()
    assert "as the user joe" in said
    assert "hunter2" not in said
