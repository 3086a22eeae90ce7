"""``-xen-domid``, ``-xen-attach``, ``-xen-domid-restrict``: emulate devices for Xen's guests."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qemubuild.claims import Accelerator
from qemubuild.option import Flag, Option, Plain, key
from qemubuild.options._versions import changed
from qemubuild.targets import ARM, X86
from qemubuild.values import integer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class _OfXen(Option):
    archs: ClassVar[frozenset[str]] = X86 | ARM

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Warn where it is not Xen that runs the guest: most QEMUs have no support of it."""
        if not any(claim.name == "xen" for _, claim in machine.claims(Accelerator)):
            lacks = machine.qemu is not None and "xen" not in machine.qemu.accelerators
            tell = self._lacking(machine) if lacks else None
            yield (tell or self.warning)(
                "xen-without-xen",
                f"{self.flag} is for guests of Xen's, and nothing says that this is one; a QEMU "
                "without Xen refuses it",
                "leave it out, or add accel('xen')",
            )

    def _lacking(self, machine: MachineView) -> Callable[..., Finding] | None:  # noqa: ARG002
        """How to tell of a QEMU that has no support of Xen."""
        return self.error


class XenDomid(_OfXen, Plain):
    """Say which of Xen's guests this QEMU works for (``-xen-domid``).

    Attributes:
        id: Xen's number of the guest.
    """

    flag = "-xen-domid"

    id: int = key(integer(0, (1 << 31) - 1))

    def _lacking(self, machine: MachineView) -> Callable[..., Finding] | None:
        if machine.qemu is not None and "kvm" not in machine.qemu.accelerators:
            return self.error
        return changed(self, machine, refused_by=(7, 2), taken_by=(10, 0))

    def explain(self) -> str:
        """Say which guest."""
        return f"Works for Xen's guest number {self.words[1]}. Without it QEMU is for none."


class XenAttach(_OfXen, Flag):
    """Attach to a guest that Xen has made (``-xen-attach``)."""

    flag = "-xen-attach"

    def explain(self) -> str:
        """Say what it attaches to."""
        return (
            "Attaches to a guest that Xen runs already, as Xen's own tools have it. Without it "
            "QEMU would make one."
        )


class XenDomidRestrict(_OfXen, Flag):
    """Give up all rights over Xen's other guests (``-xen-domid-restrict``)."""

    flag = "-xen-domid-restrict"

    def explain(self) -> str:
        """Say which rights."""
        return (
            "Gives up QEMU's rights over every guest of Xen's but its own. Without it a hole in "
            "QEMU is one in all of them."
        )
