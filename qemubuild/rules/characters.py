"""Places for characters that not every host has: a braille display's server, Windows's console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

_PLACES: Final = frozenset({"-debugcon", "-gdb", "-monitor", "-parallel", "-qmp", "-qmp-pretty",
                            "-serial"})  # fmt: skip


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge every such place."""
    for option in machine.options:
        if option.flag not in _PLACES and option.flag not in ("-chardev", "-usbdevice"):
            continue
        kind = _kind(option)
        if kind == "braille" and not host.has_braille:
            yield option.error(
                "character-without-braille",
                "QEMU shows braille through BRLTTY, and no such program runs here",
                "start it (`sudo brltty`), or leave this out",
            )
        elif kind == "con:":
            yield option.error(
                "character-of-windows",
                "con: is the console of Windows, and this host runs Linux",
                "write 'stdio'",
                "word",
            )


def _kind(option: Option) -> str:
    text = option.words[-1].removeprefix("mon:")
    return text.partition(",")[0].removeprefix("backend=")
