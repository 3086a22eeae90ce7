"""The host that is to run the machine: its processor, memory, files and ports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qemubuild.board_words import said
from qemubuild.claims import (
    Accelerator,
    Backend,
    HostProcessor,
    HyperV,
    Listens,
    Ram,
    Service,
    User,
    Vcpus,
)
from qemubuild.options.device import Device
from qemubuild.rules import (
    characters,
    displays,
    files,
    firmware,
    flash,
    folders,
    image_files,
    networks,
    switches,
)
from qemubuild.targets import accelerators, board_of
from qemubuild.units import KIB, format_size, parse_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

# Guests that a host's KVM runs, beside those of its own architecture.
_ELSEWHERE = {"hvf": "macOS", "whpx": "Windows", "hax": "Windows", "nvmm": "NetBSD"}
_ALSO_RUNS = {"x86_64": {"i386"}, "ppc64": {"ppc"}}

_ADDRESSES = 1 << 47
_RAW_INPUT = Path("/sys/class/hidraw")
# The first QEMU that goes on where KVM refuses to set a register of the host's processor.
_GOES_ON = (10, 2)


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge everything that depends on the host."""
    for rule in (
        _accelerators,
        _foreign_systems,
        _processors,
        _memory,
        files.findings,
        folders.findings,
        image_files.findings,
        firmware.findings,
        flash.findings,
        switches.findings,
        networks.findings,
        characters.findings,
        displays.findings,
        _security_keys,
        _ports,
        _services,
        _users,
    ):
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


def _foreign_systems(machine: MachineView, host: Host) -> Iterator[Finding]:
    named = machine.claims(Accelerator)
    for place, (option, accelerator) in enumerate(named):
        if system := _ELSEWHERE.get(accelerator.name):
            earlier = {one.name for _, one in named[:place]}
            works = "tcg" in earlier or ("kvm" in earlier and host.kvm.starts)
            finding = option.warning if works or named[place + 1 :] else option.error
            yield finding(
                "accel-of-another-system",
                f"{accelerator.name} is of {system}, and this host runs Linux",
                "write accel('kvm'), or leave it out to emulate",
            )


def _processors(machine: MachineView, host: Host) -> Iterator[Finding]:
    goes_on = machine.qemu is not None and machine.qemu.version >= _GOES_ON
    by_kvm = accelerators(machine)[0] == "kvm" and host.kvm.starts
    refused = by_kvm and not host.kvm.host_cpu and not goes_on
    kind = board_of(machine)
    is_newest = kind is not None and kind.name == "microvm"  # the one that takes these by itself
    for option, processor in machine.claims(HostProcessor) if refused else ():
        if processor.newest and not is_newest:
            continue
        yield option.error(
            "kvm-host-processor",
            "this host's KVM offers a register of its processor (ARCH_CAPABILITIES) and refuses to "
            "set it, and QEMU would abort",
            "turn the feature off, as in cpu('host', {'arch-capabilities': False}), or leave KVM "
            "out to emulate",
            "model",
        )
    for option, _ in machine.claims(HyperV) if by_kvm and not host.kvm.hyperv else ():
        yield option.error(
            "kvm-without-hyperv",
            "this host's KVM has no registers of Hyper-V, which some of these features are",
            "leave hv-time, hv-vapic, hv-vpindex and hv-reenlightenment out; or leave KVM out to "
            "emulate, where all of them are ignored",
            "model",
        )
    # These take the word, and have no such mode.
    has_smm = kind is None or not (kind.name in ("isapc", "microvm") or kind.until(2, 3))
    if by_kvm and has_smm and not host.kvm.smm and said(machine, "smm") == "on":
        board = next(option for option in machine.options[::-1] if "smm=on" in option.words[-1])
        yield board.error(
            "kvm-without-smm",
            "this host's KVM has no System Management Mode, and smm is on",
            "leave smm out: it is then on where there is one; or leave KVM out to emulate",
            "smm",
        )
    for option, vcpus in machine.claims(Vcpus):
        if vcpus.count > host.cores:
            yield option.hint(
                "host-cores-exceeded",
                f"{vcpus.count} virtual CPUs share the {host.cores} cores that this host offers",
                f"write {host.cores} or fewer where the guest's speed matters",
            )


