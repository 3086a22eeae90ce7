"""What a user writes: every line is right, for mypy --strict and for pyright."""

# ruff: noqa: T201 - scripts print

from __future__ import annotations

from pathlib import Path

from qemubuild import (
    Bitmap,
    Boot,
    Cdrom,
    Chain,
    CheckResult,
    CommandError,
    Comparison,
    ControlError,
    DiskImage,
    Exit,
    Extent,
    Finding,
    Findings,
    Forward,
    Host,
    ImageInfo,
    ImageSnapshot,
    InvalidMachine,
    InvalidOption,
    LaunchError,
    Luks,
    Machine,
    Measurement,
    NotRunning,
    Process,
    Qcow2Options,
    Qemu,
    Severity,
    Smp,
    Url,
)
from qemubuild.disk import in_thread


def build(disk: DiskImage, iso: Path) -> Machine:
    return (
        Machine("x86_64")
        .enable_kvm()
        .cpu("host")
        .smp(4)
        .memory("8G")
        .keyboard("en-us")
        .vnc(0, host="127.0.0.1")
        .usbdevice("tablet")
        .drive(disk, interface="virtio")
        .drive("data.raw", format="raw")
        .cdrom(iso)
        .boot("d")
    )


def connected(machine: Machine, disk: DiskImage) -> Machine:
    return (
        machine.user_network({2222: 22}, restrict=True)
        .user_network([Forward(53, 53, udp=True), "tcp::8080-:80"], model="e1000")
        .tap_network("tap0", vhost=True)
        .firmware("CODE.fd", Path("VARS.fd"))
        .blockdev(disk, node_name="d0")
        .blockdev("qcow2", node_name="d1", file={"driver": "file", "filename": disk}, backing=None)
        .device("virtio-blk-pci", drive="d0")
        .rng()
        .balloon(deflate_on_oom=True)
        .vsock(3)
    )


def judge(machine: Machine) -> list[str]:
    found: Findings = machine.check(host=Host())
    errors: tuple[Finding, ...] = found.errors
    for finding in found:
        if finding.severity is Severity.ERROR:
            print(finding.code, finding.message, finding.hint, finding.field)
    try:
        argv: list[str] = machine.argv()
    except InvalidMachine as problem:
        return [finding.code for finding in problem.findings]
    text: str = machine.command()
    return [*argv, text, machine.explain(), *(finding.code for finding in errors)]


def change(machine: Machine) -> Machine:
    smp: Smp | None = machine.find(Smp)
    if smp is not None:
        machine = machine.replace(smp, Smp(sockets=1, cores=2, threads=2))
    all_of_them: tuple[Cdrom, ...] = machine.find_all(Cdrom)
    return machine.without(Cdrom, *all_of_them).add(Boot("c")).memory(512).raw("-seed", "7")


def run(machine: Machine) -> int | None:
    try:
        with machine.launch() as vm:
            address: str | None = vm.vnc_address
            print(vm.pid, address, vm.argv)
            status: int | None = vm.wait(timeout=60)
    except LaunchError as problem:
        print(problem.argv, problem.exit_code, problem.stderr, problem.hint)
        return None
    kept: Process = machine.launch(name="web", detach=True)
    control(kept)
    end: Exit = kept.stop(timeout=30)
    print(end.why, end.rung, end + 1)
    return status


def control(vm: Process) -> bytes:
    try:
        vm.type_text("root\n", delay=0.05)
        vm.change(Path("other.iso"))
        name: str = vm.add_disk(DiskImage("data.qcow2"), interface="scsi")
        vm.remove_disk(name, timeout=None)
        with vm.events("STOP", timeout=10) as events:
            vm.pause()
            print(next(events).data, vm.status().running, vm.agent.exec(["ls"]).stdout)
        vm.execute("device_add", driver="usb-kbd", timeout=5)
    except CommandError as problem:
        print(problem.command, problem.error_class, problem.desc)
    except ControlError as problem:
        print(problem.exit.why if problem.exit else problem.hint)
    return vm.screenshot()


