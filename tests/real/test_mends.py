"""The real QEMU says what the catalogue of mends explains: each entry, by a machine that fails so.

A few need a host that is broken in a way that no test can bring about: of those, the message is
QEMU's own, copied from where it was seen or from QEMU's source.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shlex
import struct
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from qemubuild.errors import LaunchError
from qemubuild.mends import catalogue, mend_for
from qemubuild.process import Process
from tests.real.judge import needs

if TYPE_CHECKING:
    from pathlib import Path

    from qemubuild.mends.mend import Mend

SECONDS = 30
NAMESPACES = ["unshare", "--map-root-user", "--mount", "--net"]
SCREENS = {"-display", "-vnc", "-spice"}
MENDS = {entry.code: entry for part in catalogue().values() for entry in part}


class Case(NamedTuple):
    """A machine that fails, and what has to be so on its host."""

    words: str
    """Its arguments, as a shell reads them."""
    older: str = ""
    """The same for a QEMU that does not know them, or does not any more."""
    host: str | None = None
    """What a shell does first, as root of namespaces of its own: mounts and networks."""
    rights: bool = True
    """Whether root's rights over files, ports and users are kept."""
    program: str = "qemu-system-x86_64"
    with_file: str = ""
    """A file of the host's without which it fails in another way."""
    beside: str = ""
    """The arguments of another guest that runs meanwhile."""
    timeout: float = SECONDS


# /dev with nothing in it but what every program needs.
BARE_DEV = "mount -t tmpfs none /dev; ln -s /proc/self/fd /dev/fd; touch /dev/null"
SMALL = "mkdir small; mount -t tmpfs -o size=1M,nr_inodes=3 none small"
NO_MODULES = """
for modules in /usr/lib/*/qemu /usr/lib/qemu /usr/lib64/qemu; do
    ! test -d $modules || mount -t tmpfs none $modules
done
"""
NO_GL = """
for module in /usr/lib/*/qemu/hw-display-virtio-gpu-gl.so; do
    ! test -e $module || mount --bind /dev/null $module
done
"""
PC = "-M pc -drive format=raw,file=disk.raw"
DIMM = "-object memory-backend-ram,id=m,size=64M -device pc-dimm,memdev=m"

