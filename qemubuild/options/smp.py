"""``-smp``: how many virtual CPUs the guest has, and how it believes they are arranged."""

from __future__ import annotations

from qemubuild import grammar
from qemubuild.option import Keyed, key
from qemubuild.values import COUNT

# From the outermost level of a topology to the innermost (hw/core/machine-smp.c).
_LEVELS = ("drawers", "books", "sockets", "dies", "clusters", "modules", "cores", "threads")
# Those that QEMU works out where they are left out; the others are 1 then.
_WORKED_OUT = ("cores", "sockets", "threads")


class Smp(Keyed):
    """Give the guest virtual CPUs, and arrange them (``-smp``); one without.

    What is left out QEMU works out: cores first, then sockets, then threads (machine types up to
    6.1: sockets first). A level that is given has to fit: the product of all is `maxcpus`.

    Attributes:
        cpus: how many the guest starts with.
        maxcpus: how many it may have once more are plugged in; as many as `cpus` by default.
        drawers: (s390x, QEMU 8.2)
        books: in each drawer (s390x, QEMU 8.2)
        sockets: chips, in each book where there are any.
        dies: in each socket (x86).
        clusters: in each die (Arm).
        modules: in each die (x86, QEMU 9.1).
        cores: in each die, cluster or module.
        threads: in each core.
    """

    flag = "-smp"
    implied = "cpus"
    syntax = grammar.parse_keyval

    cpus: int | None = key(COUNT, default=None)
    maxcpus: int | None = key(COUNT, default=None, kw_only=True)
    drawers: int | None = key(COUNT, default=None, kw_only=True)
    books: int | None = key(COUNT, default=None, kw_only=True)
    sockets: int | None = key(COUNT, default=None, kw_only=True)
    dies: int | None = key(COUNT, default=None, kw_only=True)
    clusters: int | None = key(COUNT, default=None, kw_only=True)
    modules: int | None = key(COUNT, default=None, kw_only=True)
    cores: int | None = key(COUNT, default=None, kw_only=True)
    threads: int | None = key(COUNT, default=None, kw_only=True)
