"""How much memory there can be: what a board has, and what a file can be.

QEMU's answers do not tell what a board has, so that is known of Arm's boards, run on 7.2 and 10.0.
Boards of other names take any size, or any that the host has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.claims import Backend, Ram
from qemubuild.rules.by_qemu.machine_types import board_of
from qemubuild.units import GIB, KIB, MIB, format_size, parse_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


def _by_name(table: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(map(parse_size, sizes.split()))
        for sizes, names in table.items()
        for name in names.split()
    }


_SIZES: Final = _by_name(
    {
        "16M": "mps2-an385 mps2-an386 mps2-an500 mps2-an505 mps2-an511 mps2-an521",
        "32M": "cheetah musicpal sx1 sx1-v1",
        "64M": "canon-a1100",
        "128M": "n800 n810",
        "512M": "collie raspi0 raspi1ap raspi3ap",
        "256M 512M 1G": "bpim2u",
        "512M 1G": "cubieboard",
        "1G": "orangepi-pc raspi2b raspi3b",
        "2G": "mps3-an524 mps3-an547 raspi4b",
        "64M 128M 256M 512M": "palmetto-bmc quanta-q71l-bmc supermicrox11-bmc",
        "128M 256M 512M 1G": "ast2500-evb fp5280g2-bmc g220a-bmc romulus-bmc sonorapass-bmc "
        "supermicro-x11spi-bmc tiogapass-bmc witherspoon-bmc yosemitev2-bmc",
        "256M 512M 1G 2G": "ast2600-evb bletchley-bmc fby35-bmc fuji-bmc qcom-dc-scm-v1-bmc "
        "qcom-firework-bmc rainier-bmc tacoma-bmc",
        "256M 512M 1G 2G 4G 8G": "ast2700a0-evb ast2700a1-evb",
        "128M 256M 512M 1G 2G": "kudo-bmc mori-bmc npcm750-evb npcm845-evb quanta-gbs-bmc "
        "quanta-gsj",
    }
)
_MOST: Final = {
    "imx25-pdk": 512 * MIB,
    "kzm": 512 * MIB,
    "mcimx6ul-evk": 2 * GIB,
    "mcimx7d-sabre": 2 * GIB,
    "sabrelite": 4 * GIB - 256 * MIB,
    "versatileab": 256 * MIB,
    "versatilepb": 256 * MIB,
    "vexpress-a9": 1 * GIB,
    "xilinx-zynq-a9": 2 * GIB,
}


# The first QEMU known to refuse files of memory that are no whole number of pages.
_WHOLE: Final = (10, 0)
_FILES: Final = ("memory-backend-file,", "memory-backend-shm,")
_PAGE: Final = 4 * KIB


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge the memory by the board, and what it is in."""
    if qemu.version >= _WHOLE:
        for option, backend in machine.claims(Backend):
            if (backend.size or 0) % _PAGE and option.words[-1].startswith(_FILES):
                yield option.error(
                    "memory-backend-size-uneven",
                    f"{backend.size} bytes are no whole number of pages of memory",
                    "write a multiple of 4K",
                    "size",
                )
    yield from _of_board(machine, qemu)


def _of_board(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    board = board_of(machine, qemu)
    if board is None or qemu.arch not in targets.ARM:
        return
    for option, ram in machine.claims(Ram)[-1:]:
        sizes = _SIZES.get(board.name, ())
        if ram.size is None or (option.flag == "-m" and not option.words[-1].strip("0")):
            continue
        if sizes and ram.size not in sizes:
            yield option.error(
                "memory-not-of-board",
                f"the board {board.name} has {' or '.join(map(format_size, sizes))}, and no other "
                "size of memory",
                f"write memory('{sizes[-1] // MIB}M'), or leave it out",
                "size",
            )
        elif ram.size > _MOST.get(board.name, ram.size):
            yield option.error(
                "memory-not-of-board",
                f"the board {board.name} has {format_size(_MOST[board.name])} of memory at the "
                "most",
                f"write memory('{_MOST[board.name] // MIB}M') or less",
                "size",
            )
