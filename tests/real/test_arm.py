"""Arm's boards as each QEMU has them, right and wrong."""

from __future__ import annotations

import os

import pytest

from qemubuild import Host, Machine, Qemu
from tests.oracle.verdict import refusal
from tests.qemus import AARCH64

PLUGGED = (
    "-m 512M,slots=1,maxmem=2G -object memory-backend-ram,id=m,size=256M -device pc-dimm,memdev=m"
)
FLASH = "format=raw,if=pflash"
DIMM = (
    "-machine virt -cpu cortex-a57 -drive file=64M,if=pflash,format=raw "
    "-object memory-backend-ram,id=m,size=256M -device pc-dimm,memdev=m"
)
MACHINES = f"""
-machine virt -usbdevice tablet
-machine virt -device qemu-xhci -device usb-tablet
-machine virt -drive if=pflash
-machine virt -drive file=64M,{FLASH}
-machine virt -drive file=1M,{FLASH}
-machine virt -drive file=64M,{FLASH},unit=1
-machine virt -drive file=64M,{FLASH},unit=2
-machine collie -device e1000
-machine raspi3b -device virtio-net-device
-machine versatilepb -device e1000
-machine mcimx7d-sabre -device e1000
-machine vexpress-a15 -device virtio-net-device
-machine sbsa-ref -usbdevice tablet
-machine virt -nic user,model=nonsense
-machine virt -nic user,model=ne2k_isa
-machine virt -nic user,model=virtio
-machine virt,gic-version=3 -device pcie-root-port
-machine virt,gic-version=3,its=off -device pcie-root-port
-machine virt,gic-version=2,its=off -device edu
-machine virt-6.1,gic-version=max -device edu
-machine virt-6.1 -device pcie-root-port
-machine virt -device e1000,addr=1
-machine virt -nodefaults -device e1000,addr=1
-machine virt -vga std -nic user -device e1000,addr=2
-machine virt -device pcie-root-port,id=r -device e1000,addr=2
-machine virt -drive file=1M,format=raw -blockdev file,filename=1M,node-name=n \
-device virtio-blk-device,drive=n
-machine virt -cdrom 1M -blockdev file,filename=1M,node-name=n -device virtio-blk-device,drive=n
-machine virt -dtb 1M
-machine virt,dumpdtb=tree
-machine virt -cpu cortex-a57 {PLUGGED}
-machine virt -cpu cortex-a57 -bios 1M {PLUGGED}
-machine virt,acpi=off -cpu cortex-a57 -bios 1M {PLUGGED}
-machine virt -cpu cortex-a57 -drive file=64M,{FLASH} {PLUGGED}
-machine virt -device e1000,bus=r
-machine virt -device e1000,bus=pcie.1
-machine virt -device pcie-root-port,id=r -device usb-kbd,bus=r
-machine virt -device usb-net,bus=pcie.0
-machine virt -usb -device usb-kbd
-machine virt -device usb-ehci -device usb-hub
-machine virt -device usb-ehci -device usb-kbd
-machine virt -device qemu-xhci -device usb-hub
-machine virt -device virtio-serial-device -device virtconsole -device virtserialport,nr=1
-machine virt -device virtserialport
-machine virt -device virtio-scsi-device -device scsi-cd,scsi-id=255 -device scsi-cd,scsi-id=256
-machine virt -device virtio-scsi-device -device scsi-cd,scsi-id=255
-machine virt -device scsi-cd
-machine virt -device ide-cd
-machine virt -device ahci -device ide-cd,unit=1
-machine virt -device ahci -device ide-cd
-machine virt -device isa-serial
-machine virt -device virtio-net-device
-machine virt -device virtio-net-device,bus=virtio-mmio-bus.3
-machine virt -device hda-duplex
-machine virt -device intel-hda -device hda-duplex
-machine virt -device virtio-mem-pci,memdev=m -object memory-backend-ram,id=m,size=256M
-machine virt,highmem=off -m 3G
-machine virt,highmem=off -m 3073M
-machine virt,highmem=off -m 512M,maxmem=1G
-machine virt,highmem=off -m 512M,slots=1,maxmem=2G
-machine virt,highmem=off -m 1G,maxmem=3G
-machine virt,highmem=off -m 1G,maxmem=3073M
-machine virt,highmem=no -m 1G,maxmem=3073M
-machine virt -drive file=64M,if=pflash,format=raw -bios 1M
-machine virt,pflash0=f -blockdev file,node-name=f,filename=64M -bios 1M
-machine virt -drive file=64M,if=pflash,format=raw,index=1 -bios 1M
-machine virt -device pxb,bus_nr=32
-machine virt -device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b
-machine virt -device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b,addr=1
-machine virt -device pci-bridge,id=b,chassis_nr=1,shpc=off -device e1000,bus=b
-machine virt -drive file=1M,format=raw,node-name=floppy0
-machine virt -drive file=1M,format=raw,node-name=floppy0 -nodefaults
-machine virt -drive file=1M,format=raw,node-name=ide1-cd0
-machine virt -chardev null,id=serial0
-machine virt -chardev null,id=serial0 -serial none
-machine virt -chardev null,id=parallel0
-machine virt -serial null -device pci-serial,chardev=serial0
-machine virt -serial mon:null -device pci-serial,chardev=serial0
-machine virt -vnc 127.0.0.1:93,display=v0 -device edu,id=v0
-machine virt -vnc 127.0.0.1:93,display=v0 -device ramfb,id=v0
-machine virt -vnc 127.0.0.1:93,display=v0,head=1 -device virtio-gpu-pci,id=v0
-machine virt -vnc 127.0.0.1:93,display=v0 -device virtio-gpu-pci,id=v0
-xen-domid 1 -machine virt
-machine none -device usb-kbd,bus=missing
-machine virt -device sd-card,bus=ide.0
-machine virt -device vmware-svga -device vmware-svga
-machine virt -device vmware-svga -device virtio-gpu-pci
-machine none -device sd-card,bus=ide.0
-machine none -blockdev null-co,node-name=a -blockdev blkdebug,node-name=b,image=a,align=-1
-machine none -blockdev null-co,node-name=a -blockdev blkdebug,node-name=b,image=a,align=512
-machine virt -drive file=1M,if=pflash,format=raw -preconfig
-machine virt -nic model=nonsense -preconfig
{DIMM}
{DIMM} -m 1G,slots=1,maxmem=2G
{DIMM} -m 1G,slots=1,maxmem=1152M
{DIMM} -m 1G,slots=1,maxmem=2G -device pc-dimm,memdev=m
-machine virt -cpu cortex-a57 -drive file=64M,if=pflash,format=raw -m 1G,slots=1,maxmem=2G \
-object memory-backend-ram,id=m,size=65535 -device pc-dimm,memdev=m
"""


@pytest.mark.parametrize("program", [one.parameter() for one in AARCH64])
@pytest.mark.parametrize("text", MACHINES.strip().splitlines())
def test_a_clean_machine_starts_and_no_other(program, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, size in (("1M", 1 << 20), ("64M", 64 << 20)):
        with open(name, "wb") as file:
            os.truncate(file.fileno(), size)
    machine = Machine.from_command(f"{program} {text}")
    errors = machine.check(qemu=Qemu(program), host=Host()).errors
    said = refusal(machine.argv(check=False))
    assert (said is None) == (not errors), said or errors