CASES = {
    # KVM, memory and rights
    "kvm-absent": Case("-enable-kvm", host=BARE_DEV),
    "kvm-denied": Case(
        "-enable-kvm", host=f"{BARE_DEV}; touch /dev/kvm; chmod 0 /dev/kvm", rights=False
    ),
    "kvm-broken": Case("-enable-kvm", host=f"{BARE_DEV}; touch /dev/kvm"),
    "cpu-host-needs-kvm": Case("-cpu host"),
    "accelerator-unknown": Case("-accel nosuch"),
    "accelerator-twice": Case("-machine accel=tcg -accel tcg"),
    "memory-too-much": Case("-M none -object memory-backend-ram,id=m,size=100000T"),
    "memory-for-code": Case("-m 16M", host="ulimit -v 600000"),
    "memory-not-reserved": Case(
        "-M none -object memory-backend-file,id=m,mem-path=small/m,size=8M,share=on,prealloc=on",
        host=SMALL,
    ),
    "memory-file-size": Case(
        "-M none -object memory-backend-file,id=m,size=2M,mem-path=disk.raw,share=on"
    ),
    "memory-file-unmappable": Case(
        "-M none -object memory-backend-file,id=m,size=1M,mem-path=/proc/version"
    ),
    "memory-not-lockable": Case(
        "-M none -overcommit mem-lock=on", host="ulimit -l 64", rights=False
    ),
    "sandbox-forbids": Case("-M none -sandbox on,spawn=deny -netdev bridge,id=n"),
    "killed": Case("-M none -netdev 'bridge,id=n,helper=kill -9 $PPID #'"),
    "crashed": Case("-M none -netdev 'bridge,id=n,helper=kill -SEGV $PPID #'"),
    "not-up-in-time": Case("-M none -object secret,id=s,file=pipe", timeout=0.3),
    "user-unknown": Case("-M none -run-with user=nosuch", older="-M none -runas nosuch"),
    "user-not-changed": Case(
        "-M none -run-with user=nobody", older="-M none -runas nobody", rights=False
    ),
    "chroot-failed": Case("-M none -run-with chroot=nosuch", older="-M none -chroot nosuch"),
    "pidfile-locked": Case("-M none -pidfile pid", beside="-M none -pidfile pid"),
    "files-too-many": Case("-M none", host="ulimit -n 7"),
    # Disks, kernels and firmware
    "image-locked": Case("-drive file=disk.qcow2 -drive file=disk.qcow2"),
    "backing-file-missing": Case("-M none -hda overlay.qcow2"),
    "backing-file-broken": Case("-M none -hda overlay-of-text.qcow2"),
    "image-format": Case("-M none -drive file=text,format=qcow2"),
    "image-newer": Case("-M none -hda newer.qcow2"),
    "image-damaged": Case("-M none -hda corrupt.qcow2"),
    "image-encrypted": Case("-M none -drive file=disk.raw,format=luks"),
    "format-unknown": Case("-M none -drive file=text,format=nosuch"),
    "protocol-unknown": Case("-M none -drive file=nosuch:text"),
    "drive-place-taken": Case("-M none disk.qcow2 -hda text"),
    "drive-place-missing": Case("-drive if=ide,index=9,format=raw,file=disk.raw"),
    "drive-unit-missing": Case("-M q35 -drive if=ide,bus=0,unit=1,format=raw,file=disk.raw"),
    "drive-empty": Case("-drive if=virtio"),
    "drive-read-only": Case(f"{PC},if=none,id=a,readonly=on -device ide-hd,drive=a"),
    "drive-in-use": Case(
        f"{PC},if=none,id=a -device virtio-blk-pci,drive=a -device virtio-blk-pci,drive=a"
    ),
    "drive-connected-already": Case(f"{PC},id=a -device virtio-blk-pci,drive=a"),
    "drive-native-aio": Case("-M none -drive format=raw,file=disk.raw,aio=native"),
    "drive-not-direct": Case("-M none -drive file=/proc/version,format=raw,cache=none"),
    "drive-interface-unknown": Case("-M none -drive file=disk.raw,if=nosuch"),
    "drive-key-unknown": Case("-M none -drive format=raw,file=disk.raw,nosuch=1"),
    "drive-limits": Case("-M none -drive format=raw,file=disk.raw,iops=100,iops_rd=100"),
    "node-missing": Case("-M none -blockdev driver=qcow2,node-name=a,file=nosuch"),
    "node-unnamed": Case("-M none -blockdev driver=file,filename=disk.raw"),
    "saved-state-missing": Case("-hda disk.qcow2 -loadvm nosuch"),
    "kernel-unreadable": Case("-kernel text"),
    "kernel-missing": Case("-initrd text"),
    "initrd-too-large": Case("-m 2M -kernel kernel -initrd disk.raw"),
    "firmware-unusable": Case("-bios nosuch"),
    "firmware-size": Case("-drive if=pflash,format=raw,file=text"),
    "firmware-too-large": Case("-drive if=pflash,format=raw,file=large.raw"),
    "firmware-without-code": Case("-drive if=pflash,unit=1,format=raw,file=disk.raw"),
    "rom-missing": Case("-device e1000,romfile=nosuch"),
    "table-unreadable": Case("-smbios file=nosuch"),
    # Machines, processors and devices
    "machine-unknown": Case("-M nosuch"),
    "machine-unnamed": Case("", program="qemu-system-aarch64"),
    "machine-property-unknown": Case("-M pc,nosuch=1"),
    "cpu-unknown": Case("-cpu nosuch"),
    "cpu-feature-unknown": Case("-cpu max,nosuch=on"),
    "cpu-feature-unsupported": Case("-accel tcg -cpu Haswell,enforce"),
    "cpus-too-many": Case("-M none -smp 2"),
    "cpu-topology": Case("-smp 2,sockets=3"),
    "cpu-level-missing": Case("-smp 2,clusters=2"),
    "memory-most": Case("-m 512,maxmem=1024"),
    "memory-size-fixed": Case("-M raspi3b -m 2G", program="qemu-system-aarch64"),
    "memory-beyond-cpu": Case("-m 64,slots=2,maxmem=4000T"),
    "memory-slot-missing": Case(DIMM),
    "nvdimm-off": Case("-device nvdimm"),
    "numa-sum": Case("-object memory-backend-ram,id=m,size=64M -numa node,memdev=m"),
    "numa-node-memory": Case("-numa node,mem=128M"),
    "numa-node-missing": Case("-numa dist,src=0,dst=1,val=20"),
    "numa-cpu-missing": Case("-numa node,cpus=9"),
    "memory-backend-missing": Case("-M pc,memory-backend=nosuch"),
    "memory-backend-size": Case(
        "-m 128M -object memory-backend-ram,id=m,size=64M -M pc,memory-backend=m"
    ),
    "device-unknown": Case("-M none -device nosuch"),
    "device-module-missing": Case("-device virtio-gpu-gl-pci", host=NO_GL),
    "device-not-pluggable": Case("-device i440FX"),
    "bus-usb-missing": Case("-device usb-tablet"),
    "bus-scsi-missing": Case("-device scsi-cd"),
    "bus-serial-missing": Case("-device virtserialport"),
    "bus-pci-missing": Case("-M none -device virtio-rng-pci"),
    "bus-missing": Case("-device hda-duplex"),
    "bus-unknown": Case("-device e1000,bus=nosuch"),
    "bus-full": Case("-device ide-cd,bus=ide.0 " * 3),
    "slot-taken": Case("-device e1000,addr=1"),
    "backend-missing": Case("-device e1000,netdev=nosuch"),
    "backend-in-use": Case("-netdev user,id=n -device e1000,netdev=n -device e1000,netdev=n"),
    "object-missing": Case("-M none -mon chardev=nosuch"),
    "property-missing": Case(f"{PC},if=none,id=a -device nvme,drive=a"),
    "accelerator-property-unknown": Case("-accel tcg,nosuch=1"),
    "property-unknown": Case("-device e1000,nosuch=1"),
    "vga-unknown": Case("-vga nosuch"),
    "property-value": Case("-device e1000,mac=nosuch"),
    "bootindex-doubled": Case("-device e1000,bootindex=1 -device e1000,bootindex=1"),
    "boot-order": Case("-boot cc"),
    "boot-letter": Case("-boot x"),
    "usb-port-missing": Case("-device piix3-usb-uhci,id=u -device usb-kbd,bus=u.0,port=9"),
    "root-port-doubled": Case("-M q35 -device pcie-root-port -device pcie-root-port"),
    "usbdevice-unknown": Case("-usbdevice nosuch"),
    "host-usb-missing": Case("-usb -device usb-host,hostbus=9,hostaddr=99"),
    "host-device-missing": Case("-device vfio-pci,host=ffff:ff:1f.7"),
    "tpm-missing": Case("-tpmdev passthrough,id=t,path=nosuch"),
    "device-not-migratable": Case("-only-migratable -device nvme"),
    # Screens and sound
    "display-missing": Case("-display gtk", host=NO_MODULES),
    "display-without-terminal": Case("-M none -display curses"),
    "display-without-gpu": Case("-M none -display egl-headless", host=BARE_DEV),
    "display-without-bus": Case(
        "-M none -display dbus", host="export DBUS_SESSION_BUS_ADDRESS=unix:path=/nosuch"
    ),
    "display-without-viewer": Case(
        "-M none -display spice-app", host="export XDG_DATA_DIRS=$PWD XDG_DATA_HOME=$PWD"
    ),
    "keymap-unknown": Case("-M none -vnc unix:vnc -k nosuch"),
    "vnc-place": Case("-M none -vnc 99999"),
    "vnc-password": Case("-M none -vnc :0,password=secret"),
    "spice-failed": Case("-spice addr=192.0.2.1,port=5999"),
    "spice-port-range": Case("-spice port=99999"),
    "spice-gl-remote": Case("-spice gl=on,port=5999"),
    "spice-off": Case("-M none -chardev spiceport,id=c,name=c"),
    "tls-file-missing": Case("-M none -object tls-creds-x509,id=t,dir=nosuch,endpoint=server"),
    "tls-file-broken": Case("-M none -object tls-creds-x509,id=t,dir=tls,endpoint=server"),
    "tls-endpoint": Case(
        "-M none -object tls-creds-anon,id=t,endpoint=client -vnc unix:vnc,tls-creds=t"
    ),
    "audio-missing": Case("-audiodev pa,id=a -device AC97,audiodev=a", host=NO_MODULES),
    # Networks and sockets
    "address-taken": Case("-M none -vnc 0.0.0.0:1 -vnc 0.0.0.0:1", host=""),
    "address-elsewhere": Case("-M none -vnc 192.0.2.1:1"),
    "address-unresolved": Case("-M none -chardev socket,id=c,host=127.0.0.1,port=nosuch"),
    "port-privileged": Case(
        "-M none -chardev socket,id=c,host=0.0.0.0,port=80,server=on,wait=off",
        host="",
        rights=False,
    ),
    "socket-name-too-long": Case(f"-M none -vnc unix:{'n' * 120}"),
    "socket-unnamed": Case("-M none -chardev socket,id=c,path=c,host=127.0.0.1,port=1"),
    "connection-refused": Case("-M none -chardev socket,id=c,host=127.0.0.1,port=1"),
    "waits-for-client": Case("-M none -chardev socket,id=c,path=socket,server=on", timeout=3),
    "stdio-doubled": Case("-M none -serial stdio -serial stdio"),
    "character-device-unknown": Case("-M none -serial nosuch"),
    "network-not-built-in": Case("-M none -netdev netmap,id=n,ifname=n"),
    "tap-denied": Case(
        "-M none -netdev tap,id=n,script=no", host="", rights=False, with_file="/dev/net/tun"
    ),
    "tap-missing": Case("-M none -netdev tap,id=n,script=no", host=BARE_DEV),
    "tap-script-failed": Case(
        "-M none -netdev tap,id=n,script=nosuch", host="", with_file="/dev/net/tun"
    ),
    "bridge-helper-failed": Case("-M none -netdev bridge,id=n,helper=/bin/false"),
    "vhost-missing": Case("-device vhost-vsock-pci,guest-cid=3", host=BARE_DEV),
    "forward-taken": Case(
        "-M none -netdev user,id=n,hostfwd=tcp::2222-:22 -netdev user,id=m,hostfwd=tcp::2222-:22",
        host="",
    ),
    "forward-unreadable": Case("-M none -netdev user,id=n,hostfwd=tcp::2222-:99999"),
    "smb-missing": Case("-M none -netdev user,id=n,smb=.", host="mount -t tmpfs none /usr/sbin"),
    "incoming-unknown": Case("-incoming nosuch"),
    # Options and their values
    "option-unknown": Case("-nosuch"),
    "option-elsewhere": Case("-prom-env boot=off"),
    "id-doubled": Case("-M none -netdev user,id=n -netdev user,id=n"),
    "id-invalid": Case("-M none -netdev user,id=1"),
    "key-unknown": Case("-M none -name nosuch=1"),
    "key-missing": Case("-M none -netdev user"),
    "value-unknown": Case("-M none -display nosuch"),
    "value-no-switch": Case("-M pc,usb=1"),
    "value-no-number": Case("-M none -m 2GB"),
    "value-refused": Case("-M none -rtc base=nosuch"),
    "log-item-unknown": Case("-M none -d nosuch"),
    "json-broken": Case("-M none -device '{'"),
    "config-broken": Case("-M none -readconfig text"),
    "secret-empty": Case("-M none -object secret,id=s"),
    "value-too-large": Case("-M none -m 16E"),
    "value-without-key": Case("-M pc,usb"),
    # Files
    "file-is-directory": Case("-M none -drive format=raw,file=tls"),
    "directory-missing": Case("-M none -pidfile nosuch/pid"),
    "socket-missing": Case("-M none -chardev socket,id=c,path=nosuch"),
    "file-missing": Case("-M none -hda nosuch"),
    "file-denied": Case("-M none -hda closed", rights=False),
    "file-system-read-only": Case(
        "-M none -pidfile small/pid", host=f"{SMALL}; mount -o remount,ro small"
    ),
    "file-system-full": Case("-M none -pidfile small/pid", host=f"{SMALL}; touch small/a small/b"),
    "file-name-too-long": Case(f"-M none -hda {'n' * 256}"),
}

