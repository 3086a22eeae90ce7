"""What to do about what qemu-img says; the texts are its own, of version 7.2."""

from __future__ import annotations

import pytest

from qemubuild.disk.run import hint_for


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("qemu-img: x: Could not create 'x': Permission denied", "who may write"),
        ("qemu-img: x: Could not create 'x': Read-only file system", "another|written to"),
        ("qemu-img: x: Could not write zeros for preallocation: No space left on device", "room"),
        ("qemu-img: x: Could not create 'x': No such file or directory", "directory there"),
        (
            (
                "qemu-img: x: Could not open 'b': No such file or directory\n"
                "Could not open backing image."
            ),
            "directory of the image",
        ),
        (
            (
                "qemu-img: Could not open 'x': Failed to get shared \"write\" lock\n"
                "Is another process using the image [x]?"
            ),
            "stop that one",
        ),
        ("qemu-img: x: The image size is too large for file format 'raw'", "file system"),
        ("qemu-img: Could not open 'x': Image is not in qcow2 format", "format="),
        ("qemu-img: x: Invalid parameter 'foo'", "-o help"),
        ("qemu-img: x: Parameter 'preallocation' does not accept value 'abc'", "-o help"),
        ("qemu-img: x: Format driver 'dmg' does not support image creation", "qcow2"),
    ],
)
def test_hints(said: str, mend: str):
    assert any(word in hint_for(said) for word in mend.split("|"))


def test_no_hint_is_better_than_a_wrong_one():
    assert hint_for("qemu-img: something new") == ""
