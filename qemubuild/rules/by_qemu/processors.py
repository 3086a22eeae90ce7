"""Processors: that this QEMU has the model that ``-cpu`` names, and the features named with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.rules.by_qemu import features
from qemubuild.rules.by_qemu.machine_types import board_of
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import CpuModel, Qemu
    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

# What only the host's own processor is, which is judged without asking.
_OF_HARDWARE: Final = "host"
# Arm's processors of Intel's, which QEMU 10.0 deprecated and does not tell so.
_IWMMXT: Final = "pxa2"
# What boards of Arm's are made for (hw/arm/virt.c, hw/arm/sbsa-ref.c).
_OF_BOARD: Final = {
    "virt": frozenset(
        "cortex-a7 cortex-a15 cortex-a35 cortex-a53 cortex-a55 cortex-a57 cortex-a72 cortex-a76 "
        "cortex-a710 a64fx neoverse-n1 neoverse-n2 neoverse-v1 host max".split()
    ),
    "sbsa-ref": frozenset("cortex-a57 cortex-a72 neoverse-n1 neoverse-n2 neoverse-v1 max".split()),
}
# Those that have taken any but Cortex-M to this day; and those that took their own alone before
# QEMU 9.0 had most do so.
_ANY: Final = frozenset(
    "integratorcp musicpal realview-eb realview-eb-mpcore realview-pb-a8 versatileab "
    "versatilepb".split()
)
_ONE: Final = frozenset(
    "collie cubieboard kudo-bmc mori-bmc npcm750-evb orangepi-pc quanta-gbs-bmc quanta-gsj "
    "realview-pbx-a9 vexpress-a9 xilinx-zynq-a9".split()
)


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge the model, and what it is told."""
    for option in machine.options:
        if option.flag != "-cpu":
            continue
        name, *words = option.words[-1].split(",")
        model = qemu.cpu_model(name)
        if model is None:
            if name not in (_OF_HARDWARE, "help", "?") and qemu.cpu_models:
                yield _unknown(option, name, qemu)
            continue
        if model.deprecated or (name.startswith(_IWMMXT) and qemu.version >= (10, 0)):
            yield option.warning(
                "cpu-model-deprecated",
                f"the processor {name} is deprecated: a later QEMU will drop it",
                f"write {model.alias_of!r}" if model.alias_of else "choose a newer model",
                "model",
            )
        unfit = list(_on_its_board(machine, qemu, option, name))
        yield from unfit
        if not unfit and qemu.arch in targets.X86 | targets.ARM:
            yield from features.findings(
                machine, qemu, option, _version_of(model, machine, qemu), words
            )


def host_findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge ``enforce`` by the host's KVM, where that runs the guest."""
    qemu = machine.qemu
    if qemu is None or targets.accelerators(machine)[0] != "kvm" or not host.kvm.starts:
        return
    for option in [option for option in machine.options if option.flag == "-cpu"][-1:]:
        name, *words = option.words[-1].split(",")
        model = qemu.cpu_model(name)
        if model is None or not any("enforce" in word for word in words):
            continue
        if (has := qemu.with_kvm) is not None:
            model = _version_of(model, machine, qemu)
            yield from features.enforced(qemu, option, model, words, has)


def _version_of(model: CpuModel, machine: MachineView, qemu: Qemu) -> CpuModel:
    """The version of a model that the board means: its first, but for the newest on microvm."""
    board = board_of(machine, qemu)
    if board is None or board.name != "microvm":
        return model
    number = 1
    while f"{model.name}-v{number + 1}" in qemu.cpu_models:
        number += 1
    return qemu.cpu_model(f"{model.name}-v{number}") or model


def _on_its_board(machine: MachineView, qemu: Qemu, option: Option, name: str) -> Iterator[Finding]:
    """Judge a processor of Arm's by the board; an x86 one fits every board that has any."""
    board = board_of(machine, qemu)
    if board is None:
        return
    if board.name == "x-remote" or (
        qemu.arch in targets.ARM and not board.cpu and board.name != "none"
    ):
        yield option.warning(
            "cpu-ignored",
            f"the board {board.name} takes no notice of -cpu: it has its own processors, or none",
            "leave it out",
            "model",
        )
        return
    if qemu.arch not in targets.ARM:
        return
    own = board.cpu.removesuffix("-arm-cpu")
    several = _OF_BOARD.get(targets.board_of_name(board.name).name)
    if several is not None:
        fits, mend = (
            name in several,
            f"write one of {', '.join(sorted(several & {*qemu.cpu_models}))}",
        )
    elif (
        board.name in _ONE
        or own.startswith("cortex-m")
        or (own and qemu.version >= (9, 0) and board.name not in _ANY)
    ):
        # Stellaris boards take any without a memory management unit.
        fits = name == own or (board.name.startswith("lm3s") and name.startswith("cortex-m"))
        mend = f"write cpu({own!r}), or leave it out"
    elif own.startswith("pxa27"):
        fits, mend = name.startswith("pxa27"), f"write cpu({own!r}), or leave it out"
    else:
        fits = not (name.startswith("cortex-m") and (own or board.name == "none"))
        mend = "choose a board for it, such as mps2-an385"
    if not fits:
        yield option.error(
            "cpu-model-not-of-board",
            f"the board {board.name} is not made for the processor {name}",
            mend,
            "model",
        )


def _unknown(option: Option, name: str, qemu: Qemu) -> Finding:
    same = [known for known in qemu.cpu_models if known.lower() == name.lower()]
    type_of = [model.name for model in qemu.cpu_models.values() if model.type == name]
    if same or type_of:
        mend = f"write {(same or type_of)[0]!r}"
    else:
        mend = f"{nearest(name, qemu.cpu_models)}qemu-system-{qemu.arch} -cpu help lists all"
    return option.error(
        "cpu-model-unknown", f"{qemu.name} has no processor {name!r}", mend, "model"
    )