# What this host cannot be made to do: each as QEMU words it.
QUOTED = {
    # accel/kvm/kvm-all.c, with what the kernel says when the module is not there for the node.
    "kvm-without-hardware": "qemu-system-x86_64: failed to initialize kvm: No such device",
    # The same, beside another hypervisor.
    "kvm-busy": "ioctl(KVM_CREATE_VM) failed: 16 Device or resource busy\n"
    "qemu-system-x86_64: failed to initialize kvm: Device or resource busy",
    # Seen with -enable-kvm -cpu host on a virtual machine whose own host has no nesting.
    "kvm-register-refused": "qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69\n"
    "qemu-system-x86_64: ../../target/i386/kvm/kvm.c:3183: kvm_buf_set_msrs:"
    " Assertion `ret == cpu->kvm_msr_buf->nmsrs' failed.",
    # Both seen where KVM works, which it does not everywhere.
    "icount-with-kvm": "qemu-system-x86_64: -icount is not allowed with hardware virtualization",
    "kvm-irqchip": "qemu-system-x86_64: -device intel-iommu,intremap=on: Interrupt Remapping"
    " cannot work with kernel-irqchip=on, please use 'split|off'.",
    # Seen on 7.2; QEMU 9 and later start without the card.
    "network-card-unknown": "qemu-system-x86_64: Unsupported NIC model: nosuch",
    # hw/vfio/pci.c, of a host whose devices have an IOMMU.
    "host-device-in-group": "qemu-system-x86_64: -device vfio-pci,host=01:00.0: vfio 0000:01:00.0:"
    " group 1 is not viable\nPlease ensure all devices within the iommu_group are bound to their"
    " vfio bus driver.",
    # Such an image takes seconds to make: tests/real/test_encryption.py has QEMU say it.
    "image-passphrase": "qemu-system-x86_64: -drive file=v.qcow2,format=qcow2,"
    "encrypt.key-secret=k: Invalid password, cannot unlock any keyslot",
    # Seen with -incoming 'exec:cat text', mostly; now and then the machine is up before that.
    "incoming-failed": "qemu-system-x86_64: Not a migration stream\n"
    "qemu-system-x86_64: load of migration failed: Invalid argument",
    # ui/gtk.c; the module for it is not on every host.
    "display-without-desktop": "qemu-system-x86_64: gtk initialization failed",
    # hw/display/virtio-gpu-gl.c, likewise.
    "display-without-gl": "qemu-system-x86_64: -device virtio-gpu-gl-pci: The display backend does"
    " not have OpenGL support enabled\nIt can be enabled with '-display BACKEND,gl=on' where"
    " BACKEND is the name of the display backend to use.",
}


