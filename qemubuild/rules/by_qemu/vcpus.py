"""Virtual CPUs: that this QEMU's board holds so many, arranged in levels that it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.claims import Vcpus
from qemubuild.grammar import parse_keyval
from qemubuild.rules.by_qemu.machine_types import board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import MachineInfo, Qemu
    from qemubuild.findings import Finding
    from qemubuild.grammar import Item
    from qemubuild.option import MachineView, Option

# Arm's boards that have all of their processors or do not start, which QEMU does not tell.
_FIXED: Final = frozenset(
    "ast2600-evb ast2700a0-evb ast2700a1-evb bletchley-bmc bpim2u fby35 fby35-bmc fuji-bmc "
    "kudo-bmc mori-bmc mps2-an521 mps3-an524 musca-a musca-b1 npcm750-evb npcm845-evb nuri "
    "orangepi-pc qcom-dc-scm-v1-bmc qcom-firework-bmc quanta-gbs-bmc quanta-gsj rainier-bmc "
    "raspi2b raspi3ap raspi3b raspi4b smdkc210 tacoma-bmc xlnx-versal-virt".split()
)
# The levels that not every board has.
_LEVELS: Final = ("drawers", "books", "dies", "clusters", "modules")
_PC: Final = ("pc", "q35", "isapc")
# Since then QEMU warns of one for all, of a level that the board has not.
_ONE_DEPRECATED: Final = (9, 0)
# Tables that name more threads of a socket came with a check for them (hw/smbios/smbios.c).
_SMBIOS: Final = 254
_SMBIOS_CHECKED: Final = (9, 1)


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge the vCPUs, and the machine that they are on."""
    board = board_of(machine, qemu)
    if board is None:
        return
    for option, claim in machine.claims(Vcpus)[-1:]:
        yield from _keys(option, qemu, board)
        if claim.most > board.max_cpus:
            yield option.error(
                "smp-too-many",
                f"{claim.most} vCPUs, and the machine type {board.name} of {qemu.name} holds "
                f"{board.max_cpus}",
                f"write {board.max_cpus} or fewer"
                + (", or add machine_type('q35')" if board.alias == "pc" else ""),
                "maxcpus" if option.__dict__.get("maxcpus") else "cpus",
            )
        elif board.name in _FIXED and 0 < claim.count < board.max_cpus:
            yield option.error(
                "smp-too-few",
                f"the board {board.name} has {board.max_cpus} processors, and starts with all",
                f"write smp({board.max_cpus}), or leave it out",
                "cpus",
            )
        elif claim.most > _SMBIOS and qemu.version >= _SMBIOS_CHECKED:
            yield from _described(machine, board, option, claim.most)


def _keys(option: Option, qemu: Qemu, board: MachineInfo) -> Iterator[Finding]:
    keys = qemu.options.get("smp-opts", {})  # of other keys another rule tells
    if "=" not in option.words[-1]:
        return
    for item in parse_keyval(option.words[-1], implied="cpus"):
        if item.key not in keys or not item.value.isdigit() or item.value == "0":
            continue
        taken = item.value == "1" and qemu.version < _ONE_DEPRECATED
        if not taken and _lacks(item, qemu, board):
            finding = option.warning if item.value == "1" else option.error
            yield finding(
                "smp-level-unsupported",
                f"the machine type {board.name} has no {item.key}",
                f"leave {item.key} out; its vCPUs are arranged in sockets, cores and threads",
                item.key,
            )


def _lacks(item: Item, qemu: Qemu, board: MachineInfo) -> bool:
    """Whether the board has no such level."""
    if item.key not in _LEVELS:
        return False
    name = targets.board_of_name(board.name).name
    if qemu.arch in targets.X86:
        return item.key not in ("dies", "modules") or name not in _PC
    if qemu.arch in targets.ARM:
        boards = ("virt", "sbsa-ref") if qemu.version >= (8, 1) else ("virt",)
        return item.key != "clusters" or name not in boards
    return False


def _described(
    machine: MachineView, board: MachineInfo, option: Option, most: int
) -> Iterator[Finding]:
    """Judge more vCPUs than there is room for in what some boards describe themselves with."""
    version = targets.board_of_name(board.name).version
    if (
        machine.arch in targets.X86
        and version is not None
        and (6, 2) <= version <= (8, 0)
        and most // max(targets.topology_of(machine).sockets, 1) > _SMBIOS
        and not any("smbios-entry-point-type" in one.words[-1] for one in machine.options)
    ):
        yield option.error(
            "smp-beyond-smbios",
            f"{board.name} describes itself in tables without room for more than {_SMBIOS} vCPUs "
            "in a socket",
            "add machine_type(..., extra={'smbios-entry-point-type': '64'}), or have more sockets",
            "cpus",
        )
