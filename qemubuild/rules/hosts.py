"""The host that is to run the machine: its processor, memory, files and ports."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from qemubuild.claims import Accelerator, HostProcessor, Listens, Opens, Ram, Screen, Vcpus
from qemubuild.units import format_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView

# Guests that a host's KVM runs, beside those of its own architecture.
_ELSEWHERE = {"hvf": "macOS", "whpx": "Windows", "hax": "Windows", "nvmm": "NetBSD"}
_ALSO_RUNS = {"x86_64": {"i386"}, "ppc64": {"ppc"}}

# The screens that look a keyboard layout up.
_READERS = frozenset({"vnc", "curses"})


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge everything that depends on the host."""
    for rule in (_accelerators, _foreign_systems, _processors, _memory, _files, _ports):
        yield from rule(machine, host)


def _accelerators(machine: MachineView, host: Host) -> Iterator[Finding]:
    named = machine.claims(Accelerator)
    for place, (option, accelerator) in enumerate(named):
        if accelerator.name != "kvm":
            continue
        # QEMU goes on to the next accelerator where one does not work.
        finding = option.warning if named[place + 1 :] else option.error
        if machine.arch not in {"", host.arch, *_ALSO_RUNS.get(host.arch, ())}:
            yield finding(
                "kvm-foreign-architecture",
                f"KVM runs guests of the host's own architecture, {host.arch}, "
                f"and this guest's is {machine.arch}",
                "leave KVM out: QEMU then emulates the guest's processor, more slowly",
            )
        elif not host.kvm.usable:
            # A /dev/kvm with no hardware under it lets QEMU start all the same.
            finding = finding if not host.kvm.starts else option.warning
            yield finding("kvm-unusable", host.kvm.reason, host.kvm.hint)


def _foreign_systems(machine: MachineView, host: Host) -> Iterator[Finding]:  # noqa: ARG001 - one shape
    named = machine.claims(Accelerator)
    for place, (option, accelerator) in enumerate(named):
        if system := _ELSEWHERE.get(accelerator.name):
            finding = option.warning if named[place + 1 :] else option.error
            yield finding(
                "accel-of-another-system",
                f"{accelerator.name} is of {system}, and this host runs Linux",
                "write accel('kvm'), or leave it out to emulate",
            )


def _processors(machine: MachineView, host: Host) -> Iterator[Finding]:
    named = machine.claims(Accelerator)
    by_kvm = bool(named) and named[0][1].name == "kvm" and host.kvm.starts
    for option, _ in machine.claims(HostProcessor) if by_kvm and not host.kvm.host_cpu else ():
        yield option.error(
            "kvm-host-processor",
            "this host's KVM offers a register of its processor (ARCH_CAPABILITIES) and refuses to "
            "set it, and QEMU would abort",
            "turn the feature off, as in cpu('host', {'arch-capabilities': False}), or leave KVM "
            "out to emulate",
            "model",
        )
    for option, vcpus in machine.claims(Vcpus):
        if vcpus.count > host.cores:
            yield option.hint(
                "host-cores-exceeded",
                f"{vcpus.count} virtual CPUs share the {host.cores} cores that this host offers",
                f"write {host.cores} or fewer where the guest's speed matters",
            )


def _memory(machine: MachineView, host: Host) -> Iterator[Finding]:
    for option, ram in machine.claims(Ram):
        if ram.size is not None and not host.can_allocate(ram.size):
            yield option.error(
                "host-memory-exceeded",
                f"this host does not have {format_size(ram.size)} of memory to give "
                f"(it has {format_size(host.memory)})",
                "give the guest less",
            )


def _files(machine: MachineView, host: Host) -> Iterator[Finding]:
    for option, file in machine.claims(Opens):
        finding = option.error if _is_needed(file, machine) else option.warning
        try:
            found = os.stat(_path(file))
        except OSError as problem:
            yield from _unreachable(finding, file, problem)
            continue
        if found.st_mode & 0o170000 == 0o040000:
            yield finding(
                "file-is-directory",
                f"the {file.kind} {file.path!r} is a directory",
                "write the path of a file",
            )
        elif not host.can_open(file.path, writes=file.writes):
            act = "read and written" if file.writes else "read"
            yield finding(
                "file-not-permitted",
                f"the {file.kind} {file.path!r} cannot be {act} by this user",
                "change the file's permissions, or run as a user that has them",
            )


def _path(file: Opens) -> str:
    """What QEMU opens: a pipe may be a pair of them, one for each direction."""
    pair = (f"{file.path}.in", f"{file.path}.out")
    return pair[0] if file.kind == "pipe" and all(map(os.path.exists, pair)) else file.path


def _is_needed(file: Opens, machine: MachineView) -> bool:
    """Whether QEMU refuses to start without it."""
    if file.kind == "keyboard layout":
        return any(screen.kind in _READERS for _, screen in machine.claims(Screen))
    return file.kind != "boot splash"


def _unreachable(
    finding: Callable[[str, str, str], Finding], file: Opens, problem: OSError
) -> Iterator[Finding]:
    folder = os.path.dirname(file.path) or "."
    if file.creates and os.path.isdir(folder) and isinstance(problem, FileNotFoundError):
        return
    if file.path.startswith("~"):
        mend = "QEMU does not expand '~': use os.path.expanduser()"
    elif file.creates:
        mend = f"make the directory {folder!r} first"
    elif not os.path.isabs(file.path):
        mend = f"it is looked for in {os.getcwd()!r}; write the whole path, or make the file first"
    else:
        mend = "correct the path, or make the file first"
    yield finding(
        "file-missing", f"the {file.kind} {file.path!r}: {os.strerror(problem.errno or 0)}", mend
    )


def _ports(machine: MachineView, host: Host) -> Iterator[Finding]:
    for option, place in machine.claims(Listens):
        if not place.port:
            continue  # any that is free
        last = place.port if place.last is None else place.last
        first_free = next(
            (port for port in range(place.port, last + 1) if host.can_listen(place.host, port)),
            None,
        )
        if first_free is None:
            ports = str(place.port) if last == place.port else f"{place.port} to {last}"
            yield option.error(
                "port-taken",
                f"nothing can listen on {place.host or 'any address'} port {ports} of this host",
                "choose another, or end the program that has it",
            )
        elif host.is_shared(place.host, first_free):
            yield option.warning(
                "port-shared",
                f"another program has port {first_free} on some of this host's addresses, "
                "and clients may reach that one",
                "choose another, or say which address is meant, such as host='127.0.0.1'",
            )
