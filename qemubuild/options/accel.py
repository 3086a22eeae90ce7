"""``-accel`` and ``-enable-kvm``: what runs the guest's code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from attrs import evolve

from qemubuild.claims import Accelerator, Claim, Opens
from qemubuild.errors import InvalidOption
from qemubuild.findings import Severity
from qemubuild.keyed import Keyed
from qemubuild.option import Flag, key
from qemubuild.targets import ACCELERATORS
from qemubuild.values import NAME, NUMBER, SWITCH, Kind, choice, integer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


def _write_ring(value: object) -> str:
    text = NUMBER.write(value)
    count = int(text)
    if count & (count - 1):
        raise InvalidOption(
            f"{count} is not a power of two", hint=f"write {1 << count.bit_length()}"
        )
    return text


# The accelerator that each key belongs to.
_OWNERS = {
    "thread": "tcg",
    "tb_size": "tcg",
    "split_wx": "tcg",
    "one_insn_per_tb": "tcg",
    "dirty_ring_size": "kvm",
    "kvm_shadow_mem": "kvm",
    "notify_vmexit": "kvm",
    "notify_window": "kvm",
    "eager_split_size": "kvm",
    "device": "kvm",
}
# kernel-irqchip is a key of these.
_WITH_IRQCHIP = ("kvm", "whpx")


class EnableKvm(Flag):
    """Run the guest's code on the host's own processor, by KVM (``-enable-kvm``)."""

    flag = "-enable-kvm"

    def claims(self) -> Iterator[Accelerator]:
        """State that KVM is wanted."""
        yield Accelerator("kvm")

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge it beside other options that name an accelerator."""
        others = [option for option, _ in machine.claims(Accelerator) if option is not self]
        if any(option.repeats for option in others):
            yield self.error(
                "accel-mixed",
                "QEMU takes -enable-kvm or -accel, not both",
                "leave enable_kvm() out, and write accel('kvm') first",
            )
        elif others:
            yield self.warning(
                "accel-named-twice",
                "-machine accel= names an accelerator too; the later of the two counts",
                "leave one of them out",
            )

    def explain(self) -> str:
        """Say what KVM does."""
        return (
            "Runs the guest's code on the host's own processor, by the Linux kernel's KVM. "
            "Without it QEMU emulates a processor in software, many times more slowly. It needs "
            "a host of the guest's architecture, with virtualization switched on, and access to "
            "/dev/kvm."
        )


