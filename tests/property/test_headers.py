"""Whatever a file holds, reading it as an image is no accident."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qemubuild.disk.headers import Header, read_header

BEGINS = (
    b"QFI\xfb\0\0\0\1",
    b"QFI\xfb\0\0\0\2",
    b"QFI\xfb\0\0\0\3" + bytes(8) + b"\0\0\0\0\0\0\0\x10",
    b"QED\0",
    b"KDMV",
    b"COWD",
    b"# Disk DescriptorFile\nversion=1\n",
    b"conectix",
    b"vhdxfile",
    b"LUKS\xba\xbe\0\1",
    b"WithouFreSpacExt\2\0\0\0",
    bytes(0x40) + b"\x7f\x10\xda\xbe",
    b"",
)
FORMATS = (None, "raw", "qcow", "qcow2", "qed", "vmdk", "vdi", "vpc", "vhdx", "luks", "dmg",
           "parallels", "bochs", "cloop")  # fmt: skip


@given(st.sampled_from(BEGINS), st.binary(max_size=300), st.sampled_from(FORMATS))
def test_a_header_is_read_or_faulted(tmp_path_factory, begin, rest, told):
    image = tmp_path_factory.getbasetemp() / "image"
    image.write_bytes(begin + rest)
    found = read_header(str(image), told)
    assert isinstance(found, Header)
    assert told in (None, found.format)
    assert found.backing is None or not found.fault


@given(st.integers(0, 7), st.integers(0, 255), st.integers(0, 111))
def test_any_byte_of_a_header_may_be_wrong(tmp_path_factory, bit, number, place):
    header = bytearray(112)
    header[:8] = b"QFI\xfb\0\0\0\3"
    header[23] = 16
    header[31] = number
    header[103] = 104
    header[place] ^= 1 << bit
    image = tmp_path_factory.getbasetemp() / "header"
    image.write_bytes(header)
    read_header(str(image), "qcow2")
    read_header(str(image))