def argv(words: str, program: str = "qemu-system-x86_64") -> list[str]:
    given = shlex.split(words)
    screen = [] if SCREENS & {*given} else ["-display", "none"]
    return [needs(program), "-nodefaults", *screen, *given]


def on_its_host(case: Case, words: str) -> list[str]:
    command = argv(words, case.program)
    if not case.rights and (os.geteuid() == 0 or case.host is not None):
        command = ["setpriv", "--bounding-set=-all", *command]
    if case.host is not None:
        script = f'set -e; {case.host}\nexec "$@"'
        command = [*NAMESPACES, "sh", "-c", script, "sh", *command]
    return command


def is_hint_of(entry: Mend, hint: str) -> bool:
    """Whether it is the entry's, with something in the place of each name."""
    pattern = "(.*)".join(map(re.escape, re.split(r"\{\w+(?:!r)?\}", entry.hint)))
    pattern = pattern.replace(re.escape("{{"), re.escape("{")).replace("\\}\\}", "\\}")
    return re.fullmatch(pattern, hint) is not None


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty qcow2 image of 1 MiB."""
    path = tmp_path_factory.mktemp("image") / "disk.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", path, "1M"], check=True)
    return path.read_bytes()


@pytest.fixture
def here(image: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with everything that the cases name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text("no image\n")
    for name, size in ("disk.raw", 1 << 20), ("large.raw", 9 << 20), ("closed", 1 << 20):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    (tmp_path / "closed").chmod(0)
    (tmp_path / "kernel").write_bytes(
        b"\0" * 0x1FE + b"\x55\xaa\0\0HdrS\x0c\x02".ljust(0x2000, b"\0")
    )
    (tmp_path / "disk.qcow2").write_bytes(image)
    for name, backing in ("overlay", b"nosuch.qcow2"), ("overlay-of-text", b"text"):
        (tmp_path / f"{name}.qcow2").write_bytes(overlay(image, backing))
    (tmp_path / "newer.qcow2").write_bytes(image[:4] + struct.pack(">I", 9) + image[8:])
    (tmp_path / "corrupt.qcow2").write_bytes(image[:72] + struct.pack(">Q", 2) + image[80:])
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "tls").mkdir()
    for name in ("ca-cert", "server-cert", "server-key"):
        (tmp_path / "tls" / f"{name}.pem").write_text("no certificate\n")
    return tmp_path


def overlay(image: bytes, backing: bytes) -> bytes:
    """The qcow2 image over another that is said to be qcow2."""
    at = 1 << 10
    format_extension = struct.pack(">II8s", 0xE2792ACA, 5, b"qcow2")
    header = bytearray(image[:at].ljust(at, b"\0"))
    header[8:20] = struct.pack(">QI", at, len(backing))
    header[112 : 112 + 24] = format_extension + bytes(8)
    return bytes(header) + backing + image[at + len(backing) :]


@pytest.mark.parametrize("code", CASES)
@pytest.mark.usefixtures("here")
def test_what_qemu_says_is_explained(code: str):
    case = CASES[code]
    if case.with_file and not os.path.exists(case.with_file):
        pytest.skip(f"this host has no {case.with_file}")
    if case.host is not None and not may_have_namespaces():
        pytest.skip("this host allows no namespaces")
    with contextlib.ExitStack() as running:
        if case.beside:
            running.enter_context(Process.start(argv(case.beside)))
        error = refusal(case, case.words)
        if case.older and "invalid option" in error.stderr:
            error = refusal(case, case.older)
    assert is_hint_of(MENDS[code], error.hint), error


def refusal(case: Case, words: str) -> LaunchError:
    with pytest.raises(LaunchError) as caught:
        Process.start(on_its_host(case, words), timeout=case.timeout)
    return caught.value


@functools.cache
def may_have_namespaces() -> bool:
    tried = [*NAMESPACES, "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("code", QUOTED)
def test_what_this_qemu_cannot_be_made_to_say_is_explained(code: str):
    assert is_hint_of(MENDS[code], mend_for(QUOTED[code]))


def test_every_entry_is_shown():
    assert CASES.keys() | QUOTED.keys() == MENDS.keys()
    assert not CASES.keys() & QUOTED.keys()
