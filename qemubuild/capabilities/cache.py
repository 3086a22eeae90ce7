"""The answers of QEMUs asked before, in the user's cache: one file for each binary.

Whether they are still true the identity tells: which file the program is, of what size and age, and
what modules are beside it. A file is written whole and then put in place, so any number of programs
may read and write at one time; a damaged one is asked for anew.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final
from zlib import crc32

from qemubuild.capabilities.answers import Answers, Damaged, pack

# Where distributions put modules, which add devices to a QEMU without changing its program.
_MODULES: Final = ("/usr/lib/x86_64-linux-gnu/qemu", "/usr/lib/aarch64-linux-gnu/qemu",
                   "/usr/lib/qemu", "/usr/lib64/qemu", "/usr/lib64/qemu-kvm")  # fmt: skip

_READ: Final[dict[str, Answers]] = {}
"""Those that this program has read, by the path of the binary."""


def folder() -> str:
    """Where answers are kept: ``$XDG_CACHE_HOME/qemubuild``, or ``~/.cache/qemubuild``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # which the specification says to ignore
        base = os.path.expanduser("~/.cache")
    return os.path.join(base, "qemubuild")


def identity(binary: str) -> str:
    """What tells one state of a program from another.

    Raises:
        OSError: there is no such file.
    """
    found = [os.path.realpath(binary)]
    for path in (binary, os.environ.get("QEMU_MODULE_DIR", ""), *_MODULES):
        with suppress(OSError):
            state = os.stat(path)
            found.append(f"{path}:{state.st_size}:{state.st_mtime_ns}:{state.st_ino}")
    os.stat(binary)
    return "\n".join(found)


def answers(binary: str) -> Answers:
    """What a QEMU can do, asked if it must be.

    Raises:
        NotInstalled: there is no such program.
        LaunchError: it is no QEMU, or one that does not work.
    """
    known = identity(binary)
    name = os.path.realpath(binary)
    if name in _READ and _READ[name].identity == known:
        return _READ[name]
    path = os.path.join(folder(), f"{os.path.basename(name)}-{crc32(os.fsencode(name)):08x}")
    _READ[name] = _kept(path, known) or _asked(binary, path, known)
    return _READ[name]


def _kept(path: str, known: str) -> Answers | None:
    with suppress(OSError, Damaged):
        with open(path, "rb") as file:
            kept = Answers(file.read())
        return kept if kept.identity == known else None
    return None


def _asked(binary: str, path: str, known: str) -> Answers:
    from qemubuild.capabilities.ask import ask  # noqa: PLC0415 - once for each binary

    data = pack(ask(binary), known)
    try:
        _put(path, data)
    except OSError as error:
        import logging  # noqa: PLC0415 - hardly ever needed

        logging.getLogger("qemubuild").info("what %s can do is not kept: %s", binary, error)
    return Answers(data)


def _put(path: str, data: bytes) -> None:
    import tempfile  # noqa: PLC0415 - likewise

    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    number, beside = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".new-")
    try:
        with open(number, "wb") as file:
            file.write(data)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
