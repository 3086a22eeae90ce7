"""Disks and their images, kernels, firmware."""

from __future__ import annotations

from qemubuild.mends.mend import Mend

MENDS = (
    Mend(
        "image-locked",
        "another QEMU has the image open, or this one has it twice ({image})",
        "stop that guest first (`fuser -v` with the file names it), or give each an overlay of its"
        " own: DiskImage(new, backing=image).create()",
        ("Is another process using the image [{image}]?",),
    ),
    Mend(
        "backing-file-missing",
        "the image is an overlay, and what it lies over is not there ({path})",
        "put that back, or tell the overlay where it is now:"
        " `qemu-img rebase -u -F FORMAT -b BASE OVERLAY`",
        ("Could not open backing file: Could not open '{path}': No such file or directory",),
    ),
    Mend(
        "backing-file-broken",
        "the image is an overlay, and what it lies over cannot be opened ({why})",
        "see `qemu-img info --backing-chain OVERLAY`; `qemu-img rebase -u -F FORMAT -b BASE"
        " OVERLAY` mends a wrong name or format",
        ("Could not open backing file: {why}",),
    ),
    Mend(
        "image-format",
        "the image has another format than was said",
        "`qemu-img info` with its name tells which: drive(..., format=)",
        (
            "Image is not in ",
            "Image not in ",
            "invalid VMDK image descriptor",
            "invalid VPC image",
            "Volume is not in LUKS format",
            "Could not locate UDIF trailer",
        ),
    ),
    Mend(
        "image-newer",
        "the image was written by a newer QEMU, with what this one does not know",
        "use that QEMU, or have it write an older kind: `qemu-img amend -o compat=0.10 IMAGE`",
        ("Unsupported qcow2 version ", "Unsupported qcow2 feature"),
    ),
    Mend(
        "image-damaged",
        "the image is damaged, or was cut off when it was copied",
        "copy it again; or on a copy: `qemu-img check -r all COPY`",
        ("Image is corrupt", "qcow2 header too short", "Unsupported cluster size"),
    ),
    Mend(
        "image-encrypted",
        "the image is encrypted, and nothing opens it",
        "drive(DiskImage(..., encryption=Luks(passphrase))); or secret('pass',"
        " file='passphrase.txt'), and {key}=pass in the options of the drive",
        ("Parameter '{key}' is required for cipher",),
    ),
    Mend(
        "image-passphrase",
        "the passphrase is not the one that the image was encrypted with",
        "give the right one; all that is in a passphrase's file counts, a newline at its end, too:"
        " write it by `printf %s`",
        ("Invalid password, cannot unlock any keyslot",),
    ),
    Mend(
        "format-unknown",
        "this QEMU knows no image format {name}",
        "name one, such as raw or qcow2; `qemu-img info` with the file's name tells which it is",
        ("Unknown driver '{name}'",),
    ),
    Mend(
        "protocol-unknown",
        "what stands before the first colon of a name is a protocol, and this QEMU has no {name}",
        "write a file of that name as './{name}:...'; http, ssh, iscsi and rbd are in a package of"
        " their own (Debian, Ubuntu: qemu-block-extra)",
        ("Unknown protocol '{name}'",),
    ),
    Mend(
        "drive-place-taken",
        "two drives want the same place, index {index}",
        "give one of them another index=: hda() to hdd() are 0 to 3, cdrom() is 2; or use"
        " drive(..., interface='virtio')",
        ("drive with bus={bus}, unit={unit} (index={index}) exists",),
    ),
    Mend(
        "drive-place-missing",
        "this machine has no such place (if={place})",
        "pc has index 0 to 3 of IDE, q35 0 to 5; drive(..., interface='virtio') has many, on"
        " nearly every machine",
        ("machine type does not support if={place}",),
    ),
    Mend(
        "drive-unit-missing",
        "a bus of that machine holds no unit {unit}, only up to {most}",
        "leave bus= and unit= out and count with index=; q35 has one disk on each bus",
        ("unit {unit} too big (max is {most})",),
    ),
    Mend(
        "drive-empty",
        "a disk was asked for and no image given; only a CD-ROM or a floppy drive may be empty",
        "drive('disk.qcow2'), or for device(): drive= with the id of a drive() that has a file",
        (
            "Device needs media, but drive is empty",
            "No drive specified",
            ": drive property not set",
            'A block device must be specified for "file"',
            "pflash0: No medium found",
        ),
    ),
    Mend(
        "drive-read-only",
        "that device writes, and its image is read-only",
        "leave readonly= out; or drive(..., media='cdrom') or interface='virtio', which can be"
        " read-only; or snapshot=True to forget what was written",
        ("Block node is read-only",),
    ),
    Mend(
        "drive-in-use",
        "two devices name the drive {id}; one drive() makes one disk",
        "give each a drive() of its own, with another id and file",
        ("Drive '{id}' is already in use by another device",),
    ),
    Mend(
        "drive-connected-already",
        "the drive {id} makes a disk by itself, and a device() wants it as well",
        "leave that to the device: drive(..., interface='none', id={id!r})",
        ("Drive '{id}' is already in use because it has been automatically connected",),
    ),
    Mend(
        "drive-native-aio",
        "the kernel's own asynchronous access needs the host's cache to be passed by",
        "add cache='none', or leave aio='native' out",
        ("aio=native was specified, but it requires cache.direct=on",),
    ),
    Mend(
        "drive-not-direct",
        "that file system cannot be read past the host's cache, as cache='none' and 'directsync'"
        " would",
        "leave cache= out, or move the image to a disk's file system, such as ext4 or XFS",
        ("filesystem does not support O_DIRECT",),
    ),
    Mend(
        "drive-interface-unknown",
        "there is no interface {name}",
        "write virtio, ide, scsi, floppy, pflash, sd, or none for a device() that names the drive",
        ("unsupported bus type '{name}'",),
    ),
    Mend(
        "drive-key-unknown",
        "neither drives nor images of the format {format} have an option {key}",
        "see that it is spelt right; what belongs to the disk and not to its image goes to"
        " device(..., drive=)",
        ("Block format '{format}' does not support the option '{key}'",),
    ),
    Mend(
        "drive-limits",
        "a limit on both reading and writing excludes one on either",
        "keep bps=, or bps_rd= and bps_wr=; the same for iops",
        ("total values and read/write values cannot be used at the same time",),
    ),
    Mend(
        "node-missing",
        "no blockdev() or drive() before it is called {id}",
        "name one that is there; what is named has to come first",
        ("Cannot find device='{id}' nor node-name=",),
    ),
    Mend(
        "node-unnamed",
        "a blockdev() that nothing names is of no use",
        "give it node_name=, and name that in a device(..., drive=)",
        ("'node-name' must be specified for the root node",),
    ),
    Mend(
        "saved-state-missing",
        "no image holds a saved state of that name, or none can hold any",
        "`qemu-img snapshot -l IMAGE` lists them; every disk that is written has to be qcow2, or"
        " read-only",
        (
            "does not exist in one or more devices",
            "no block device can store vmstate",
            "is writable but does not support snapshots",
        ),
    ),
    Mend(
        "kernel-unreadable",
        "that is no kernel that this machine can start",
        "give a Linux bzImage for this architecture, as in /boot/vmlinuz-*; a disk image goes to"
        " drive()",
        ("invalid kernel header", "could not load kernel '{path}'"),
    ),
    Mend(
        "kernel-missing",
        "{option} is something for a kernel that QEMU itself loads, and there is none",
        "add kernel('vmlinuz'), or leave it out: the loader on the disk has its own",
        (": {option} only allowed with -kernel option",),
    ),
    Mend(
        "initrd-too-large",
        "the guest has too little memory for that initrd",
        "give it more: memory('1G')",
        ("initrd is too large, cannot support",),
    ),
    Mend(
        "firmware-unusable",
        "there is no firmware {path}, it cannot be read, or its size is no multiple of 64 KiB",
        "give a path, or a name in QEMU's own directory (`-L help`); UEFI firmware goes to"
        " firmware('OVMF_CODE.fd')",
        ("could not load PC BIOS '{path}'", "Could not find ROM image '{path}'"),
    ),
    Mend(
        "firmware-size",
        "flash memory is a multiple of 4 KiB, and that file is not",
        "give firmware made for it, such as /usr/share/OVMF/OVMF_CODE_4M.fd (package ovmf)",
        ("system firmware block device {flash} has invalid size",),
    ),
    Mend(
        "firmware-too-large",
        "both flash memories together may have {most} bytes",
        "give the firmware and its variables, not a disk image; or raise it:"
        " -machine max-fw-size=16M",
        ("combined size of system firmware exceeds {most} bytes",),
    ),
    Mend(
        "firmware-without-code",
        "the second flash memory is for firmware's variables, and there is no firmware",
        "give the firmware first: firmware('OVMF_CODE.fd', 'OVMF_VARS.fd')",
        ("pflash1 requires pflash0",),
    ),
    Mend(
        "rom-missing",
        "the ROM of that card is not there ({path})",
        "install it (Debian, Ubuntu: ipxe-qemu, seabios), or do without booting from it:"
        " device(..., romfile='')",
        ('failed to find romfile "{path}"',),
    ),
    Mend(
        "table-unreadable",
        "that file is not there, or cannot be read ({path})",
        "see that it exists; a path counts from the directory that Python runs in",
        ("Cannot read SMBIOS file {path}",),
    ),
)
