"""What a user may get wrong: every line marked as an error is refused, and no other."""

# ruff: noqa: B018 - an attribute is looked up, and that is the mistake

from __future__ import annotations

from qemubuild import Cdrom, DiskImage, Host, Luks, Machine, Process, Qcow2Options, Qemu, Smp

machine = Machine("x86_64")

machine.smp("four")  # error
machine.smp(cores="2")  # error
machine.smp(kernels=2)  # error
machine.smp(1, 2)  # error
machine.memory(8.5)  # error
machine.memory("8G", 2)  # error
machine.enable_kvm(True)  # error
machine.usbdevice("joystick")  # error
machine.drive("disk.qcow2", interface="sata")  # error
machine.drive("disk.qcow2", if_="virtio")  # error
machine.drive(42)  # error
machine.cdrom(None, "debian.iso")  # error
machine.boot(1)  # error
machine.user_network({"2222": 22})  # error
machine.user_network([2222])  # error
machine.vsock("3")  # error
machine.blockdev(node_name="d0")  # error
machine.blockdev("file", filename=print)  # error
machine.overclock()  # error

machine.without("-cdrom")  # error
machine.add("-cdrom")  # error
machine.check(host="here")  # error
machine.check(qemu=10.0)  # error
machine.check(qemu=Host())  # error
old: str = Qemu("qemu-system-x86_64").version  # error
Process.attach(7)  # error
machine.check(Host())  # error
machine.smp(4).cpus  # error
machine.options = ()  # error
Smp(4).cpus = 8  # error

argv: str = machine.argv()  # error
smp: Smp = machine.find(Smp)  # error
cdrom: tuple[Smp, ...] = machine.find_all(Cdrom)  # error

DiskImage("disk.qcow2", size=[50])  # error
DiskImage("disk.qcow2", "50G")  # error
DiskImage("disk.qcow2", size="50G", format=2)  # error
DiskImage("disk.qcow2").info().virtual_size.upper()  # error

with machine.launch(name=3) as vm:  # error
    vm.wait(timeout="soon")  # error
    vm.type_text(42)  # error
    vm.status().state + 1  # error
    vm.add_disk("disk.qcow2", interface="sata")  # error
    vm.events(timeout="soon")  # error
    vm.aio.status().running  # error
    vm.agent.exec("ls", input="text")  # error

image = DiskImage("disk.qcow2")
image.convert("disk.raw", progress=5)  # error
image.convert("disk.qcow2", compress="lzma")  # error
image.check(repair="everything")  # error
image.snapshots()[0].id + 1  # error
image.map()[0].offset + 1  # error
image.clone("vm.qcow2", size=[1])  # error
image.clone_many("vm.qcow2")[0].size.upper()  # error
image.info(chain=True).virtual_size  # error
image.info().images  # error
image.change_passphrase(b"new")  # error
DiskImage("disk.qcow2", encryption="secret")  # error
Qcow2Options(cluster_size=2.5)  # error
Qcow2Options(preallocation="most")  # error
Qcow2Options(static=True)  # error
Qcow2Options("2M")  # error
Luks(b"secret")  # error
