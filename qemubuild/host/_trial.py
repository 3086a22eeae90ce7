"""Whether KVM really runs a guest: the shortest one there is.

This file is run by itself (``python -I -S _trial.py create|run``), so that nothing that KVM does
can hang or end the program that asks. It prints how far it came: ``ok``, or the step that failed
and its errno (0 where there is none), and whether guests have System Management Mode and the
registers of Hyper-V; on x86, ``msr`` when all works but passing the host's own processor on.
``create`` makes a virtual machine with one processor, ``run`` lets that execute three instructions
as well, which only x86's have here.

The numbers are the kernel's, include/uapi/linux/kvm.h.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import signal
import struct
import sys

SECONDS = 5
"""It needs a few milliseconds."""

# _IO(0xAE, number) has a bit more on these architectures.
_IO = 0x2000AE00 if os.uname().machine.startswith(("ppc", "mips", "sparc")) else 0xAE00
_GET_API_VERSION, _CREATE_VM, _CHECK_EXTENSION, _GET_VCPU_MMAP_SIZE = _IO, _IO + 1, _IO + 3, _IO + 4
_CREATE_VCPU, _RUN = _IO + 0x41, _IO + 0x80
_CAP_ARM_VM_IPA_SIZE = 165
_CAP_HYPERV, _CAP_X86_SMM = 44, 117
_API_VERSION = 12

_SET_USER_MEMORY_REGION = 0x4020AE46
_SET_REGS = 0x4090AE82
_GET_SREGS, _SET_SREGS = 0x8138AE83, 0x4138AE84
_EXIT_IO, _EXIT_HLT = 2, 5

_GET_SUPPORTED_CPUID, _SET_CPUID2 = 0xC008AE05, 0x4008AE90
_GET_MSRS, _SET_MSRS = 0xC008AE88, 0x4008AE89
_ARCH_CAPABILITIES = 0x10A
_MOST_ENTRIES = 256

_ADDRESS = 0x1000
_PROGRAM = bytes.fromhex("B02A E610 F4")  # mov al, 42; out 0x10, al; hlt


class Failed(Exception):
    """A step that did not give what it should."""


def create() -> tuple[int, int, int]:
    """A virtual machine with one processor: the descriptors of KVM, of the one and the other."""
    global step  # noqa: PLW0603 - for the report, whatever is raised
    step = "open"
    kvm = os.open("/dev/kvm", os.O_RDWR | os.O_CLOEXEC)
    step = "version"
    if fcntl.ioctl(kvm, _GET_API_VERSION, 0) != _API_VERSION:
        raise Failed
    step = "vm"
    arm = os.uname().machine.startswith(("aarch64", "arm"))
    # On Arm the type is how many bits an address has, which not every processor has 40 of.
    kind = fcntl.ioctl(kvm, _CHECK_EXTENSION, _CAP_ARM_VM_IPA_SIZE) if arm else 0
    vm = fcntl.ioctl(kvm, _CREATE_VM, kind)
    step = "vcpu"
    return kvm, vm, fcntl.ioctl(vm, _CREATE_VCPU, 0)


def run(kvm: int, vm: int, vcpu: int) -> None:
    """Let the processor, in real mode, write 42 to a port and halt."""
    global step  # noqa: PLW0603 - for the report, whatever is raised
    step = "run"
    memory = mmap.mmap(-1, mmap.PAGESIZE)
    memory.write(_PROGRAM)
    place = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    region = struct.pack("=IIQQQ", 0, 0, _ADDRESS, mmap.PAGESIZE, place)
    fcntl.ioctl(vm, _SET_USER_MEMORY_REGION, region)

    segments = bytearray(312)
    fcntl.ioctl(vcpu, _GET_SREGS, segments)
    struct.pack_into("=Q", segments, 0, 0)  # cs.base
    struct.pack_into("=H", segments, 12, 0)  # cs.selector
    fcntl.ioctl(vcpu, _SET_SREGS, segments)
    fcntl.ioctl(vcpu, _SET_REGS, struct.pack("=16QQQ", *[0] * 16, _ADDRESS, 2))

    shared = mmap.mmap(vcpu, fcntl.ioctl(kvm, _GET_VCPU_MMAP_SIZE, 0))
    fcntl.ioctl(vcpu, _RUN, 0)
    (reason,) = struct.unpack_from("=I", shared, 8)
    (data,) = struct.unpack_from("=Q", shared, 40)
    if reason != _EXIT_IO or shared[data] != 42:
        raise Failed
    fcntl.ioctl(vcpu, _RUN, 0)
    (reason,) = struct.unpack_from("=I", shared, 8)
    if reason != _EXIT_HLT:
        raise Failed


def pass_on(kvm: int, vcpu: int) -> None:
    """Give the processor all that the host's has, as ``-cpu host`` does.

    Nested without hardware, KVM may offer ARCH_CAPABILITIES and then refuse to set it, at which
    QEMU aborts (target/i386/kvm/kvm.c, kvm_buf_set_msrs).
    """
    global step  # noqa: PLW0603 - for the report, whatever is raised
    step = "msr"
    entries = bytearray(struct.pack("=II", _MOST_ENTRIES, 0) + bytes(40 * _MOST_ENTRIES))
    fcntl.ioctl(kvm, _GET_SUPPORTED_CPUID, entries)
    leaves = [
        struct.unpack_from("=7I", entries, 8 + 40 * number)
        for number in range(struct.unpack_from("=I", entries)[0])
    ]
    if not any(leaf[:2] == (7, 0) and leaf[6] >> 29 & 1 for leaf in leaves):
        return
    fcntl.ioctl(vcpu, _SET_CPUID2, entries)
    registers = bytearray(struct.pack("=IIIIQ", 1, 0, _ARCH_CAPABILITIES, 0, 0))
    if fcntl.ioctl(kvm, _GET_MSRS, registers) and not fcntl.ioctl(vcpu, _SET_MSRS, registers):
        raise Failed


step = ""
has = [1, 1]

if __name__ == "__main__":
    signal.alarm(SECONDS)
    try:
        machine = create()
        if sys.argv[1] == "run":
            run(*machine)
        if os.uname().machine == "x86_64":
            has = [
                fcntl.ioctl(machine[0], _CHECK_EXTENSION, extension)
                for extension in (_CAP_X86_SMM, _CAP_HYPERV)
            ]
            pass_on(machine[0], create()[2])
    except OSError as error:
        print(step, error.errno, *has)  # noqa: T201 - this is its answer
    except Failed:
        print(step, 0, *has)  # noqa: T201
    else:
        print("ok", 0, *has)  # noqa: T201
