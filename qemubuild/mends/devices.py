"""Machine types, processors, memory layout, and the devices on their buses."""

from __future__ import annotations

from qemubuild.mends.mend import Mend

MENDS = (
    Mend(
        "machine-unknown",
        "this QEMU has no such machine type; those of a version (pc-q35-7.2) go away with time",
        "`-machine help` lists all; the newest of its kind is machine_type('q35'), or 'pc', 'virt'",
        ("unsupported machine type",),
    ),
    Mend(
        "machine-unnamed",
        "this architecture has many boards, and QEMU does not guess which",
        "name one, mostly machine_type('virt')",
        ("No machine specified, and there is no default",),
    ),
    Mend(
        "machine-property-unknown",
        "the machine type {machine} has no property {name}",
        "`-machine {machine},help` lists all",
        ("Property '{machine}-machine.{name}' not found",),
    ),
    Mend(
        "cpu-unknown",
        "this QEMU has no CPU model {name} for this architecture",
        "`-cpu help` lists all; case matters: cpu('max') has all that can be emulated",
        ("unable to find CPU model '{name}'",),
    ),
    Mend(
        "cpu-feature-unknown",
        "this QEMU knows no feature {feature} of a processor",
        "`-cpu help` lists all; a newer one may need a newer QEMU",
        ("Property '{model}-cpu.{feature}' not found",),
    ),
    Mend(
        "cpu-feature-unsupported",
        "the CPU model has features that cannot be had here, and enforce insists on them",
        "the warnings above name them: choose an older model, or cpu('max'), or leave enforce out",
        (
            "TCG doesn't support requested features",
            "Host doesn't support requested features",
        ),
    ),
    Mend(
        "cpus-too-many",
        "the machine type {machine} has at most {most} processors",
        "smp({most}) or fewer; q35 has more than pc",
        (
            "The max CPUs supported by machine '{machine}' is {most}",
            "exceeds max CPUs supported by machine '{machine}' ({most})",
        ),
    ),
    Mend(
        "cpu-topology",
        "sockets, dies, cores and threads, multiplied, have to give maxcpus (cpus without)",
        "give just smp(4), or numbers that agree: smp(4, sockets=1, cores=2, threads=2)",
        ("Invalid CPU topology: ",),
    ),
    Mend(
        "cpu-level-missing",
        "this machine, or this QEMU, does not count processors by {level}",
        "leave it out; sockets=, cores= and threads= are everywhere",
        (
            ": {level} > 1 not supported by this machine's CPU topology",
            ": {level} not supported by this machine's CPU topology",
            "Parameter 'smp.{level}' is unexpected",
        ),
    ),
    Mend(
        "memory-most",
        "memory that is added while the guest runs needs slots= and maxmem=, how far it may grow",
        "give both, the latter with a unit, for maxmem without one counts bytes:"
        " memory('1G', slots=2, maxmem='4G')",
        ("invalid value of maxmem", "slots specified but no max-size"),
    ),
    Mend(
        "memory-size-fixed",
        "that board has {size} of memory, as the real one has",
        "ask for just that in memory(), or leave it out",
        ("Invalid RAM size, should be {size}",),
    ),
    Mend(
        "memory-beyond-cpu",
        "the processor's addresses have {bits} bits, too few for so much memory",
        "ask for less (maxmem= counts, too); with KVM there is cpu('host', host_phys_bits=True)",
        ("phys-bits too low ({bits})",),
    ),
    Mend(
        "memory-slot-missing",
        "the machine has no room for another memory module",
        "say how many and how much at most: memory('1G', slots=4, maxmem='8G')",
        (
            "please specify the 'slots' option",
            "no free slots available",
            "not enough space, currently",
        ),
    ),
    Mend(
        "nvdimm-off",
        "machines have non-volatile memory only where it is switched on",
        "machine_type('q35', nvdimm=True)",
        ("nvdimm is not enabled",),
    ),
    Mend(
        "numa-sum",
        "the NUMA nodes together have to have the guest's memory, exactly",
        "give each numa_node() a memdev= whose sizes add up to memory()",
        ("total memory for NUMA nodes ",),
    ),
    Mend(
        "numa-node-memory",
        "since QEMU 5.1 nodes get their memory by name",
        "memory_backend_ram('m0', size='1G') and numa_node(memdev='m0')",
        ("Parameter -numa node,mem is not supported by this machine type",),
    ),
    Mend(
        "numa-node-missing",
        "a NUMA node has to be there before its processors and distances",
        "add numa_node() for each first",
        ("NUMA node must be defined with", "Source/Destination NUMA node is missing"),
    ),
    Mend(
        "numa-cpu-missing",
        "the guest has {most} processors, and they are counted from 0",
        "assign fewer, or give it more: smp()",
        ("should be smaller than maxcpus ({most})",),
    ),
    Mend(
        "memory-backend-missing",
        "there is no memory with the id {id}",
        "add it: memory_backend_ram({id!r}, size='1G')",
        ("Memory backend '{id}' not found", "memdev={id} is ambiguous"),
    ),
    Mend(
        "memory-backend-size",
        "what the machine has for memory and memory() differ in size",
        "give both the same size",
        ("Machine memory size does not match the size of the memory backend",),
    ),
    Mend(
        "device-unknown",
        "this QEMU has no device {name}",
        "`-device help` lists those it has; some come in a package of their own"
        " (qemu-system-modules-spice, qemu-system-modules-opengl, qemu-system-gui)",
        ("'{name}' is not a valid device model name",),
    ),
    Mend(
        "device-module-missing",
        "that is in a module of QEMU's which is not there, or lacks a library",
        "install it (Debian, Ubuntu: qemu-system-modules-opengl, qemu-system-modules-spice,"
        " qemu-block-extra), of QEMU's own version",
        (
            "missing object type '{type}'",
            "failed to open module: ",
            "could not load module for type '{type}'",
            " VGA not available",
        ),
    ),
    Mend(
        "device-not-pluggable",
        "devices of that kind are part of a machine, and not to be added to this one",
        "leave it out; `-device help` lists what can be added",
        ("Parameter 'driver' expects a ",),
    ),
    Mend(
        "bus-usb-missing",
        "{device} has to be plugged into USB, and this machine has none yet",
        "add usb() or, faster, device('qemu-xhci') before it",
        ("No 'usb-bus' bus found for device '{device}'",),
    ),
    Mend(
        "bus-scsi-missing",
        "{device} is a disk on a SCSI controller, and there is none",
        "add device('virtio-scsi-pci') before it",
        ("No 'SCSI' bus found for device '{device}'",),
    ),
    Mend(
        "bus-serial-missing",
        "{device} is a port of a virtio console, and there is none",
        "add device('virtio-serial-pci') before it",
        ("No 'virtio-serial-bus' bus found for device '{device}'",),
    ),
    Mend(
        "bus-pci-missing",
        "{device} is a PCI card, and this machine has no PCI",
        "take machine_type('q35') or 'pc'; microvm and others take virtio-*-device instead",
        ("No 'PCI' bus found for device '{device}'",),
    ),
    Mend(
        "bus-missing",
        "{device} belongs on a bus of the kind {kind}, which this machine has not",
        "add the controller that has one before it, or choose another device or machine_type()",
        ("No '{kind}' bus found for device '{device}'",),
    ),
    Mend(
        "bus-unknown",
        "no bus is called {bus}",
        "q35's is pcie.0 and pc's pci.0; a controller with id='x' has the bus x, or x.0; it has to"
        " come first",
        ("Bus '{bus}' not found",),
    ),
    Mend(
        "bus-full",
        "that bus has no place left",
        "leave bus= and addr= out, or add another controller: pcie-root-port or virtio-scsi-pci",
        (
            "PCI: no slot/function available",
            "Bus '{bus}' is full",
            "IDE unit {unit} is in use",
            "bus supports only {unit} units",
        ),
    ),
    Mend(
        "slot-taken",
        "PCI slot {slot} is taken ({other})",
        "leave addr= out: QEMU then takes the first that is free",
        ("PCI: slot {slot} function {number} not available for {device}, in use by {other},",),
    ),
    Mend(
        "backend-missing",
        "there is no {key} with the id {id}",
        "add one with id={id!r}, or name one that is there",
        (
            ".{key}' can't find value '{id}'",
            ": tpm {key} '{id}' not found",
            "couldn't find {key} with the id = {id}",
        ),
    ),
    Mend(
        "backend-in-use",
        "another device has {id} already, and two cannot share it",
        "give each device its own",
        ("can't take value '{id}', it's in use",),
    ),
    Mend(
        "object-missing",
        "nothing here has the id {id}",
        "add what is meant with id={id!r}, or name what is there",
        (
            "Device '{id}' not found",
            "No secret with id '{id}'",
            "No TLS credentials with id '{id}'",
            'chardev "{id}" not found',
            "Audiodev '{id}' not found",
            "audiodev '{id}' not found",
            "netdev '{id}' not found",
            'there is no {kind} "{id}" defined',
        ),
    ),
    Mend(
        "property-missing",
        "that device cannot do without {name}",
        "give it: {name}=...; `-device NAME,help` says what it takes",
        (
            ": {name} property not set",
            ": '{name}' property is required",
            "You must specify a '{name}'",
            ": missing {name}",
            " needs {name} arguments",
            "'{name}' parameter expects a valid object",
        ),
    ),
    Mend(
        "accelerator-property-unknown",
        "the accelerator {name} has no property {key}",
        "see that it is spelt right: the keywords of accel() are all that there are",
        ("Property '{name}-accel.{key}' not found",),
    ),
    Mend(
        "property-unknown",
        "{device} has no property {name}",
        "`-device {device},help` lists all that it has in this QEMU",
        ("Property '{device}.{name}' not found",),
    ),
    Mend(
        "vga-unknown",
        "there is no graphics card {name} for -vga",
        "`-vga help` lists those of this QEMU, std is everywhere; device() knows more",
        ("unknown vga type: {name}",),
    ),
    Mend(
        "property-value",
        "{value!r} is no value for {name}",
        "`-device NAME,help` and `-object NAME,help` say what kind each property is of",
        (
            "Property '{name}' doesn't take value '{value}'",
            "property '{name}' of {object} doesn't take value '{value}'",
        ),
    ),
    Mend(
        "bootindex-doubled",
        "two devices have bootindex {index}, and firmware tries one after the other",
        "number them 1, 2, 3 ...",
        ("The bootindex {index} has already been used",),
    ),
    Mend(
        "boot-order",
        "firmware tries up to three devices, each of them once",
        "write each letter once, such as boot('dc') for the CD-ROM first, then the disk",
        ("Boot device '{letter}' was given twice", "Too many boot devices for PC"),
    ),
    Mend(
        "boot-letter",
        "no device is called {letter} on this machine",
        "write boot('c') for the disk, 'd' for the CD-ROM, 'n' for the network, 'a' for the floppy",
        ("Invalid boot device '{letter}'",),
    ),
    Mend(
        "usb-port-missing",
        "the bus {bus} has no port {port}, or it is taken",
        "leave port= out: QEMU then takes the first that is free",
        ("usb port {port} (bus {bus}) not found",),
    ),
    Mend(
        "root-port-doubled",
        "each bridge and each root port needs a number of its own",
        "give pcie-root-port chassis=1, chassis=2 and so on (pci-bridge: chassis_nr=)",
        ("Can't add chassis slot", "Bridge chassis not specified"),
    ),
    Mend(
        "usbdevice-unknown",
        "only tablet, mouse, keyboard and wacom-tablet are known to usbdevice(), and braille where"
        " BRLTTY runs",
        "add others as device('usb-...') after usb()",
        ("could not add USB device '{name}'",),
    ),
    Mend(
        "network-card-unknown",
        "this machine has no network card {name} for -nic",
        "`-nic model=help` lists those it has; or user_network(model='e1000')",
        ("Unsupported NIC model: {name}",),
    ),
    Mend(
        "host-device-missing",
        "this host has no such PCI device",
        "`lspci -D` lists them with the addresses that host= takes",
        ("no such host device: ",),
    ),
    Mend(
        "host-usb-missing",
        "this host has no such USB device ({address})",
        "`lsusb` lists them: device('usb-host', vendorid=0x046d, productid=0xc52b)",
        ("failed to find host usb device {address}",),
    ),
    Mend(
        "host-device-in-group",
        "the host still uses devices that cannot be given away apart from this one",
        "bind every device of its IOMMU group to vfio-pci, or move it to another slot",
        ("group {number} is not viable",),
    ),
    Mend(
        "tpm-missing",
        "this host's own TPM cannot be passed on ({path})",
        "use an emulated one: `swtpm socket ...` and tpmdev('emulator', chardev=...)",
        ("Cannot access TPM device using '{path}'",),
    ),
    Mend(
        "device-not-migratable",
        "that device cannot move to another host, and only_migratable() insists on it",
        "leave either out",
        ("is not migratable, but --only-migratable was specified",),
    ),
)