async def watch(vm: Process) -> list[str]:
    running: bool = (await vm.aio.status()).running
    code: int = (await vm.aio.agent.exec(["ls"], input=b"")).code
    print(running, code)
    return [event.name async for event in await vm.aio.events()]


def find() -> list[str | None]:
    try:
        web: Process = Process.attach("web")
    except NotRunning as problem:
        print(problem.name)
    else:
        web.wait()
    return [guest.name for guest in Process.running()]


def ask(machine: Machine) -> bool:
    qemu = Qemu("qemu-system-x86_64")
    newer: Qemu = Qemu.snapshot("10.0")
    machine.check(qemu="10.0")
    board = newer.machine_type("q35")
    properties = qemu.properties("e1000")
    most: int = board.max_cpus if board else 0
    kinds: list[str] = [one.type for one in properties.values()] if properties else []
    print(qemu.version >= (8, 0), most, kinds, [device.bus for device in qemu.devices.values()])
    return machine.check(qemu=qemu, host=Host()).ok


def disks() -> int:
    disk = DiskImage("mydisk.qcow2", size="50G")
    argv: list[str] = disk.create_argv()
    print(argv)
    try:
        disk = DiskImage(Path("other.img"), size=50 * 2**30, format="raw").create(overwrite=True)
    except InvalidOption as problem:
        print(problem.option, problem.field)
    info = disk.info()
    size: int = info.virtual_size
    return size + (info.actual_size or 0)


def images(disk: DiskImage, other: Path) -> list[str]:
    small: DiskImage = disk.convert("small.qcow2", compress="zstd", progress=True)
    raw: DiskImage = disk.convert(
        DiskImage(other, options={"preallocation": "full"}),
        progress=lambda done: print(done.percent, done / 100),
        overwrite=True,
    )
    vm: DiskImage = small.overlay("vm.qcow2", size="60G").resize("+10G", preallocation="falloc")
    base: DiskImage = vm.rebase(raw, progress=print).commit(keep=True)
    before: ImageSnapshot = vm.snapshot("before")
    vm.restore(before)
    vm.delete_snapshot("before")
    checked: CheckResult = vm.check(repair="leaks")
    compared: Comparison = vm.compare(other, strict=True)
    measured: Measurement = base.measure("raw", snapshot=before)
    extents: tuple[Extent, ...] = vm.map(start="1M", length=4096)
    vm.add_bitmap("backup", granularity="128K")
    bitmaps: tuple[Bitmap, ...] = vm.amend({"lazy_refcounts": True}).bitmaps()
    sizes: list[int] = [measured.required, *(extent.end for extent in extents)]
    print(checked.ok, compared.offset, bool(compared), bitmaps[0].enabled, sizes)
    first: DiskImage = disk.dd("mbr.raw", length=512)
    return [*vm.rebase_argv(None), *vm.bitmap_argv("add", "b"), *vm.snapshot_argv(first.path)]


def family(base: DiskImage, paths: list[Path]) -> str:
    options = Qcow2Options(cluster_size="2M", preallocation="metadata", extended_l2=True)
    vm: DiskImage = base.clone("vm.qcow2", options=options, size="60G")
    clones: tuple[DiskImage, ...] = base.clone_many(paths, options={"nocow": True}, progress=print)
    chain: Chain = vm.info(chain=True)
    parts: list[ImageInfo] = list(chain)
    taken: int = chain.actual_size + sum(part.actual_size or 0 for part in chain.images)
    reason: str = chain.missing.reason if chain.missing else ""
    far = DiskImage(Url("nbd://host/disk"), format="raw")
    locked = DiskImage("v.qcow2", size="1G", encryption=Luks("word", cipher_alg="aes-128")).create()
    opened: DiskImage = locked.change_passphrase("other").change_passphrase(Luks(file=Path("key")))
    Machine().drive(opened).drive(far, readonly=True)
    return f"{clones} {parts} {taken} {reason} {vm.show()}"


async def await_images(disk: DiskImage) -> int:
    raw: DiskImage = await in_thread(disk.convert, "disk.raw", overwrite=True)
    checked: CheckResult = await in_thread(raw.check, repair="leaks")
    return checked.leaks
