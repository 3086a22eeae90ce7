"""Machines on which ``check()`` and QEMU once disagreed, and their neighbours that are right.

Each is a line, for the files and names of `tests.oracle.world`. `tests.oracle.recombined` makes new
machines of them.
"""

from __future__ import annotations

TWO = "-object memory-backend-ram,id=a,size=64M -object memory-backend-ram,id=b,size=64M -m 128"
NODES = f"{TWO} -numa node,memdev=a -numa node,memdev=b"
TOLD = (
    f"-machine hmat=on {TWO} -numa node,memdev=a,cpus=0 -numa node,memdev=b,initiator=0 "
    "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=5 "
    "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=1G"
)
RATE_OF_0 = "initiator=0,target=0,hierarchy=memory,data-type=access-latency"
RATE = "hmat-lb,initiator=1,target=0,hierarchy=memory,data-type=access-latency"
CACHE = "associativity=direct,policy=write-back,line=8"
ROOM = "-object memory-backend-ram,id=a,size=64M -m 128M,slots=1,maxmem=1G"
IMAGE = "file=small.raw,format=raw"
QCOW2 = "file.driver=file,file.filename=disk.qcow2"
BELOW = "-blockdev file,filename=disk.qcow2,node-name=g"
ROOM = "-m 256M,maxmem=1G,slots=2"
FILED = "-object memory-backend-file,mem-path=folder,id=a,size=64M"
CIPHER = "-object cryptodev-backend-builtin,id=y"
FILTER = "-object filter-buffer,netdev=n,interval=10"
ONE = "-object memory-backend-ram,id=a,size=64M"
NULL = "-blockdev null-co,node-name=n"
READER = "-usb -device usb-ccid -chardev null,id=a -device ccid-card-passthru,chardev=a"
FLASH = "-blockdev file,node-name=f,filename=code.fd"
PLACES = "-smp 1,maxcpus=8,sockets=2,cores=2,threads=2"
DISK = f"-drive {IMAGE},if=none,id=d0"