class Accel(Keyed):
    """Choose what runs the guest's code (``-accel``); again for what to fall back to.

    ``accel("kvm").accel("tcg")`` uses KVM where it works, and emulates elsewhere.

    Attributes:
        name: ``"kvm"`` (Linux), ``"hvf"`` (macOS), ``"whpx"`` (Windows), ``"nvmm"`` (NetBSD),
            ``"xen"``, or ``"tcg"``, which emulates any processor anywhere.
        thread: whether tcg gives each vCPU a thread of its own, ``"multi"``, or all the same.
        tb_size: MiB that tcg may fill with translated code.
        split_wx: whether tcg keeps its code in pages that are never writable and executable.
        one_insn_per_tb: whether tcg translates one instruction at a time (QEMU 8.1).
        kernel_irqchip: where the interrupt controllers are: in the kernel, in QEMU, or split.
        dirty_ring_size: entries of each vCPU's ring of dirty pages, a power of two; 0 for none.
        kvm_shadow_mem: bytes of the kernel's shadow page tables, 64 pages of 4 KiB at least.
        notify_vmexit: what kvm does about a guest that never yields (Intel).
        notify_window: cycles that such a guest may take.
        eager_split_size: bytes of the pages that kvm splits huge ones into early (Arm, QEMU 8.1).
        device: the device node to use (QEMU 9.0); ``/dev/kvm`` without.
    """

    flag = "-accel"
    implied = "accel"
    repeats = True
    told = True

    name: Literal["kvm", "tcg", "hvf", "whpx", "nvmm", "xen", "mshv", "hax", "qtest"] = key(
        choice(*ACCELERATORS), name="accel"
    )
    thread: Literal["single", "multi"] | None = key(
        choice("single", "multi"), default=None, kw_only=True
    )
    tb_size: int | None = key(NUMBER, default=None, kw_only=True)
    split_wx: bool | None = key(SWITCH, default=None, kw_only=True)
    one_insn_per_tb: bool | None = key(SWITCH, default=None, kw_only=True)
    kernel_irqchip: Literal["on", "off", "split"] | None = key(
        choice("on", "off", "split"), default=None, kw_only=True
    )
    dirty_ring_size: int | None = key(Kind(_write_ring, NUMBER.read), default=None, kw_only=True)
    kvm_shadow_mem: int | None = key(integer(1 << 18, unit="bytes"), default=None, kw_only=True)
    notify_vmexit: Literal["run", "internal-error", "disable"] | None = key(
        choice("run", "internal-error", "disable"), default=None, kw_only=True
    )
    notify_window: int | None = key(NUMBER, default=None, kw_only=True)
    eager_split_size: int | None = key(NUMBER, default=None, kw_only=True)
    device: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)

    def judge(self, machine: MachineView) -> Iterable[Finding]:
        """All findings; those of an accelerator that QEMU passes over are no errors."""
        found = super().judge(machine)
        if not self._unread or not self._is_passed_over(machine):
            return found
        return [
            evolve(one, severity=Severity.WARNING) if one.field in self._unread else one
            for one in found
        ]

    def _is_passed_over(self, machine: MachineView) -> bool:
        """Whether QEMU does not know it, or has not got it, and there is another."""
        is_built = machine.qemu is None or self.name in machine.qemu.accelerators
        others = [option for option, _ in machine.claims(Accelerator) if option is not self]
        return bool(others) and ("name" in self._unread or not is_built)

    def claims(self) -> Iterator[Claim]:
        """State the accelerator, and the device node it opens."""
        if "name" not in self._unread:
            yield Accelerator(self.name)
        if self.device is not None:
            yield Opens(os.fsdecode(self.device), "KVM device node", writes=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the keys by the accelerator, and the accelerator beside the others."""
        named = machine.claims(Accelerator)
        if self.thread == "multi" and "-icount" in machine.flags:
            yield self.error(
                "accel-thread-icount",
                "with icount() all vCPUs share one thread",
                "leave thread out, or write thread='single'",
                "thread",
            )
        if any(not option.repeats and option.flag == "-machine" for option, _ in named):
            yield self.error(
                "accel-mixed",
                "QEMU takes -accel or -machine accel=, not both",
                "leave accel= out of machine_type()",
            )
        foreign = [field for field, _ in self._given() if not self._takes(field)]
        if foreign and machine.qemu is None:  # else it says itself what they take
            # Of several accelerators QEMU does not get to all, but always to the first.
            is_there = len(named) == 1 or self.name in ("kvm", "tcg")
            finding = self.error if named[0][0] is self and is_there else self.warning
            field = foreign[0]
            yield finding(
                "accel-foreign-key",
                f"{field} is no key of {self.name}",
                f"leave it out, or write accel({_OWNERS.get(field, 'kvm')!r}, {field}=...)",
                field,
            )

    def _takes(self, field: str) -> bool:
        if "name" in self._unread:
            return True
        if field == "kernel_irqchip":
            return self.name in _WITH_IRQCHIP
        return _OWNERS.get(field, self.name) == self.name

    def explain(self) -> str:
        """Say what runs the guest."""
        if self.name == "tcg":
            text = (
                "Lets QEMU emulate the guest's processor in software (tcg): any, anywhere, slowly"
            )
        else:
            text = (
                f"Runs the guest's code on the host's own processor, by {self.name}, where that "
                "works and both have the same architecture"
            )
        return f"{text}. Of several -accel, QEMU uses the first that works; without any, tcg."