def _memory(machine: MachineView, host: Host) -> Iterator[Finding]:
    for option, backend in machine.claims(Backend):
        there = any(first <= node <= last for first, last in backend.nodes for node in host.nodes)
        if backend.nodes and host.nodes and not there:
            yield option.error(
                "host-node-missing",
                f"this host has the NUMA nodes {', '.join(map(str, sorted(host.nodes)))}, and no "
                "other memory",
                "write one of them in host_nodes=, or leave it and policy= out",
                "host_nodes",
            )
        if getattr(option, "hugetlb", None) is True:
            yield from _huge(option, backend)
        # A file may have more than there is memory, up to what addresses can reach.
        most = _ADDRESSES if getattr(option, "variant", "") == "memory-backend-file" else 0
        if backend.size and backend.size > most and not host.can_allocate(backend.size):
            yield option.error(
                "host-memory-exceeded",
                f"this host does not have {format_size(backend.size)} of memory to give "
                f"(it has {format_size(host.memory)})",
                "set less aside",
                "size",
            )
    for option, ram in machine.claims(Ram):
        if ram.size is not None and not host.can_allocate(ram.size):
            yield option.error(
                "host-memory-exceeded",
                f"this host does not have {format_size(ram.size)} of memory to give "
                f"(it has {format_size(host.memory)})",
                "give the guest less",
            )


def _huge(option: Option, backend: Backend) -> Iterator[Finding]:
    """Judge memory of huge pages: Linux gives those that were set aside, or that it may add."""
    said = getattr(option, "hugetlbsize", None)
    size = parse_size(str(said)) if isinstance(said, int | str) else _default_huge()
    if not size or not backend.size:
        return
    pages = -(-backend.size // size)
    if backend.size % size or pages > _huge_pages(size):
        yield option.error(
            "host-huge-pages-missing",
            f"{format_size(backend.size)} in pages of {format_size(size)} are more than this host "
            "has free, or no whole number of them",
            f"set some aside (`sudo sysctl vm.nr_hugepages={pages}`), or leave hugetlb out",
            "hugetlb",
        )


def _default_huge() -> int:
    with open("/proc/meminfo", encoding="ascii") as file:
        sizes = [line.split()[1] for line in file if line.startswith("Hugepagesize:")]
    return int(sizes[0]) * KIB if sizes else 0


def _huge_pages(size: int) -> int:
    folder = f"/sys/kernel/mm/hugepages/hugepages-{size // KIB}kB"
    try:
        free, reserved, more, added = (
            int(Path(folder, name).read_text("ascii"))
            for name in (
                "free_hugepages",
                "resv_hugepages",
                "nr_overcommit_hugepages",
                "surplus_hugepages",
            )
        )
    except OSError:
        return 0
    return free - reserved + more - added


def _security_keys(machine: MachineView, host: Host) -> Iterator[Finding]:  # noqa: ARG001 - a rule
    """Judge keys of U2F that are handed on: Linux has each as a raw device for people's input."""
    for device in machine.find_all(Device):
        path = device.get("hidraw")
        if device.driver != "u2f-passthru" or "$" in (path or ""):
            continue
        if not _RAW_INPUT.is_dir() or not any(
            path is None or one.name == Path(path).resolve().name for one in _RAW_INPUT.iterdir()
        ):
            yield device.error(
                "security-key-missing",
                f"{path or 'this host'} {'is' if path else 'has'} no security key for U2F",
                "plug one in, name its /dev/hidraw0, or write device('u2f-emulated', dir=...)",
                "hidraw",
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


def _users(machine: MachineView, host: Host) -> Iterator[Finding]:
    for option, user in machine.claims(User):
        if not host.has_user(user.name):
            yield option.error(
                "user-unknown",
                f"this host knows no user {user.name!r}",
                "write one that is in /etc/passwd, or numbers as in '1000:1000'",
            )


def _services(machine: MachineView, host: Host) -> Iterator[Finding]:
    for option, service in machine.claims(Service):
        if not host.has_service(service.name):
            yield option.error(
                "port-name-unknown",
                f"this host knows no port by the name {service.name!r} (/etc/services)",
                "write its number",
            )
