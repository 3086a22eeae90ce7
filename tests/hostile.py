"""File names that a Linux file system takes and that a program in a hurry misreads.

Each is one path component (no slash, no NUL, at most 255 bytes), so that a test can put it into
any directory. Names that are not UTF-8 are spelled as ``os.fsdecode`` does, with surrogates.
"""

from __future__ import annotations

import os

# Every printable ASCII character that is neither a letter nor a digit: alone, leading, inside,
# trailing, doubled.
_PUNCTUATION = "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~ "
_PLACES = ("{0}", "{0}disk", "di{0}sk", "disk{0}", "di{0}{0}sk")

# What QEMU takes as a protocol when a colon comes before the first slash.
_PROTOCOLS = (
    "file nbd nbd+tcp nbd+unix fat http https ftp ftps ssh rbd iscsi iser gluster gluster+unix nfs "
    "nvme null-co null-aio blkdebug blkverify host_device host_cdrom vvfat raw qcow2 json unix tcp "
    "udp fd exec sheepdog vxhs FILE"
).split()

_GRAMMAR = [
    # key=value lists
    "a,b", "a,,b", "a,,,b", ",,", ",,,", "a,", ",a", "a=b", "=", "==", "a=b,c=d", "file=x", "id=x",
    "a,if=virtio", "a,format=raw", "a,readonly=on", "a,snapshot=on", "x,file=y", "a,b=c,,d", "=,",
    ",=", "driver=file", "driver=null-co,size=1", "file.filename=x", "file.driver=null-co", "a.b=c",
    "no", "noon", "on", "off", "none", "help", "?", "a,help", "a,?", "file=x,help",
    "backing_file=x", "size=1G", "size=1G,backing_file=x",
    # protocols with more behind the colon
    'json:{"driver":"null-co"}', "json:{}", "json:", '{"driver":"null-co"}', "{}", "{", "[]",
    "fat:rw:dir", "fat:floppy:rw:", "fat:16:.", "nbd:localhost:10809", "nbd:unix:sock",
    "nbd:unix:a:exportname=b", "blkdebug::x", "blkdebug:cfg:x", "blkverify:a:b", "null-co:",
    "null-co:size=1G", "host_device:sda", "file:file:x", "file:-x", "file:a,b",
    "ssh:user@host", "C:", "C:x", "c:disk.img", "D:\\disk.img", "a:b:c", "a:b,c=d", "12:30",
    "2024-01-01T12:30:00", "user@host:disk", "[::1]:1", "x:", ":x", "::", ":0", "unix:a=b",
]  # fmt: skip

_WORDS = [
    # options
    "-", "--", "---", "-f", "-f=raw", "-o", "-b", "-F", "-n", "-h", "-q", "-u", "-V", "-S", "-1",
    "--help", "--version", "--object", "--image-opts", "-snapshot", "-nographic", "-drive",
    "-cdrom",
    "-drive file=x", "--output=json", "-e2", "-- ",
    # numbers, sizes, names of formats
    "0", "1", "50G", "1e3", "0x10", "-0", "+5", "raw", "qcow2", "luks", "vmdk",
    # device and path lookalikes
    "fdset", "fd:3", "fd0", "stdin", "null", "zero", "sda", "dev", "proc", "nul", "CON", "PRN.img",
    "...", "....", "..a", "a..", ".hidden", ".img", ".qcow2", "~", "~root", "~x",
    "disk.img.", "disk.raw ", " disk.raw", "disk.qcow2 ", "disk.img~", "disk.vmdk-flat", "core",
    # what a shell, a printf, a glob, a URL, a regular expression or a comment would expand
    "$HOME", "${HOME}", "$(id)", "`id`", "$$", "$0", "!!", "!$", "*", "?x", "*.img", "[a-z]",
    "{a,b}",
    "{1..3}", "a;b", "a&b", "a&&b", "a|b", "a>b", "a<b", "a#b", "#a", "a b", "a  b", " ", "   ",
    "%s", "%d", "%n", "%s%s%s", "%%", "%", "%00", "%20", "%2F", "%2e%2e", "a%", "a%ff", "%{x}",
    "'", '"', "''", '""', "'a'", '"a"', "it's", 'say "x"', "a'\"b", "\\", "\\\\", "\\n", "\\0",
    "\\x41", "a\\", "\\'", '\\"', "a\\,b", "a\\:b", "\\u0041", "<!-- -->", "<a>", "&amp;", "a+b",
    "(a)", ".*", "^$", "a?b=c&d", "a#frag", "x@snap", "x@", "@x", "a\u2215b",
    # control characters
    "\n", "a\nb", "a\n", "\na", "a\r\nb", "\r", "\t", "a\tb", "\x01", "\x07", "\x08", "\x0b",
    "\x0c",
    "\x1b", "\x1b[31mred", "\x7f", "a\x1fb", "a\n-f", "a\n,b=c", "\x85", "\xa0", "\x1c\x1d\x1e",
]  # fmt: skip

_UNICODE = [
    "\xe9", "e\u0301", "\xdf", "\u0130", "\u0131", "\u03a9", "\u2126", "\u4e2d\u6587",
    "\u65e5\u672c",
    "\ud55c\uad6d", "\u05d0\u05d1", "\u0627\u0644", "\u202eabc", "\u200b", "a\u200bb", "\u200d",
    "\u2028",
    "\u2029", "\ufeff", "\ufeffdisk", "\u3000", "\uff0c", "a\uff0cb", "\uff1a", "a\uff1ab",
    "\uff1d",
    "\u2010disk", "\u2013f", "\U0001f600", "\U0001f468\u200d\U0001f469", "\U00010348",
    "\U0001f1e9\U0001f1ea",
    # noncharacters: no JSON of QEMU's can carry them
    "\ufffe", "\uffff", "a\ufffeb", "a\uffffb", "\ufdd0", "\ufdef", "\U0001fffe", "\U0001ffff",
    "\U000fffff", "\U0010ffff", "\ue000", "\ufffd", "\U000e0001",
]  # fmt: skip

_BYTES = [
    b"\xff", b"\xfe\xff", b"\x80", b"a\x80b", b"\xc3", b"\xc3(", b"\xc0\xaf", b"\xe2\x82",
    b"\xf0\x9f",
    b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xf4\x90\x80\x80", b"caf\xe9", b"caf\xe9,b", b"\xe9:x",
    b"-\xff", b"\xff=\xff", b"\xff\n", b"\xffdisk.qcow2", b"\xa0", b"\x85",
]  # fmt: skip

_LONG = [
    "n" * 255, "," * 255, ":" * 255, "-" * 255, "\u00e9" * 127, "\U0001f600" * 63, " " * 255,
    "n" * 249 + ".qcow2", "file:" + "n" * 250, "a," * 127, "=" * 255, "'" * 255, "\\" * 255,
]  # fmt: skip

_candidates = [
    *(place.format(mark) for mark in _PUNCTUATION for place in _PLACES),
    *(f"{protocol}:{rest}" for protocol in _PROTOCOLS for rest in ("", "x", "x,y=z")),
    *_GRAMMAR,
    *_WORDS,
    *_UNICODE,
    *(os.fsdecode(raw) for raw in _BYTES),
    *_LONG,
]

NAMES: list[str] = [name for name in dict.fromkeys(_candidates) if name not in {".", ".."}]
"""All of them, each once, in an order that stays."""