_LINES = f"""
-machine pc,accel=tcg:kvm -cpu host
-machine microvm -device pc-dimm
-machine microvm -no-fd-bootchk
-machine isapc -smbios type=2
-machine isapc -smbios type=1
-audio none
-m 0x40
-drive file=disk.qcow2,if=none -hda disk.qcow2
-machine none -hdc disk.qcow2 -hdd disk.qcow2
-drive file=disk.qcow2,if=none,readonly=on -drive file=disk.qcow2,if=none,readonly=on
-machine isapc -nic user,model=e1000
-nic user,model=edu
-nic user,model=help
-pflash code.fd -bios ./missing
-machine isapc,smm=on -accel kvm
-blockdev file,node-name=f,filename=/dev/null
-drive format=raw,if=none
-drive if=none,cache=none
-drive file=odd.raw,format=raw,cache=none
-drive file=odd.raw,format=raw,cache=none,if=none
-drive file=odd.raw,format=raw,cache=none,readonly=on,if=virtio
-drive file=odd.raw,format=raw,cache=none,if=none,id=d -device virtio-blk-pci,drive=d
-drive file=odd.raw,format=raw
-device e1000,id=a -set device.a.addr=0x10 -device e1000 -device e1000,addr=3
-device e1000,id=a -set device.a.addr=3 -device e1000 -device e1000,addr=2
-drive if=none,file.driver=file
-drive if=none,file.driver=null-co
-blockdev file,node-name=b,filename=small.raw,auto-read-only=on -device ide-hd,drive=b
-device virtio-blk-pci,drive=b -blockdev null-co,node-name=b -blockdev raw,node-name=r,file=b
-device virtio-blk-pci,drive=b -device ide-hd,drive=r -blockdev null-co,node-name=b \
-blockdev raw,node-name=r,file=b
-device ide-cd,drive=b -device ide-cd,drive=r -blockdev null-co,node-name=b \
-blockdev raw,node-name=r,file=b
-device ide-hd,drive=b -blockdev null-co,node-name=b \
-blockdev quorum,node-name=q,vote-threshold=1,children.0=b,children.1=b
-device ide-cd,drive=b -blockdev null-co,node-name=b \
-blockdev quorum,node-name=q,vote-threshold=1,children.0=b,children.1=b
-device usb-storage -usb -global virtio-blk-pci.drive=b
-device ide-hd,drive=d -drive file=small.raw,format=raw,if=none,id=d,readonly=on
-device ide-hd,drive=d -drive file=small.raw,format=raw,if=none,id=d,media=cdrom
-device virtio-blk-pci,drive=d -drive file=small.raw,format=raw,if=none,id=d,readonly=on
-blockdev file,node-name=f,filename=small.raw,read-only=on -blockdev copy-on-read,node-name=c,file=f
-blockdev file,node-name=f,filename=small.raw,read-only=on \
-blockdev copy-on-read,node-name=c,file=f,read-only=on
-blockdev file,node-name=f,filename=small.raw,read-only=on \
-blockdev raw,node-name=r,file=f -blockdev copy-on-read,node-name=c,file=r
-blockdev copy-on-read,node-name=c,file.driver=raw,file.file.driver=file,\
file.file.read-only=on,file.file.filename=small.raw
-blockdev file,node-name=f,filename=small.raw,read-only=on -object throttle-group,id=t \
-blockdev throttle,node-name=c,file=f,throttle-group=t -device virtio-blk-pci,drive=c
-blockdev file,node-name=f,filename=small.raw,read-only=on -object throttle-group,id=t \
-blockdev throttle,node-name=c,file=f,throttle-group=t -device ide-cd,drive=c
-blockdev file,node-name=f,filename=small.raw,read-only=on \
-blockdev quorum,node-name=c,children.0=f,vote-threshold=1 -device virtio-blk-pci,drive=c
-machine q35 -device x3130-upstream,id=u -device xio3130-downstream,bus=u
-device e1000,addr=4.1 -virtfs local,path=folder,mount_tag=h,security_model=none
-device e1000,addr=5.1 -virtfs local,path=folder,mount_tag=h,security_model=none
-machine q35 -device pcie-root-port,id=r -device e1000e,bus=r -device e1000e,bus=r
-machine q35 -device pcie-root-port,id=r -device e1000e,bus=r -device e1000e,bus=r,addr=0
-device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b -device e1000,bus=b,addr=0
-device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b -device e1000,bus=b,addr=1
-device pci-bridge,id=b,chassis_nr=1 -device virtio-net-device,bus=b
-device igb,addr=3 -device e1000,addr=0x13
-device igb -device e1000,addr=0x13
-device igb,addr=3 -device e1000,addr=0x12
-machine q35 -device amd-iommu -device e1000,addr=3
-machine microvm,pcie=off -device edu
-machine microvm,pcie=on -device e1000
-machine microvm,pcie=off -device e1000,bus=pcie.0
-machine microvm,pcie=auto -device e1000
-machine microvm,usb=on -no-acpi -device usb-tablet
-machine q35,usb=no -device usb-tablet
-machine q35,usb=yes -device usb-tablet
-usb -machine q35,usb=off -device usb-tablet
-machine q35,usb=off -usb -device usb-tablet
-machine q35,sata=no -device e1000,addr=1f.2
-machine q35,sata=yes -device e1000,addr=1f.2
-machine pc,acpi=off -no-acpi -device e1000,addr=1.3
-no-acpi -machine pc,acpi=on -device e1000,addr=1.3
-cpu 486 -device edu
-cpu base -machine q35 -device pcie-root-port
-cpu qemu64,-apic -machine q35 -device x3130-upstream
-cpu pentium -device edu
-cpu 486,+apic -device edu
{DISK} -device virtio-scsi-pci -device scsi-block,drive=d0
-machine none -drive file=disk.qcow2,if=none,format=qcow2 -loadvm x
-machine none -drive file=small.raw,if=none,format=raw -loadvm x
-device qxl -loadvm x
-serial tcp:127.0.0.1:23234=foo,server=on,wait=off
-serial tcp::1M,server=on,wait=off
-incoming tcp:127.0.0.1:foo
-incoming tcp:127.0.0.1:23784=off
-blockdev file,node-name=f,filename=disk.qcow2,read-only=on -blockdev qcow2,node-name=q,file=f
-blockdev file,node-name=f,filename=disk.qcow2,read-only=on -blockdev qcow2,node-name=q,file=f \
-incoming defer
-blockdev raw,node-name=r,size=1M,file.driver=file,file.filename=small.raw
-blockdev raw,node-name=r,offset=512,size=1M,file.driver=file,file.filename=small.raw
-blockdev raw,node-name=r,size=2M,file.driver=file,file.filename=small.raw
-xen-domid 1
-xen-attach
-xen-domid-restrict
-object memory-backend-ram,id=a,size=3M -device ivshmem-plain,memdev=a
-object memory-backend-ram,id=a,size=4M -device ivshmem-plain,memdev=a
-device ich9-usb-uhci1,masterbus=u.0
-device usb-ehci,id=u -device ich9-usb-uhci1,masterbus=u.0
-device ich9-usb-ehci1,id=u -device ich9-usb-uhci1,masterbus=u.0 \
-device ich9-usb-uhci2,masterbus=u.0,firstport=2 -device usb-kbd,bus=u.0
-device ich9-usb-ehci1,id=u -device ich9-usb-uhci1,masterbus=u.0 \
-device ich9-usb-uhci2,masterbus=u.0,firstport=1
-device ich9-usb-ehci1,id=u -device ich9-usb-uhci1,masterbus=u.0,firstport=5
-device ich9-usb-ehci1,id=u -device pci-ohci,masterbus=u.0,firstport=3
-device ich9-usb-ehci1,id=u -device pci-ohci,masterbus=u.0,firstport=4
-chardev null,id=c -device pci-serial-2x,chardev1=c -device pci-serial-2x,chardev2=c
-chardev null,id=c -device pci-serial-2x,chardev1=c
-device pci-serial-2x,chardev1=c
-machine microvm -object iothread,id=i -device virtio-scsi-device,iothread=i
-machine microvm -accel kvm -object iothread,id=i -device virtio-scsi-device,iothread=i
-vnc 127.0.0.1:35,websocket=foo
-blockdev file,node-name=f,filename=disk.qcow2,read-only=on \
-blockdev qcow2,node-name=q,file=f,read-only=on -blockdev compress,node-name=c,file=q \
-device virtio-blk-pci,drive=c
-runas no-such-user
-runas 65534:65534
-debugcon null -debugcon null
-display egl-headless -nographic
-display curses -nographic
-nographic -display curses
-cpu kvm64,hv_vpindex
-global virtio-pci.disable-legacy=on -device virtio-rng-pci
-global virtio-pci.ats=on -device virtio-rng-pci
-global virtio-rng-pci.disable-legacy=on -device virtio-rng-pci
-blockdev raw,node-name=r,file.driver=host_device,file.filename=small.raw
-object filter-dump,id=f,netdev=n,file=missing/a.pcap -netdev user,id=n
-object filter-dump,id=f,netdev=n,file=a.pcap -netdev user,id=n
-machine q35 -cpu 486 -device amd-iommu
-blockdev file,node-name=f,filename=small.raw -blockdev raw,node-name=r,file=f \
-device sdhci-pci -device sd-card,drive=r -hda small.raw
-cpu base,phys-bits=36
-machine microvm,acpi=off,pcie=on -device e1000
-machine microvm,pcie=on -device pcie-pci-bridge,id=b -device e1000,bus=b
-machine microvm,pcie=on -device pcie-root-port,id=b -device e1000,bus=b
-device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b -no-acpi
-chardev socket,id=c,host=127.0.0.1,port=on,server=on,wait=off
-chardev udp,id=c,port=a.b
-chardev udp,id=c,port=discard
-machine q35 -device pcie-root-port,id=r -device virtio-net-pci,bus=r,disable-modern=on
-machine q35 -device pcie-root-port,id=r \
-device virtio-net-pci,bus=r,disable-modern=on,disable-legacy=off
-machine q35 -device virtio-net-pci,disable-modern=on
-only-migratable -usb -chardev null,id=c -device usb-serial,chardev=c
-device e1000,addr=0x13 -device igb,addr=3
-device e1000,addr=0x13.1,multifunction=on -device igb,addr=3
-blockdev file,node-name=f,filename=small.raw -blockdev raw,node-name=r,file=f \
-device virtio-scsi-pci -device scsi-block,drive=r
-cpu EPYC,legacy-cache=off
-cpu Penryn,legacy-cache=off
-cpu max,legacy-cache=off
-machine q35 -smp 1,dies=2,maxcpus=2 \
-device qemu64-x86_64-cpu,socket-id=0,core-id=0,thread-id=0
-machine q35 -smp 1,dies=2,maxcpus=2 \
-device qemu64-x86_64-cpu,socket-id=0,die-id=1,core-id=0,thread-id=0
-blockdev copy-before-write,node-name=c,file.driver=null-co,target.driver=null-co,read-only=on
-blockdev copy-before-write,node-name=c,file.driver=null-co,target.driver=null-co
-machine q35 -accel kvm -device intel-iommu,intremap=on
-machine q35,kernel-irqchip=split -accel kvm -device intel-iommu,intremap=on
-machine q35 -accel kvm,kernel-irqchip=split -device amd-iommu,intremap=on
-machine q35 -accel kvm -device intel-iommu,eim=on
-machine q35 -accel tcg -device intel-iommu,intremap=on
-machine q35 -accel kvm -device intel-iommu
-machine q35 -device intel-iommu,eim=on,intremap=off
-drive if=none,id=d,werror=ignore -device floppy,drive=d
-drive if=none,id=d,werror=ignore -device ide-cd,drive=d
-object tls-creds-psk,id=t
-object tls-creds-anon,id=t
-object input-linux,id=i,evdev=/dev/null
-device virtio-input-host-pci,evdev=/dev/null
-machine microvm -audio none,model=sb16
-machine microvm -audio none,model=adlib
-machine isapc -audio none,model=hda
-machine isapc -audio none,model=cs4231a
-machine none -audio none,model=adlib
-accel kvm -cpu Denverton
-accel kvm -cpu Icelake-Server
-accel kvm -cpu Icelake-Server-v4
-accel kvm -cpu Denverton,-arch-capabilities
-device virtio-net-pci,disable-modern=on,disable-legacy=on
-device virtio-net-pci,disable-modern=on
-device qemu-xhci -device usb-ccid -device ccid-card-emulated
-object throttle-group,id=t,x-iops-total=10,x-iops-total-max=9
-object throttle-group,id=t,x-iops-total=10,x-iops-total-max=10
-only-migratable -chardev qemu-vdagent,id=c
-vga std -device vmware-svga
-vga vmware -device vmware-svga
-vga none -device vmware-svga -device vmware-svga
-vga none -device ramfb -device qxl-vga
-vga none -device qxl-vga -device ramfb
-vga none -device VGA -device isa-vga
-vga none -device isa-vga -device VGA
-vga cirrus -device isa-cirrus-vga
-vga virtio -device vmware-svga
-chroot ./missing
-m 128M,maxmem=2G -cpu base
-blockdev file,node-name=f,filename=small.raw,aio=native
-blockdev file,node-name=f,filename=small.raw,aio=native,cache.direct=on
-blockdev raw,node-name=r,cache.direct=on,file.driver=file,file.filename=small.raw,file.aio=native
-blockdev raw,node-name=r,file.driver=file,file.filename=small.raw,file.aio=native
-blockdev file,node-name=f,filename=small.raw -blockdev compress,node-name=c,file=f
-blockdev compress,node-name=c,file.driver=qcow2,file.file.driver=file,\
file.file.filename=disk.qcow2
-blockdev compress,node-name=c,file.driver=compress,file.file.driver=qcow2,\
file.file.file.driver=file,file.file.file.filename=disk.qcow2
-blockdev file,node-name=f,filename=small.raw,read-only=on \
-blockdev copy-before-write,node-name=c,file=f,target.driver=null-co,read-only=on
-blockdev file,node-name=f,filename=small.raw,read-only=on \
-blockdev blkverify,node-name=v,test=f,raw.driver=null-co -device virtio-blk-pci,drive=v
-blockdev file,node-name=f,filename=small.raw,read-only=on \
-blockdev blkdebug,node-name=v,image=f -device ide-cd,drive=v
-machine q35 -device amd-iommu -device e1000,addr=4
-machine q35,sata=off -hda small.raw
-machine q35,sata=off -cdrom cd.iso
-machine q35,sata=off -device ide-cd
-machine q35,sata=off -device ahci -device ide-cd
-device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b
-machine pc,acpi=off -device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b
-machine pc,acpi=off -device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b,addr=1
-machine pc,acpi=off -device pci-bridge,id=b,chassis_nr=1,shpc=off -device e1000,bus=b
-machine q35,acpi=off -device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b
-machine pc-q35-6.0 -device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b
-device pxb,bus_nr=128 -virtfs local,path=folder,mount_tag=h,security_model=none
-device pxb,bus_nr=128 -nic user
-device pxb,bus_nr=128 -drive file=small.raw,format=raw,if=virtio
-machine pc,acpi=off {ROOM} -device pc-dimm,memdev=a
-machine pc,acpi=off {ROOM} -device virtio-mem-pci,memdev=a
-cpu qemu64,hv-time -accel kvm
-cpu qemu64,hv_vapic=on -accel kvm
-cpu qemu64,hv-vpindex=off,hv-time=off -accel kvm
-cpu qemu64,hv-relaxed,hv-time -accel tcg
-blockdev file,node-name=f,filename=disk.qcow2 -blockdev qcow2,node-name=q,file=f \
-drive file=over.qcow2,format=qcow2
-blockdev file,node-name=f,filename=disk.qcow2 -drive file=over.qcow2,format=qcow2
-machine q35 -usb -device usb-storage,drive=d -device ide-cd,unit=1 \
-drive file=small.raw,format=raw,if=none,id=d
-machine pc-q35-6.0 -device pcie-pci-bridge,id=b -device e1000,bus=b
-device floppy,drive=r -blockdev raw,node-name=r,file=f \
-blockdev file,node-name=f,filename=small.raw,read-only=on
-machine q35 -device pcie-root-port,id=r -device usb-ehci -device qemu-xhci,bus=r \
-device usb-hub
-machine q35 -device pcie-root-port,id=r -device qemu-xhci -device usb-ehci,bus=r \
-device usb-hub
-machine q35 -device pcie-root-port,id=r -device ahci -device virtio-scsi-pci,bus=r \
-device lsi -device scsi-cd,lun=1
-machine q35 -device pcie-root-port,id=r -device lsi -device virtio-scsi-pci,bus=r \
-device scsi-cd,lun=1
-device pvscsi -device scsi-cd,lun=1
-device pvscsi -device scsi-cd,scsi-id=64
-device pvscsi -device scsi-cd,scsi-id=65
-device megasas -device scsi-cd,lun=255
-device megasas -device scsi-cd,lun=256
-device mptsas1068 -device scsi-cd,scsi-id=8,lun=1
-device mptsas1068 -device scsi-cd,scsi-id=9
-device mptsas1068 -device scsi-cd,lun=2
-device am53c974 -device scsi-cd,scsi-id=7,lun=7
-device am53c974 -device scsi-cd,lun=8
-device am53c974 -device scsi-cd,scsi-id=8
-usb -device usb-bot -device scsi-cd,scsi-id=1
-usb -device usb-bot -device scsi-cd -device scsi-cd
-usb -device usb-bot -device scsi-cd,scsi-id=0 -device scsi-cd,scsi-id=0
-device lsi -device scsi-cd,scsi-id=0 -device scsi-cd,scsi-id=0
-device lsi -device scsi-cd,scsi-id=0 -device scsi-cd
-usb {DISK} -device usb-storage,drive=d0 -device scsi-cd
-usb {DISK} -device virtio-scsi-pci -device usb-storage,drive=d0 -device scsi-cd
{DISK} -device virtio-scsi-pci -device qemu-xhci -device usb-storage,drive=d0 -device scsi-cd
{DISK} -device qemu-xhci,id=x -device virtio-scsi-pci -device usb-storage,drive=d0,bus=x.0 \
-device scsi-cd
-device qemu-xhci -device usb-uas -device scsi-cd,lun=255
-device ide-cd -global ide-cd.drive=b -blockdev null-co,node-name=b
-machine pc-i440fx-2.0 -smbios type=4
-machine pc-i440fx-2.3,smm=on -accel kvm
-drive if=none,discard=unmap
-drive if=none,node-name=d0
-drive if=none,aio=threads,detect-zeroes=on
-drive driver=raw,media=cdrom
-drive format=null-co,if=virtio
-machine q35,accel=kvm:tcg,kernel-irqchip=off
-only-migratable -device nvme,serial=x
-only-migratable -device e1000
-device max-x86_64-cpu
-cpu max -device max-x86_64-cpu
-smp 1,maxcpus=2 -device qemu64-x86_64-cpu,socket-id=0,core-id=1,thread-id=0
-machine pc-q35-6.1 -smp 1,maxcpus=2 -device qemu64-x86_64-cpu,socket-id=0,core-id=1,thread-id=0
-machine pc-q35-6.1 -smp 1,maxcpus=2 -device qemu64-x86_64-cpu,socket-id=1,core-id=0,thread-id=0
-machine pc-q35-6.1 -smp 2 -numa node -numa cpu,node-id=0,core-id=1
-machine pc-q35-6.1 -smp 2 -numa node -numa cpu,node-id=0,socket-id=1
-blockdev blkdebug,node-name=f1,image=b1
-nographic -chardev stdio,id=c0 -monitor none -device floppy
-nographic -chardev stdio,id=c0 -monitor none -device isa-serial
-machine hmat=on {NODES} -numa {RATE},latency=5
-machine microvm,hpet=off
-machine q35,hpet=off
-machine none,acpi=on
-machine none -cpu max
-machine none -gdb null
-machine none -debugcon null
-machine none -pflash code.fd
-machine none -drive file=small.raw,format=raw,if=virtio
-machine pc -drive file=small.raw,format=raw,if=xen
-machine microvm -boot once=c
-machine microvm -boot order=c
-machine microvm,acpi=off -usbdevice keyboard
-machine isapc -usb -device usb-tablet
-machine isapc -m 64,maxmem=1G
-machine pc-i440fx-2.0,memory-backend=a -object memory-backend-ram,id=a,size=64M
-machine pc,memory-backend=a -m 128 -object memory-backend-ram,id=a,size=64M
-machine pc,memory-backend=a -object iothread,id=a
-machine isapc,memory-backend=a -m size= -object memory-backend-ram,id=a,size=64M
-machine isapc,memory-backend=a -m 64 -object memory-backend-ram,id=a,size=64M
-machine isapc,memory-backend=a -m size= -object memory-backend-ram,id=a,size=128M
-m 256M,maxmem=1T
-m 256M,maxmem=1G -cpu 486
-m 256M,maxmem=1G -cpu 486,+pae
-m 256M,maxmem=256M -cpu 486
-m 3584 -cpu pentium
-m 3583 -cpu pentium
-machine q35 -m 2816 -cpu pentium
-machine q35 -m 2815 -cpu pentium
-m 256M,maxmem=1T -cpu max,phys-bits=46
-object iothread,id=pc.ram
-object iothread,id=a -fw_cfg opt/org.x/a,gen_id=a
-device vmmouse,i8042=a
-device vhost-user-i2c-pci -chardev null,id=c0 -set chardev.c0.mux=on
-device loader,addr=0x10
-device loader,addr=0x10,cpu-num=0
-device loader,addr=0x10,cpu-num=1
-device loader,addr=0x10,data=1,data-len=4
-device loader,addr=16,data-len=4
-device loader,data=1
-device loader,data-len=1
-device loader,file=code.fd,data=1,data-len=4
-global kvm-pit.lost_tick_policy=x -accel kvm -accel kvm
-object memory-backend-memfd,id=a,size=4097
-object memory-backend-file,id=a,size=1M,mem-path=code.fd
-object memory-backend-file,id=a,size=64K,mem-path=vars.fd
-object memory-backend-file,id=a,size=1M,mem-path=no/such/memory
-object memory-backend-file,id=a,size=1M,mem-path=folder,readonly=on
-object secret,id=s0,file=password,keyid=s0
-object iothread,id=a -device virtio-rng-pci,rng=a
-accel kvm,thread=multi -accel tcg
-accel tcg -accel kvm,thread=multi
-accel hvf
-accel hvf -accel tcg
-pflash empty.raw
-pflash disk.qcow2
-mem-path small.raw -m 64
-mem-path no/such/memory -machine none
-mem-path no/such/memory -machine none -m 0
-mem-path no/such/memory -machine none -m 64
-drive file=/dev/null,format=raw,cache=none
-drive file=small.raw,format=raw,cache=none
-icount auto,rr=record,rrfile=replay.bin -snapshot
-mon c0,mode=control -chardev null,id=c0,mux=on
-mon c0,mode=control -chardev null,id=c0
-netdev vhost-user,id=n0,chardev=c0 -chardev socket,id=c0,server=on,wait=off,path=s.sock,mux=on
-pflash huge.fd
-pflash code.fd
-hda small.raw -hdb ./small.raw
-hda small.raw -pflash small.raw
-drive file=code.fd,format=raw,if=pflash,readonly=on -drive file=code.fd,format=raw,if=virtio
-drive file=code.fd,format=raw,if=pflash -drive file=code.fd,format=raw,if=virtio,readonly=on
-drive file=code.fd,format=raw,if=pflash -drive file=code.fd,format=raw,if=pflash
-hda small.raw -hdb small.raw -snapshot
-drive file=small.raw,format=qcow2
-drive file=small.raw,format=raw
-boot splash=missing.bmp
-k ./missing
-k ./missing -vnc unix:k.sock
-vnc unix:no/such/socket
-vnc none,vnc=127.0.0.1:7
-display default,p2p=on
-vnc unix:k.sock,display=v0 -device edu,id=v0
-vnc unix:k.sock,display=v0 -device bochs-display,id=v0
-vnc unix:k.sock,display=v0,head=1 -device virtio-gpu-pci,id=v0
-vnc unix:k.sock,display=v0,head=1 -device virtio-gpu-pci,id=v0,max_outputs=2
-vnc none,display=v0 -device VGA,id=v0
-machine isapc -device isa-vga
-drive {IMAGE},if=none -device virtio-blk-pci,drive=none0
-drive {IMAGE},if=none,index=3 -device virtio-blk-pci,drive=none0
{DISK} -drive file=third.raw,format=raw,if=none -device virtio-blk-pci,drive=none0
-drive {IMAGE},if=virtio -device virtio-blk-pci,drive=virtio0
-machine microvm -hda small.raw -device virtio-blk-device,drive=none0
-machine microvm -hda small.raw -device virtio-blk-device,drive=none00
-machine microvm -drive {IMAGE},if=none,unit=1
-drive {IMAGE},if=none,id=ide1-cd0
-drive {IMAGE},if=none,id=ide1-cd0 -hdc third.raw
-drive {IMAGE},if=none,id=floppy0 -nodefaults
-drive {IMAGE},if=none,node-name=floppy0
-blockdev raw,node-name=virtio0,file.driver=file,file.filename=small.raw -drive if=virtio,{IMAGE}
-qmp mon:null
-qmp mon:pty
-chardev ringbuf,id=c0,mux=on -qmp chardev:c0
-chardev nonsense,id=c0
-chardev file,id=c0
-chardev null,id=c0,logfile=no/such/log
-chardev null,id=serial0
-chardev null,id=serial0 -serial none
-chardev null,id=compat_monitor0
-parallel chardev:serial0
-serial pipe:nopipe
-monitor tcp::21099
-serial tcp::21099,server=on,wait=off -vnc [::1]:15199
-vnc [::1]:15199 -serial tcp::21099,server=on,wait=off
-serial tcp:127.0.0.1:21099,server=on,wait=off -vnc :15199
-serial tcp:127.0.0.1:21099,server=on,wait=off -monitor tcp::21099,server=on,wait=off
-parallel tcp::21099,server=on,wait=off -serial tcp:127.0.0.1:21099,server=on,wait=off
-object secret,id=s0,data=x -gdb unix:path=g.sock,server=on,tls-creds=s0
-serial unix:missing.sock
-netdev nonsense,id=n0
-netdev hubport,id=n0
-netdev hubport,id=n0,hubid=1,netdev=n0
-netdev user,id=n0,hostfwd=tcp:localhost:21098-:22
-nic user,hostfwd=tcp:127.0.0.1:21098-:22,hostfwd=tcp:127.0.0.1:21098-:23
-nic user,hostfwd=tcp:127.0.0.1:21098-:22,hostfwd=udp:127.0.0.1:21098-:23
-usb -machine usb=off -device usb-kbd
-machine usb=off -usb -device usb-kbd
-accel kvm -accel hvf
-blockdev null-co,node-name=b -blockdev quorum,node-name=f,vote-threshold=2,children.0=b
-netdev socket,id=n0,udp=127.0.0.1:21097,localaddr=127.0.0.1
-netdev socket,id=n0,mcast=127.0.0.1:21097
-net vhost-user,chardev=c0
-chardev null,id=c0 -netdev vhost-user,id=n0,chardev=c0
-machine q35 -device pcie-root-port -device edu,bus=pcie.1
-device pci-bridge,chassis_nr=1 -device edu,bus=pci.1
-serial tcp:no-such-host.invalid:7
-serial tcp:127.0.0.1:1
-chardev socket,id=c0,host=127.0.0.1,port=1,reconnect=1
-netdev socket,id=n0,connect=no-such-host.invalid:7
-blockdev null-co,node-name=b -blockdev qcow2,node-name=f,file=b
-blockdev copy-on-read,node-name=b,file.driver=null-co -blockdev qcow2,node-name=f,file=b
-blockdev null-co,node-name=a -blockdev raw,node-name=b,file=a -blockdev qcow2,node-name=f,file=b
-blockdev qcow2,node-name=f,file.driver=raw,file.file.driver=null-co
-blockdev null-co,node-name=b,force-share=on
-blockdev null-co,node-name=b,detect-zeroes=unmap
-snapshot -hdc disk.qcow2 -drive file=disk.qcow2,snapshot=off
-drive file=disk.qcow2,node-name=d0 -device virtio-blk-pci,drive=d0
-machine pc,accel=kvm:tcg -icount 0
-netdev hubport,id=n0,hubid=0 -set netdev.n0.restrict=on
-netdev user,id=n0 -set netdev.n0.restrict=on
-netdev user,id=n0 -set netdev.n0.restrict=x
{DISK} -set drive.d0.format=qcow2
{DISK} -set drive.d0.snapshot=on
-chardev null,id=c0 -set chardev.c0.logfile=no/such/log
-nographic -serial null -parallel mon:stdio
-nographic -serial null -parallel stdio
-usbdevice tablet -device usb-tablet,port=2 -device usb-kbd
-vnc 127.0.0.1:15193 -vnc unix:k.sock,websocket=21093
-machine pc-q35-2.10 -vga std -device VGA
-machine pc-q35-2.10 -vga virtio -device VGA
-device isa-vga -device isa-cirrus-vga
-vga vmware -device qxl-vga
-vga none -device qxl-vga
-device adlib
-device gus
-audiodev alsa,id=a -device gus,audiodev=a
-audiodev none,id=a -device gus,audiodev=a
-audiodev oss,id=a
-audiodev spice,id=a
-object memory-backend-ram,id=a,size=64M,policy=interleave,host-nodes=99
-object memory-backend-ram,id=a,size=64M,policy=bind,host-nodes=0-99
-machine microvm {NODES} -device nvdimm,memdev=a
-object memory-backend-ram,id=a,size=64M -machine microvm -device pc-dimm,memdev=a
-machine microvm,accel=kvm,smm=on
-chardev socket,id=c0,path=c.sock,server=on,wait=off,mux=on -qmp chardev:c0 -monitor chardev:c0
-mon c0,id=c0 -chardev null,id=c0,mux=on -monitor chardev:c0
-machine q35,accel=kvm -global kvm-pit.lost_tick_policy=x
-machine q35,accel=tcg -global kvm-pit.lost_tick_policy=x
-machine q35,accel=tcg -global isa-pit.iobase=x
-only-migratable -device nec-usb-xhci -device usb-braille,chardev=c0 -chardev null,id=c0
-gdb null -gdb null
-gdb none -gdb null
-gdb null -gdb chardev:c0 -chardev null,id=c0
-hda foo:bar
-hda raw:small.raw
-hda host_device:/dev/null
-hda nbd:localhost:1
-cdrom nbd:unix:no/such/socket
-hda fat:rw:folder
-hda fat:rw:missing
-hda fat:folder
-hda fat:folder -snapshot
-drive file=fat:rw:folder,if=virtio,readonly=on
-drive file=/dev/null,format=raw,cache.direct=on
-drive file=/dev/null,format=raw,if=virtio,readonly=on,cache=none,cache.direct=off
-netdev tap,id=n0,script=no/such/script
-netdev bridge,id=n0,br=no-such-br
-netdev bridge,id=n0,helper=no/such/helper
-netdev vhost-vdpa,id=n0,vhostdev=no/such/device
-device virtio-input-host-pci,evdev=no/such/device
-usb -device usb-host,hostdevice=no/such/device
-device loader,file=no/such/file
-device vhost-scsi-pci,wwpn=naa.5001405324af0985
-display curses
-display egl-headless
-device virtio-sound-pci,streams=11
-usb -device usb-bot,attached=on
-usb -device usb-bot,attached=off
-machine none -qmp stdio -nographic
-drive if=none,id=d1 -device virtio-blk-pci,drive=d1
-drive if=none,id=d1 -device virtio-scsi-pci -device scsi-hd,drive=d1
-drive if=none,id=d1 -device ide-hd,drive=d1
-drive if=none,id=d1 -device nvme,drive=d1,serial=x
-drive if=none,id=d1 -device qemu-xhci -device usb-storage,drive=d1
-drive if=none,id=d1 -device ide-cd,drive=d1
-drive if=none,id=d1,media=cdrom -device qemu-xhci -device usb-storage,drive=d1
-chardev braille,id=c
-chardev serial,id=c,path=/no
-chardev tty,id=c,path=/no
-chardev parallel,id=c,path=/no
-serial COM1
-serial con:
-monitor mon:braille
-debugcon braille
-chardev null,id=tc -tpmdev emulator,id=t,chardev=tc
-chardev socket,path=x.sock,server=on,wait=off,id=tc,mux=on -tpmdev emulator,id=t,chardev=tc
-kernel text.txt
-kernel cd.iso
-object input-barrier,id=o1,name=x
-object input-linux,id=o1,evdev=/no
-object pr-manager-helper,id=o1,path=/no
-object memory-backend-memfd,id=o1,size=32M,hugetlb=on
-object memory-backend-memfd,id=o1,size=3M,hugetlb=on
-object memory-backend-memfd,id=o1,size=1G,hugetlb=on,hugetlbsize=1G
-blockdev host_device,node-name=d1,filename=text.txt
-blockdev host_cdrom,node-name=d1,filename=text.txt
-hda host_device:text.txt
-hda host_device:nosuch
-usbdevice braille
-mem-prealloc -object memory-backend-ram,id=a,size=1M,reserve=off
-netdev user,id=n0,ipv6=off,ipv6-net=fec0::/64
-netdev user,id=n0,ipv4=on,ipv6-dns=fec0::3
-netdev user,id=n0,ipv6-dns=fec0::3
-vnc 0:9193,ipv6=on
-serial tcp:127.0.0.1:21094,server=on,wait=off,ipv6=on
-serial tcp:127.0.0.1:21094,server=on,wait=off,ipv4=on
-chardev socket,id=c0,host=::1,port=21094,server=on,wait=off,ipv6=off
-device sd-card,bus=ide.0
-netdev user,id=n0,ipv4=off,dhcpstart=10.0.3.1
-netdev user,id=n0,ipv4=off,dhcpstart=10.0.2.16
-device edu,bus=isa.0
-device edu,bus=pci.1
-nic user,net=10.0.9.0/24,host=10.0.2.2
-nic user,net=10.0.9.0
-nic user,dhcpstart=10.0.2.2
-nic user,dns=8.8.8.8,restrict=on
-netdev user,id=n0,guestfwd=tcp:10.0.5.100:80-null
-device scsi-cd
-device virtio-scsi-pci -device scsi-cd
-device virtconsole
-device hda-duplex
-machine microvm -device e1000
-machine q35 -device floppy
-machine q35 -fda floppy.img -device floppy
-machine q35 -device edu,bus=pci.0
-device edu,bus=x0.0
-device pcie-root-port,bus=pcie.0
-device virtio-blk-pci
{DISK} -device virtio-blk-pci,drive=d0,bootindex=1 -device e1000,bootindex=1
-device e1000,addr=0x10 -device edu,addr=10
-device e1000,addr=0x10 -device edu,addr=0x10.1
-device e1000,addr=0x10,multifunction=on -device edu,addr=0x10.1
-object memory-backend-ram,id=a,size=64M -device pc-dimm,memdev=a
-object memory-backend-ram,id=a,size=64M -m 128,slots=1,maxmem=256M -device pc-dimm,memdev=a
-object memory-backend-ram,id=a,size=1M -m 128,slots=1,maxmem=256M -device pc-dimm,memdev=a
-object memory-backend-ram,id=a,size=256M -m 128,slots=1,maxmem=256M -device pc-dimm,memdev=a
-object memory-backend-ram,id=a,size=64M -m 128,slots=1,maxmem=256M -device nvdimm,memdev=a
{NODES} -numa cpu,node-id=0,die-id=0
{NODES} -machine pc-i440fx-2.5 -numa cpu,node-id=0,socket-id=1
{NODES} -smp 2 -numa cpu,node-id=0,socket-id=0 -numa cpu,node-id=1,core-id=1
{NODES} -smp 2 -numa cpu,node-id=0,core-id=0 -numa cpu,node-id=1,core-id=1
{TOLD} -numa hmat-cache,node-id=0,size=10K,level=1,{CACHE}
{TOLD} -numa hmat-cache,node-id=1,size=10K,level=1,{CACHE}
{TOLD} -numa hmat-cache,node-id=0,size=10K,level=2,{CACHE}
-drive {IMAGE},readonly=on,if=none,id=d0 -device ide-hd,drive=d0
-drive {IMAGE},readonly=on,if=none,id=d0 -device ide-cd,drive=d0
-drive {IMAGE},media=cdrom,if=none,id=d0 -device ide-hd,drive=d0
-drive {IMAGE},readonly=on,snapshot=on,if=none,id=d0 -device ide-hd,drive=d0
-drive {IMAGE},readonly=on,if=none,id=d0 -device nvme,serial=x,drive=d0
-drive {IMAGE},readonly=on,if=none,id=d0 -device sdhci-pci -device sd-card,drive=d0
-machine q35,sata=off -drive {IMAGE},if=none
-machine pc,sata=off -hda small.raw
-kernel cd.iso -initrd text.txt
-kernel cd.iso -dtb text.txt
-kernel kernel -initrd text.txt -dtb text.txt
-machine microvm -kernel cd.iso -initrd text.txt
-nic model=virtio-net-pci
-nic hostfwd=tcp:127.0.0.1:21098-:22
-s -s
-machine q35 -device x3130-upstream,id=u -device xio3130-downstream,bus=u,id=d -device edu,bus=d
-machine q35 -device x3130-upstream,id=u -device xio3130-downstream,bus=u.0,id=d
-blockdev file,filename=disk.qcow2,node-name=f,aio=native
-blockdev qcow2,node-name=f,cache.direct=on,{QCOW2},file.aio=native
-blockdev qcow2,node-name=f,{QCOW2},file.aio=native
-blockdev null-co,node-name=a -blockdev raw,node-name=r,file=a -blockdev compress,node-name=p,file=r
-blockdev compress,node-name=r,file.driver=file,file.filename=disk.qcow2
-blockdev qcow2,node-name=v,{QCOW2} -blockdev compress,node-name=r,file=v
-blockdev null-co,node-name=a -blockdev blkdebug,node-name=b,image=a,align=1536
-blockdev null-co,node-name=a -blockdev blkdebug,node-name=b,image=a,align=4096
-blockdev null-co,node-name=a -blockdev raw,node-name=b,file=a,size=1K
-blockdev null-co,node-name=a -blockdev raw,node-name=b,file=a,size=100
-blockdev null-co,node-name=a -blockdev preallocate,node-name=b,file=a,prealloc-align=1000
-object throttle-group,id=t,x-iops-total=10,x-iops-total-max=5
-object throttle-group,id=t,x-bps-read=10,x-bps-read-max=15
-drive file=disk.qcow2,if=none,media=cdrom,id=d3 -device ide-hd,drive=d3
-drive file=disk.qcow2,if=none,readonly=on,id=d3 -device ide-hd,drive=d3
-drive file=disk.qcow2,if=none,readonly=on,id=d3 -device virtio-blk-pci,drive=d3
-drive {IMAGE},if=none,id=f,readonly=on -device sdhci-pci -device sd-card,drive=f
-machine q35,nvdimm=on -m 256M,slots=2,maxmem=2G {TWO} -device nvdimm,memdev=a,label-size=2M
-machine q35,nvdimm=on -m 256M,slots=2,maxmem=2G {TWO} -device nvdimm,memdev=a,label-size=64K
-device am53c974 -device scsi-cd,lun=7
-device megasas -device scsi-cd,scsi-id=64,lun=255
-device megasas -device scsi-cd,scsi-id=65
-device pcie-root-port,id=r -device ne2k_isa,bus=r
-machine q35 -device pcie-root-port,id=r -device sd-card,bus=r
-device virtio-scsi-pci,id=x -device isa-debug-exit,bus=x.0
-nic user,mac=52:54:00:12:34
-nic user,mac=01:00:00:00:00:01
-nic user,mac=2
-nic none,mac=zz
-net nic,macaddr=zz -net user
-net nic,macaddr=52-54-0-12-34-56 -net user
-usb -device usb-host,vendorid=0x12345
-usb -device usb-host,vendorid=0x1234,productid=0x1
-usb -device usb-host,hostbus=99,hostaddr=9
-machine q35 -device intel-iommu,x-pasid-mode=on
-machine q35 -device intel-iommu,x-pasid-mode=on,x-scalable-mode=on
-machine q35 -device intel-iommu,x-pasid-mode=on,x-scalable-mode=off
-device virtio-net-pci,disable-legacy=on,disable-modern=on
-device virtio-net-pci,disable-legacy=off,disable-modern=on
-chardev socket,id=c,host=127.0.0.1,port=21095,server=on,wait=off -netdev vhost-user,id=n,chardev=c
-device vmcoreinfo -loadvm s
-fsdev synth,id=f -device virtio-9p-pci,fsdev=f,mount_tag=0123456789012345678901234567890
-fsdev synth,id=f -device virtio-9p-pci,fsdev=f,mount_tag=01234567890123456789012345678901
-device nvme,serial=d,num_queues=1
-device nvme,serial=d,num_queues=2
-drive file=over.qcow2 {BELOW} -blockdev qcow2,file=g,node-name=h
-drive file=over.qcow2 {BELOW} -blockdev qcow2,file=g,node-name=h,read-only=on
-object memory-backend-file,id=a,size=64M,mem-path=folder,rom=on
-object memory-backend-file,id=a,size=64M,mem-path=folder,offset=100
-object memory-backend-file,id=a,size=64M,mem-path=folder,offset=4096
-object memory-backend-memfd,id=a,size=64M,hugetlbsize=3M
-object memory-backend-memfd,id=a,size=64M,hugetlbsize=4M
-object tls-creds-psk,id=t0
-object tls-creds-x509,id=t0,endpoint=client
-object tls-creds-anon,id=t0
-netdev user,id=n -object filter-dump,id=f,netdev=n,file=no/such
-netdev user,id=n -object filter-dump,id=f,netdev=n,file=dump
-blockdev null-co,node-name=a -blockdev blkdebug,node-name=b,image=a,config=missing.conf
-blockdev null-co,node-name=a -blockdev blkdebug,node-name=b,image=a,config=/dev/null
{ROOM} {TWO} -device virtio-mem-pci,memdev=a,requested-size=3M
{ROOM} {TWO} -device virtio-mem-pci,memdev=a,requested-size=3M,block-size=1M
{ROOM} {TWO} -device virtio-mem-pci,memdev=a,requested-size=2M,block-size=4M
{ROOM} -object memory-backend-ram,id=a,size=63M -device virtio-mem-pci,memdev=a,block-size=1M
{ROOM} -object memory-backend-memfd,id=a,size=63M -device virtio-mem-pci,memdev=a,block-size=1M
{ROOM} -object memory-backend-ram,id=a,size=1M -device virtio-pmem-pci,memdev=a
{ROOM} -object memory-backend-memfd,id=a,size=4K -device virtio-pmem-pci,memdev=a
{ROOM} -object memory-backend-memfd,id=a,size=4K -device pc-dimm,memdev=a
{ROOM} {FILED},align=128M -device pc-dimm,memdev=a
{ROOM} {FILED},align=64M -device pc-dimm,memdev=a
{ROOM} {FILED},align=128M -device virtio-pmem-pci,memdev=a
-device ide-hd,drive=
-device ide-cd,drive=
-device virtio-scsi-pci,virtqueue_size=1025
-chardev socket,id=c,path=t.sock,server=on,wait=off -tpmdev emulator,id=t,chardev=c
-drive {IMAGE} -loadvm s
-drive {IMAGE},if=none -loadvm s
{ROOM} {TWO} -device pc-dimm,memdev=a,addr=0x1000
{ROOM} {TWO} -device pc-dimm,memdev=a,addr=0x200000
{ROOM} {TWO} -device pc-dimm,memdev=a,addr=0x100000000
{ROOM} {TWO} -device pc-dimm,memdev=a,addr=0x100001000
{ROOM} {TWO} -machine q35,nvdimm=on -device nvdimm,memdev=a,label-size=62M
{ROOM} {TWO} -machine q35,nvdimm=on -device nvdimm,memdev=a,label-size=63M
{CIPHER} -device virtio-crypto-pci,cryptodev=y
{CIPHER} -device virtio-crypto-pci,cryptodev=y -device virtio-crypto-pci,cryptodev=y
-netdev user,id=n -object filter-buffer,id=f,netdev=n,interval=10,position=id=f1
-netdev user,id=n {FILTER},id=f1 {FILTER},id=f,position=id=f1
-netdev user,id=n {FILTER},id=f,position=head
-device pxb,bus_nr=32 -drive {IMAGE},if=virtio
-drive {IMAGE},if=virtio -device pxb,bus_nr=32
-device pxb,bus_nr=32 -drive {IMAGE},if=ide
-device pxb,bus_nr=32 -virtfs local,path=folder,security_model=none,mount_tag=v
-virtfs local,path=folder,security_model=none,mount_tag=v -device pxb,bus_nr=32
-chardev udp,id=c,port=33001,host=no-such-host.invalid
-netdev user,id=n,guestfwd=tcp:10.0.2.100:80-chardev:c
-netdev user,id=n,guestfwd=tcp:10.0.2.100:80-chardev:c -chardev null,id=c
-nic user,guestfwd=tcp:10.0.2.100:80-chardev:c -chardev null,id=c -serial chardev:c
{DISK} -device sdhci-pci -device sd-card,drive=d0 -drive {IMAGE},if=virtio
{DISK} -device nvme,serial=s -device nvme-ns,drive=d0 -drive {IMAGE},if=virtio
-chardev file,id=c,path=log,input-path=missing
-chardev file,id=c,path=log,input-path=text.txt
-drive file=/dev/null,file.driver=file
-drive file=/dev/null,file.driver=host_device
-drive file=small.raw,driver=host_device
-blockdev raw,node-name=a,file.driver=file,file.filename=/dev/null
-overcommit mem-lock=on -m 128M,maxmem=8G {ONE} -device virtio-mem-pci,memdev=a
{NULL} -blockdev copy-before-write,node-name=c,file=n,target.driver=null-co -incoming defer
-device pxb,bus_nr=33 -device pxb,bus_nr=44
-device pxb,bus_nr=33 -device pxb,bus_nr=44,bus=pci.0
-machine q35 -device pxb-pcie,bus_nr=33 -device pxb-pcie,bus_nr=44
-machine q35 -device pxb-pcie,bus_nr=33 -device pcie-root-port
-machine q35 -device pxb-pcie -device am53c974,bus=pcie.255
-device ne2k_pci -device ne2k_isa
-device ne2k_isa -device ne2k_pci
{READER} -chardev null,id=b -device ccid-card-passthru,chardev=b
{READER} -chardev null,id=b -device usb-ccid,id=r -device ccid-card-passthru,chardev=b,bus=r.0
-cdrom cd.iso -loadvm x
-drive file=disk.qcow2,format=qcow2,readonly=on,if=virtio -loadvm x
{FLASH} -machine q35,pflash0=f
{FLASH} -machine q35,pflash1=f
{FLASH} -machine q35,pflash0=f -drive {IMAGE},if=pflash
{FLASH} -machine q35,pflash1=f -drive {IMAGE},if=pflash
-blockdev file,node-name=f,filename=huge.fd -machine q35,pflash0=f
-blockdev file,node-name=f,filename=huge.fd -blockdev raw,node-name=r,file=f -machine pflash0=r
-drive file=disk.qcow2,format=raw,if=none,id=f -machine q35,pflash0=f
{PLACES} -device qemu64-x86_64-cpu,apic-id=5
{PLACES} -device qemu64-x86_64-cpu,apic-id=9
{PLACES} -device qemu64-x86_64-cpu,apic-id=0
{PLACES} -device qemu64-x86_64-cpu,core-id=1,apic-id=5
{PLACES} -device qemu64-x86_64-cpu,socket-id=1,core-id=0,thread-id=1,apic-id=5
{PLACES} -device qemu64-x86_64-cpu,socket-id=0,core-id=1,thread-id=1,apic-id=5
-accel kvm -machine microvm -cpu Cascadelake-Server
-accel kvm -cpu Cascadelake-Server
-accel kvm -cpu kvm64,enforce
-accel kvm -cpu Haswell,enforce
-accel kvm -cpu 486,enforce
-accel kvm -cpu kvm64,enforce,-sse3
-cpu qemu64,enforce,-sse3
-cpu 486,enforce,+sse4_1,+xd
-nographic -serial null -device isa-serial,chardev=serial0
-serial null -serial mon:null -device isa-serial,chardev=serial0
-serial null -serial mon:null -device isa-serial,chardev=serial1
-device VGA,id=v0 -device e1000,id=a -set device.a.addr=3
-device VGA,id=v0 -device e1000,id=a -set device.a.addr=9
{CIPHER} -device virtio-crypto-pci,cryptodev=y -only-migratable
{PLACES} -machine microvm -device qemu64-x86_64-cpu,socket-id=1,core-id=0,thread-id=0
-machine q35 -device edu,addr=3.1 -drive {IMAGE},if=virtio
-machine q35 -device edu,addr=4.1 -drive {IMAGE},if=virtio
-drive file=small.raw,format=raw,readonly=on,if=ide -incoming defer
-drive file=small.raw,format=raw,readonly=on,if=ide
{DISK},readonly=on -device ide-hd,drive=d0 -incoming defer
-readconfig text.txt
-netdev user,id=n,ipv6-net=on
-netdev user,id=n,ipv6-net=/64
-netdev user,id=n,ipv6-prefix=fd00::,ipv6-prefixlen=48,ipv6-host=fd00:0:0:1::1
-netdev user,id=n,ipv6-net=fec0::/0,ipv6-host=fd00::1
-netdev user,id=n,ipv6-dns=fd00::1
-netdev user,id=n,ipv6-dns=fd00::1,restrict=on
-blockdev null-co,node-name=a -blockdev blkdebug,node-name=b,image=a,config=text.txt
-display none,multifunction=on -nographic
-display none -nographic
-loadvm x -drive {IMAGE} -snapshot
-loadvm x {NULL}
-loadvm x {NULL},read-only=on
-machine hmat=on {TWO} -numa node,memdev=a,initiator=0 -numa node,cpus=0,memdev=b
-machine hmat=on {TWO} -numa node,memdev=a,initiator=1 -numa node,cpus=0,memdev=b
-machine hmat=on -smp 2 {TWO} -numa node,memdev=a,initiator=0 -numa node,cpus=0,memdev=b
-machine hmat=on -smp 2,sockets=2 {TWO} -numa node,memdev=a,initiator=1 -numa node,memdev=b
-machine hmat=on {TWO} -numa node,memdev=a -numa node,memdev=b,initiator=5
-machine q35 -cpu 486 -device amd-iommu -smp 2
-machine q35 -cpu 486 -device amd-iommu
-netdev tap,id=n0,script=folder
-accel tcg,id=zz
-machine none -device loader,data=1,data-len=1,addr=0x100
-device loader,data=1,data-len=1,addr=0x100
-machine q35 -device pcie-root-port -device pxb-pcie
-machine q35 -device pxb-pcie -device pcie-root-port,bus=pcie.0
-machine q35 -device pxb-pcie,bus_nr=5 -device pxb-pcie,bus_nr=5,bus=pcie.0
-usb -device usb-host,hostbus=0x10,hostaddr=9
-preconfig -device virtio-sound-pci,streams=65535
-preconfig -device nope
-preconfig -smp 1000
-preconfig -loadvm x
-preconfig -incoming defer
-preconfig -incoming tcp:127.0.0.1:23785
-preconfig -drive {IMAGE},readonly=on
-global kvm-pit.lost_tick_policy=x -accel kvm -machine isapc
-global kvm-pit.lost_tick_policy=x -accel kvm -machine microvm
-global isa-pit.iobase=x -accel kvm -machine microvm
-global isa-pit.iobase=x -machine microvm,pit=off
-global mc146818rtc.base_year=x -machine microvm
-global mc146818rtc.base_year=x -machine microvm,rtc=off
-chardev udp,id=c,port=0,host=no-such-host.invalid
-machine hmat=on -m 128 -numa hmat-lb,{RATE_OF_0},latency=5
-blockdev file,node-name=f,filename=small.raw {DISK} -usb -device usb-storage,drive=d0 \
-machine q35,pflash0=f
-blockdev file,node-name=f,filename=small.raw,read-only=on {DISK},readonly=on -machine q35,pflash0=f
-preconfig -device pcie-root-port,id=r -device pcie-root-port,id=r
-preconfig -virtfs local,path=folder,security_model=none,mount_tag=v -machine microvm
{BELOW} -blockdev qcow2,file=g,node-name=h,read-only=on -loadvm x
-drive driver=host_device
-drive if=none,driver=file
-device loader,data-len=100,data=1,addr=0
-device loader,data-len=8,data=1,addr=0
-machine microvm -serial null -device isa-serial,chardev=serial0
-machine microvm,isa-serial=off -serial null -device isa-serial,chardev=serial0
-preconfig -vnc 127.0.0.1:93,display=v0 -device VGA,id=v0
-preconfig {FLASH} -machine q35,pflash0=f -drive {IMAGE},if=pflash
-drive file=small.raw,format=raw,snapshot=on -loadvm x
-device loader,data-len=0x10,data=1,addr=0
-device loader,data=0
-device loader,addr=0,cpu-num=0
-device loader,addr=0x100,cpu-num=0
-device pxb,bus_nr=0
-device pxb,bus_nr=128 -device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b
-device pxb,bus_nr=128 -device pci-bridge,id=b,chassis_nr=1 -device e1000,bus=b,addr=1
-device pxb,bus_nr=128 -device pci-bridge,id=b,chassis_nr=1,bus=pci.0 -device e1000,bus=b
-machine q35 -device pxb-pcie,bus_nr=9 -device pcie-pci-bridge,id=b -device e1000,bus=b
-cpu kvm64,hv_vpindex -machine accel=tcg:kvm
{PLACES} -device qemu64-x86_64-cpu,socket-id=1,core-id=0,thread-id=0,romfile=
{PLACES} -device qemu64-x86_64-cpu,socket-id=1,core-id=0,thread-id=0,avx=on
{NULL} -blockdev quorum,node-name=q,vote-threshold=-1,children.0=n
-object memory-backend-file,id=a,size=64M,mem-path=no.mem,readonly=on
-usb -device u2f-passthru
-usb -device u2f-passthru,hidraw=/dev/null
-preconfig -virtfs local
-preconfig -pflash huge.fd -machine isapc
-hda nbd:localhost:1,index=2
-device ich9-usb-ehci1,id=u -device pci-ohci,masterbus=u.0,firstport=0x10
-monitor none,bootindex=1
-monitor nonesuch
-qmp none,bootindex=1
-preconfig -cpu Haswell,enforce
-preconfig -cpu 486,bus=pci.0
-preconfig -m 256M,slots=65536,maxmem=1G
-preconfig -m 256M,slots=2
-preconfig -virtfs local,path=folder,security_model=none,mount_tag=v,bootindex=1
-preconfig -machine none -audio none,model=adlib
-preconfig -machine none -cpu 486
-drive if=none,{IMAGE} -device virtio-blk-pci,drive=none0 -device virtio-blk-pci,drive=none0
-drive if=none,{IMAGE} -device virtio-blk-pci,drive=none0
-machine none -device loader,addr=0x100,cpu-num=0
-machine microvm -object memory-backend-ram,id=a,size=64M -device nvdimm,memdev=a,label-size=63M
-netdev hubport,id=p,hubid=2,netdev=n -netdev '{{"type":"user","id":"n"}}'
-netdev '{{"type":"hubport","id":"p","hubid":2,"netdev":"n"}}' -netdev user,id=n
-netdev user,id=n -netdev '{{"type":"hubport","id":"p","hubid":2,"netdev":"n"}}'
-netdev user,id=n -netdev hubport,id=p,hubid=2,netdev=n
-netdev hubport,id=p,hubid=2,netdev=n -netdev user,id=n
-hda fat:rw:folder -loadvm x
-hda fat:folder -snapshot -loadvm x
-only-migratable -hda fat:rw:folder
-only-migratable -hda fat:folder
-m 128M,maxmem=1G {TWO} -numa node,memdev=a -numa node,memdev=b -device virtio-mem-pci,memdev=a
"""

MACHINES = tuple(_LINES.strip().splitlines())
"""All of them, as what follows QEMU's program on a command line."""
