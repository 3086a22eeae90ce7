"""KVM on this host: there, permitted, with hardware under it, and working."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from attrs import Factory, field, frozen

from qemubuild.shown import shows_fields

_KVM_TAKES = 10.0
"""Seconds at the most: the trial ends itself sooner."""


@shows_fields
@frozen(kw_only=True)
class Kvm:
    """Whether KVM works on a host.

    Attributes:
        usable: guests can be run with it, at the processor's own speed.
        reason: why not; ``""`` when it is usable.
        hint: what to do about that.
        starts: QEMU starts with it. It does so too where there is no hardware under /dev/kvm, and
            its guests are then slower than emulated ones, or crash.
        host_cpu: whether the host's own processor can be passed on (``-cpu host``, ``max``). Nested
            without hardware, KVM may refuse a register of it, and QEMU aborts.
        smm: whether guests have System Management Mode (x86), which Secure Boot needs.
        hyperv: whether guests can be offered the registers of Hyper-V (x86), for Windows.
    """

    usable: bool
    reason: str = ""
    hint: str = ""
    starts: bool = field(default=Factory(lambda self: self.usable, takes_self=True))
    host_cpu: bool = field(default=Factory(lambda self: self.starts, takes_self=True))
    smm: bool = field(default=Factory(lambda self: self.starts, takes_self=True))
    hyperv: bool = field(default=Factory(lambda self: self.starts, takes_self=True))


def try_kvm(arch: str) -> Kvm:
    """Try KVM, for guests of this architecture."""
    x86 = arch in {"x86_64", "i386"}
    hardware = not x86 or _has_virtualization_flag()
    step, number, smm, hyperv = _ask_kvm("run" if x86 and hardware else "create")
    if step in {"ok", "msr"} and hardware:
        return Kvm(usable=True, host_cpu=step == "ok", smm=smm, hyperv=hyperv)
    if step in {"ok", "msr"}:
        return Kvm(
            usable=False,
            starts=True,
            host_cpu=step == "ok",
            smm=smm,
            hyperv=hyperv,
            reason="/dev/kvm answers, but the processor shows neither vmx nor svm: there is no"
            " hardware under it, and guests would be slower than emulated ones, or crash",
            hint="leave KVM out to emulate; in a virtual machine, nested virtualization has to be"
            " allowed by the host of that",
        )
    reason, hint = _why_not(step, number, x86=x86)
    return Kvm(usable=False, reason=reason, hint=hint)


def _has_virtualization_flag() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return True  # not known: the guest that is tried will tell
    return not flags or bool({"vmx", "svm"} & set(flags.split()))


def _ask_kvm(how_far: str) -> tuple[str, int, bool, bool]:
    """Try KVM in a process of its own.

    Returns:
        The step that failed, or ``ok``; its errno; whether it has SMM, and Hyper-V's registers.
    """
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    try:
        answer = subprocess.run(
            [
                sys.executable or "python3",
                "-I",
                "-S",
                Path(__file__).with_name("_trial.py"),
                how_far,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_KVM_TAKES,
            check=False,
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        answer = []
    if len(answer) != 4:
        return "", 0, False, False
    return answer[0].decode(), int(answer[1]), answer[2] != b"0", answer[3] != b"0"


def _why_not(step: str, number: int, *, x86: bool) -> tuple[str, str]:
    """The reason and the hint for a step of ``_trial`` that failed."""
    said = os.strerror(number) if number else "no error was given"
    if step == "open" and number in {errno.EACCES, errno.EPERM}:
        return (
            f"this user may not open /dev/kvm: {said}",
            "`sudo adduser $USER kvm`, then log in again; a container needs `--device /dev/kvm`",
        )
    if step == "open" and number == errno.ENOENT:
        load = "`sudo modprobe kvm_intel` or kvm_amd, and" if x86 else "see that the kernel has it;"
        return (
            "there is no /dev/kvm: the kernel offers no KVM here",
            f"{load} allow virtualization in the firmware, or leave KVM out to emulate",
        )
    emulate = "leave KVM out to emulate"
    if step == "open":
        return f"/dev/kvm cannot be opened: {said}", f"see `dmesg`; or {emulate}"
    if step == "version":
        return "the kernel's KVM is of a version that QEMU cannot use", emulate
    if step in {"vm", "vcpu"}:
        return (
            f"/dev/kvm can be opened, and yet makes no virtual machine: {said}",
            f"end other virtualization programs that hold the processor; or {emulate}",
        )
    if step == "run":
        return "KVM makes a virtual machine that cannot run even a few instructions", emulate
    return "trying KVM gave no answer within seconds", emulate
