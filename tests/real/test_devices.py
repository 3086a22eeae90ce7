"""What is found of devices the real QEMU says, too: each version of it."""

from __future__ import annotations

import pytest

from qemubuild import Machine, Qemu
from tests.oracle.verdict import refusal
from tests.qemus import X86_64

S = "-device isa-serial"
C = "-device scsi-cd"
P = "-device isa-parallel,chardev="
CHARDEVS = "-chardev null,id=c0 -chardev null,id=c1 -chardev null,id=c2 -chardev null,id=c3"
SCSI = "-device virtio-scsi-pci,id=v"
IMAGE = "file=a.raw,format=raw"
PORTS = "-device virtio-serial-pci"
RAM = "-object memory-backend-ram,id=a,size=64M"
CAN = "-object can-bus,id=a"
AUDIO = "-audiodev none,id=a"

MACHINES = f"""
-device AC97
-device sb16
-device intel-hda -device hda-duplex
-nodefaults {AUDIO} -device AC97,audiodev=a
{AUDIO} -device sb16,audiodev=a
{AUDIO} -device gus,audiodev=a
{AUDIO} -device adlib,audiodev=a
{AUDIO} -device cs4231a,audiodev=a
-device usb-audio,bus=x.0 -device qemu-xhci,id=x
-device qemu-xhci,id=x -device usb-audio,bus=x.0
-device usb-net
-usb -device usb-net
-usb -device usb-serial
-usb -device usb-braille
-usb -device usb-host
-usb -device usb-hub
-usb -device usb-mtp
-usb -device usb-ccid
-usb -device usb-redir
-usb -device usb-bot
-usb -device usb-storage
-usb -device usb-ccid -device ccid-card-passthru
-device nvme,serial=x -device nvme-ns
-device tpci200 -device ipoctal232
-device sdhci-pci -device sd-card
-device ufs -device ufs-lu
{PORTS} -device virtserialport
{PORTS} -device virtconsole
-device isa-serial
-device isa-serial -device isa-serial
{S} {S} {S} {S}
{S} {S} {S} {S} {S}
-device isa-fdc
-device isa-ide
-device pci-serial
-device i8042
-device vmmouse
-device ivshmem-plain
-device pcie-root-port -device pcie-root-port
-machine q35 -device pcie-root-port -device pcie-root-port
-machine q35 -device pcie-root-port,chassis=1 -device pcie-root-port,chassis=2
-device pci-bridge,chassis_nr=1
-device pci-bridge,chassis_nr=1 -device pci-bridge,chassis_nr=1
-device intel-iommu
-machine q35 -device intel-iommu
-machine q35 -device intel-iommu -device intel-iommu
-machine q35,kernel-irqchip=off -device intel-iommu
-device virtio-iommu-pci
-machine q35 -device virtio-iommu-pci -device virtio-iommu-pci
-device loader,addr=0x1000,data=1,data-len=1
-device virtio-balloon -device virtio-balloon
-device pvpanic
-device pvpanic -device pvpanic
-device isa-debug-exit -device isa-debug-exit
-device vmbus-bridge
-device vmbus-bridge -device vmbus-bridge
-device ib700 -device ib700
-device i6300esb -device i6300esb
-device isa-vga -device VGA
-device cirrus-vga -device isa-vga
-device isa-vga -device isa-cirrus-vga
-vga std -device VGA
-vga cirrus -device vmware-svga
-vga vmware
-device qxl-vga
-device qxl-vga -device qxl
-serial null -device isa-serial
-serial null -serial null -device isa-serial -device isa-serial
-serial null -serial null -serial null -serial null -serial null
-serial none -serial null -serial null -serial null
-serial null -serial null -device isa-serial,index=1
-serial null -device isa-serial,index=0
-chardev null,id=c0 {P}c0 {P}c0
{CHARDEVS} {P}c0 {P}c1 {P}c2
{CHARDEVS} {P}c0 {P}c1 {P}c2 {P}c3
-device pcie-root-port,chassis=1 -device pcie-root-port,chassis=1
-device pcie-root-port,chassis=1,slot=1 -device pcie-root-port,chassis=1,slot=2
-device pcie-root-port,chassis=1,slot=1 -device ioh3420,chassis=1,slot=1
-device pcie-root-port -device xio3130-downstream
-device pcie-root-port,slot=1 -device pcie-root-port
-device pcie-root-port,port=1,chassis=0 -device pcie-root-port,port=2,chassis=0
-device pxb-pcie
-machine q35 -device pxb-pcie
-device pxb,bus_nr=5
-machine pc,acpi=off -device i2c-ddc
-machine q35,acpi=off -device i2c-ddc
-machine q35,smbus=off -device i2c-ddc
-machine pc,smbus=off -device i2c-ddc
-device ipmi-bmc-sim,id=b -device isa-ipmi-kcs,bmc=b
-device ipmi-bmc-sim,id=b -device pci-ipmi-kcs,bmc=b
-device edu,id=b -device isa-ipmi-kcs,bmc=b
{RAM} -device ivshmem-plain,memdev=a
-object cryptodev-backend-builtin,id=a -device virtio-crypto-pci,cryptodev=a
-m 128,maxmem=1G -object memory-backend-ram,id=a,size=128M -device virtio-mem-pci,memdev=a
-object memory-backend-ram,id=a,size=1M -device acpi-erst,memdev=a
{CAN} -device kvaser_pci,canbus=a
-device kvaser_pci,canbus=a
{CAN} -device ctucan_pci,canbus0=a
-device rocker,name=a -device rocker,name=b
-device nvme,serial=a -device nvme,serial=b
-device nvme,serial=a,drive=x
-drive if=none,id=x,{IMAGE} -device nvme,serial=a,drive=x -device nvme,serial=b,drive=x
-drive if=none,id=x,{IMAGE} -device nvme,serial=a -device nvme-ns,drive=x
-device nvme-subsys,id=s -device nvme,serial=a,subsys=s
-device isa-fdc -device isa-fdc
-machine q35 -device isa-fdc
-device e1000,mac=52:54:00:12:34:56 -device e1000,mac=52:54:00:12:34:56
-device tpm-tis
-device tpm-tis,tpmdev=x
-device amd-iommu
-machine q35 -device amd-iommu -device intel-iommu
-device pcie-pci-bridge
{CAN} -device mioe3680_pci,canbus0=a
{CAN} -device mioe3680_pci,canbus0=a,canbus1=a
{CAN} -device pcm3680_pci,canbus0=a
{CAN} -device ctucan_pci,canbus0=a,canbus1=a
{CAN} -device kvaser_pci,canbus0=a
-device loader,cpu-num=0
-device tpm-tis,tpmdev=t
-drive if=none,id=x,{IMAGE} -global virtio-blk-pci.drive=x -device virtio-blk-pci
-drive if=none,id=x,{IMAGE} -device virtio-blk-pci,id=y -set device.y.drive=x
-device nvme -global nvme.serial=x
{RAM} -device ivshmem-plain -global ivshmem-plain.memdev=a
-usb -device usb-ccid -device usb-ccid
-device ipmi-bmc-sim -device ipmi-bmc-sim
-machine microvm -device sb16
-device virtio-mem-pci
-machine none -device tpm-crb
-device isa-applesmc
-machine q35 -device isa-applesmc -device isa-applesmc
-device ide-hd
-device ide-cd -device ide-cd -device ide-cd -device ide-cd
-machine q35 -device ide-cd -device ide-cd -device ide-cd
-machine q35 -device ide-cd,bus=ide.0 -device ide-cd,bus=ide.0
-machine q35 -device ide-cd,bus=ide.0 -device ide-cd,bus=ide.1
-device ide-cd,bus=ide.0 -device ide-cd,bus=ide.0
-device ide-cd,bus=ide.0 -device ide-cd,bus=ide.0 -device ide-cd,bus=ide.0
-device ide-cd,bus=ide.0,unit=1
-device ide-cd,bus=ide.0,unit=2
-device ide-cd,bus=ide.2
-machine q35 -device ide-cd,bus=ide.5
-machine q35 -device ide-cd,bus=ide.6
-machine q35 -device ide-cd,bus=ide.0,unit=1
-hda a.raw -device ide-cd,bus=ide.0
-hda a.raw -device ide-cd,bus=ide.0,unit=0
-machine q35 -hda a.raw -device ide-cd,bus=ide.0
-device ich9-ahci,id=a -device ide-cd,bus=a.0 -device ide-cd,bus=a.0
-device ich9-ahci,id=a -device ide-cd,bus=a.5
-device ich9-ahci,id=a -device ide-cd,bus=a.6
-device floppy -device floppy -device floppy
-device floppy,unit=2
-device floppy,unit=1 -device floppy,unit=1
-device virtio-scsi-pci,id=s -device scsi-cd,bus=s.0,lun=1 -device scsi-cd,bus=s.0,lun=1
-device virtio-scsi-pci,id=s -device scsi-cd,bus=s.0,scsi-id=1 -device scsi-cd,bus=s.0,scsi-id=1
-device virtio-scsi-pci,id=s -device scsi-cd,bus=s.0,scsi-id=256
-device lsi,id=s -device scsi-cd,bus=s.0,scsi-id=8
-device lsi,id=s -device scsi-cd,bus=s.0,lun=1
{PORTS} -device virtconsole,nr=1 -device virtconsole,nr=1
{PORTS} -device virtconsole,nr=0
{PORTS} -device virtserialport,nr=0
{PORTS},max_ports=1 -device virtserialport
{PORTS},max_ports=1 -device virtconsole
{PORTS},max_ports=1 -device virtconsole -device virtconsole
{PORTS} -device virtserialport,name=a -device virtserialport,name=a
-usb -device usb-tablet -device usb-tablet -device usb-tablet
-device intel-hda -device hda-duplex,cad=1 -device hda-duplex,cad=1
-device ide-cd -device ide-cd
-device ide-cd -device ide-cd -device ide-cd
-hda a.raw -device ide-cd
-hda a.raw -hdb b.raw -device ide-cd
-hdc a.raw -hdd b.raw -device ide-cd
-hdc a.raw -hdd b.raw -device ide-cd -device ide-cd
-hda a.raw -hdb b.raw -device ide-cd,bus=ide.1 -device ide-cd,bus=ide.1
-hda a.raw -hdb b.raw -device ide-cd,bus=ide.1
-machine q35 -device ide-cd
-machine q35 -hda a.raw -device ide-cd
-machine q35 -hda a.raw -device ide-cd,bus=ide.3
-machine q35 -hdb a.raw -device ide-cd
-machine q35 -device ich9-ahci -device ide-cd -device ide-cd
-machine q35 -device ich9-ahci,id=a -device ide-cd,bus=ide.0 -device ide-cd
-machine isapc -device ide-cd -device ide-cd -device ide-cd
-machine isapc -hda a.raw -hdb b.raw -device ide-cd
-machine isapc -hdc a.raw -hdd b.raw -device ide-cd
-device piix3-ide -device ide-cd -device ide-cd -device ide-cd
-device ich9-ahci -device ide-cd -device ide-cd
-device isa-ide -device ide-cd -device ide-cd -device ide-cd
-machine q35 -device piix3-ide -device ide-cd
-device piix3-ide,id=p -device ide-cd,bus=p.1 -device ide-cd,bus=p.1 -device ide-cd,bus=p.1
-device virtio-scsi-pci -device lsi {C} {C} {C} {C} {C} {C} {C} {C}
-device lsi {C} {C} {C} {C} {C} {C} {C} {C}
-device lsi,id=l -device scsi-cd,scsi-id=1 -device scsi-cd,scsi-id=1
{SCSI} -device scsi-cd,scsi-id=1,lun=1 -device scsi-cd,scsi-id=1,lun=2
{SCSI} -device scsi-cd,scsi-id=1,lun=1 -device scsi-cd,scsi-id=1,lun=1
{SCSI} -device scsi-cd,channel=0,scsi-id=1,lun=1 -device scsi-cd,channel=0,scsi-id=1,lun=1
{SCSI} -device scsi-cd,scsi-id=1,lun=0 -device scsi-cd,scsi-id=1,lun=0
{SCSI} -device scsi-cd,channel=1
{SCSI} -device scsi-cd,lun=16384
-usb -device usb-mouse,port=2 -device usb-kbd
-device qemu-xhci,p2=1,p3=1 -device usb-kbd -device usb-mouse -device usb-tablet
-device usb-ehci -device usb-kbd
-device usb-ehci -device usb-storage
-device usb-ehci -device usb-tablet,usb_version=2
{PORTS},id=s -device virtserialport,bus=s.0,nr=31
{PORTS},id=s -device virtserialport,bus=s.0,nr=32
{PORTS},id=s -device virtserialport,bus=s.0,nr=30 -device virtserialport,bus=s.0
{PORTS},max_ports=32
{PORTS} {PORTS} -device virtconsole,nr=1 -device virtconsole,nr=1
-device edu,addr=1.4
-device edu,addr=1
-device edu,addr=2
-device edu,addr=3
-device edu,addr=4
-device edu -device edu,addr=4
-device edu -device edu,addr=5
-nodefaults -device edu,addr=2
-vga none -device edu,addr=2
-vga none -device edu,addr=3
-vga none -device edu,addr=4
-nic none -device edu,addr=3
-nic user -nic user -device edu,addr=4
-nic user,model=ne2k_isa -device edu,addr=3
-net none -device edu,addr=3
-net user -device edu,addr=3
-net nic -net user -device edu,addr=3
-netdev user,id=n -device edu,addr=3
-usb -device edu,addr=1.2
-device edu,addr=1.2
-usbdevice tablet -device edu,addr=1.2
-machine pc,acpi=off -device edu,addr=1.3
-device edu,addr=1.3
-machine q35 -device edu,addr=1
-machine q35 -device edu,addr=2
-machine q35 -device edu,addr=3
-machine q35 -device edu,addr=1d
-machine q35,usb=on -device edu,addr=1d
-machine q35,usb=on -device edu,addr=1a
-machine q35,usb=on -device edu,addr=1d.3
-machine q35 -device edu,addr=1f
-machine q35 -device edu,addr=1f.1
-machine q35 -device edu,addr=1f.2
-machine q35 -device edu,addr=1f.3
-machine q35,smbus=off -device edu,addr=1f.3
-machine q35,sata=off -device edu,addr=1f.2
-machine q35 -device edu,addr=0
-machine microvm,pcie=on -device edu,addr=0
-machine microvm,pcie=on -device edu,addr=1
-machine microvm,pcie=on -device edu,addr=2
-device VGA -device edu,addr=2
-device VGA,addr=2
-device VGA,addr=3
-device VGA,addr=4 -device edu,addr=2
-global VGA.vgamem_mb=16 -device edu,addr=2
-audio none,model=ac97 -device edu,addr=4
-device edu -audio none,model=ac97 -device edu,addr=5
-drive if=virtio,{IMAGE} -device edu,addr=4
-device edu,addr=20
-device edu,addr=x
-device edu,addr=1.8
-device edu,addr=0x1f
-device edu,addr=31
-device edu,addr=0x04
-device edu,addr=04.0
-device edu,addr=0x4.0x0
-device edu,addr=-1
-device edu,addr=
-device edu,addr=4.
-machine q35 -device pcie-root-port,id=r -device edu,bus=r,addr=0
-machine q35 -device pcie-root-port,id=r -device edu,bus=r,addr=1
-machine q35 -device pcie-root-port,id=r -device edu,bus=r -device edu,bus=r
-machine q35 -device ioh3420,id=r -device edu,bus=r,multifunction=on -device edu,bus=r,addr=0.1
-device pci-bridge,id=b,chassis_nr=1 -device edu,bus=b,addr=0
-device pci-bridge,id=b,chassis_nr=1 -device edu,bus=b,addr=1 -device edu,bus=b
-device pci-bridge,id=b,chassis_nr=1 -device edu,bus=b -device edu,bus=b,addr=2
-machine q35 -device i82801b11-bridge,id=b -device edu,bus=b,addr=0
-machine q35 -device pcie-pci-bridge,id=b -device edu,bus=b,addr=0
-machine q35 -device pcie-pci-bridge,id=b -device edu,bus=b -device edu,bus=b,addr=1
-device edu,multifunction=on -device edu,addr=4.1
-device edu,addr=4.1 -device edu
-device edu,addr=4.1 -device edu,multifunction=on
-device edu,addr=4.1 -device edu -device edu,addr=5
-machine pc -device i6300esb -device edu,addr=4
-device edu -device edu,bus=pci.0,addr=4
-vga qxl -device edu,addr=2
-vga virtio -device edu,addr=2
-nographic -device edu,addr=2
-machine pc,graphics=off -device edu,addr=2
-device usb-ehci -device edu,addr=4
-machine q35 -device usb-ehci -device edu,addr=3
-device piix3-usb-uhci -device edu,addr=4
-device ich9-usb-uhci1 -device edu,addr=4
-device piix3-ide -device edu,addr=4
-machine q35 -device ich9-ahci -device edu,addr=3
-machine pc -device pxb,id=p,bus_nr=5 -device edu
-machine pc -device pxb,id=p,bus_nr=5 -device edu -device edu,addr=1
-usb -device usb-hub -device usb-hub
-usb -device usb-hub -device usb-kbd,port=1.1
-usb -device usb-hub -device usb-kbd,port=1.8
-usb -device usb-hub -device usb-kbd,port=1.9
-usb -device usb-hub,port=2 -device usb-kbd,port=2.1
-usb -device usb-kbd -device usb-kbd -device usb-kbd -device usb-kbd,port=2.1
-usb -device usb-kbd -device usb-kbd -device usb-kbd,port=2.1
-usb -device usb-kbd -device usb-kbd -device usb-kbd -device usb-kbd,port=2.2
-machine q35,usb=on -device usb-kbd,port=6
-machine q35,usb=on -device usb-kbd,port=7
-machine q35,usb=on -device usb-kbd -device usb-kbd,port=1
-machine q35,usb=on -device usb-hub
-machine q35,usb=on -device usb-net
-machine q35,usb=on -device usb-uas
-device qemu-xhci -device usb-hub
-device qemu-xhci,p2=8,p3=8 -device usb-kbd,port=8
-device qemu-xhci,p2=2,p3=8 -device usb-kbd,port=3
-device qemu-xhci,p2=2,p3=8 -device usb-kbd,port=8
-device qemu-xhci,p2=15,p3=15 -device usb-kbd,port=15
-device qemu-xhci,p2=16
-device nec-usb-xhci -device usb-kbd,port=4
-device nec-usb-xhci -device usb-kbd,port=5
-device pci-ohci -device usb-kbd,port=3
-device pci-ohci -device usb-kbd,port=4
-device pci-ohci,num-ports=5 -device usb-kbd,port=4
-device pci-ohci -device usb-uas
-device pci-ohci -device usb-bot
-device usb-ehci -device usb-kbd,port=6
-device usb-ehci -device usb-kbd,port=7
-device usb-ehci -device usb-bot
-device usb-ehci -device usb-uas
-device usb-ehci -device usb-audio
-device usb-ehci -device usb-ccid
-device usb-ehci -device usb-wacom-tablet
-device usb-ehci -device usb-mouse
-device usb-ehci -device usb-tablet
-chardev null,id=c -device usb-ehci -device usb-serial,chardev=c
-chardev null,id=c -device usb-ehci -device usb-braille,chardev=c
-chardev null,id=c -device usb-ehci -device usb-redir,chardev=c
-chardev null,id=c -usb -device usb-redir,chardev=c
-usb -device usb-bot
-usb -device usb-mouse,usb_version=2
-usb -device usb-mouse,usb_version=1
-device usb-ehci -device usb-mouse,usb_version=1
-usb -device usb-audio
-drive if=none,id=d,{IMAGE} -usb -device usb-storage,drive=d
-drive if=none,id=d,{IMAGE} -device usb-ehci -device usb-storage,drive=d
-device ich9-usb-uhci1 -device usb-kbd,port=2
-device ich9-usb-uhci1 -device usb-kbd,port=3
-device ich9-usb-ehci1,id=e -device ich9-usb-uhci1,masterbus=e.0,firstport=0 -device usb-hub
-device ich9-usb-ehci1,id=e -device usb-hub
-usb -device usb-ehci -device usb-hub
-usb -device usb-ehci -device usb-hub,bus=usb-bus.0
-usb -device usb-ehci -device usb-hub,bus=usb-bus.1
-usb -device usb-ehci,id=e -device usb-hub,bus=usb-bus.1
-usb -device usb-ehci,id=e -device usb-kbd,bus=e.0
-usb -device usb-ehci,id=e -device usb-kbd,bus=usb-bus.0
-device qemu-xhci,id=x -device usb-kbd,bus=x.1
-device qemu-xhci,id=x -device usb-kbd,bus=x
-device piix3-usb-uhci -device qemu-xhci -device usb-kbd,port=4
-device qemu-xhci -device piix3-usb-uhci -device usb-kbd,port=4
-usbdevice tablet -usbdevice mouse -device usb-kbd,port=2
-usbdevice tablet -usbdevice mouse -device usb-kbd,port=2.2
-usbdevice tablet -device usb-hub
-usbdevice tablet -device usb-kbd,port=3
-usbdevice tablet -device qemu-xhci -device usb-kbd,port=1
-device usb-kbd,port=0 -usb
-device usb-kbd,port=x -usb
-device usb-kbd,port=01 -usb
-machine q35 -usb -device usb-kbd,port=2 -device usb-net
-machine microvm,usb=on -device usb-kbd
-machine microvm,usb=on -device usb-kbd,port=5
-machine microvm,usb=on -device usb-uas
-machine microvm -usb -device usb-hub
"""


@pytest.fixture(params=[one.parameter() for one in X86_64])
def qemu(request):
    return request.param


@pytest.mark.parametrize("text", MACHINES.strip().splitlines())
def test_how_devices_fit_together(text, qemu, tmp_path):
    for name in ("a.raw", "b.raw"):
        (tmp_path / name).write_bytes(bytes(1 << 20))
    machine = Machine.from_command(f"{qemu} {text}")
    errors = machine.check(qemu=Qemu(qemu)).errors
    said = refusal(machine.argv(check=False), tmp_path)
    assert (said is None) == (not errors), said or errors
