"""KVM, the host's memory, and rights that QEMU has given up."""

from __future__ import annotations

from qemubuild.mends.mend import Mend

MENDS = (
    Mend(
        "kvm-denied",
        "this user may not open /dev/kvm",
        "`sudo adduser $USER kvm` and log in again; or emulate, which is slower and needs no"
        " rights: accel('tcg') instead of enable_kvm()",
        ("failed to initialize kvm: Permission denied",),
    ),
    Mend(
        "kvm-absent",
        "there is no /dev/kvm here, as where the firmware has virtualization switched off, in a"
        " virtual machine that cannot nest, or in a container that was not given it",
        "switch it on and `sudo modprobe kvm_intel` (or kvm_amd; a container: `docker run --device"
        " /dev/kvm`); or emulate: accel('tcg')",
        ("failed to initialize kvm: No such file or directory",),
    ),
    Mend(
        "kvm-without-hardware",
        "/dev/kvm leads nowhere, for the processor offers no virtualization, or the module for it"
        " is not loaded",
        "see `sudo dmesg | grep kvm`, `sudo modprobe kvm_intel` (or kvm_amd); or emulate:"
        " accel('tcg')",
        ("failed to initialize kvm: No such device",),
    ),
    Mend(
        "kvm-busy",
        "another hypervisor, such as VirtualBox, holds the processor's virtualization",
        "stop its machines first; or emulate: accel('tcg')",
        ("failed to initialize kvm: Device or resource busy",),
    ),
    Mend(
        "kvm-broken",
        "KVM does not work on this host",
        "Host().kvm.reason says more; to emulate instead: accel('tcg')",
        ("failed to initialize kvm: ",),
    ),
    Mend(
        "kvm-register-refused",
        "KVM refused one of the processor's registers (MSR), as it does in a virtual machine whose"
        " own host cannot nest",
        "leave enable_kvm() out and emulate; or choose a model with less in it than 'host' and"
        " 'max', such as cpu('qemu64')",
        ("failed to set MSR ", "failed to get MSR ", "kvm_buf_set_msrs: Assertion"),
    ),
    Mend(
        "cpu-host-needs-kvm",
        "'host' passes on the host's own processor, which emulation cannot",
        "add enable_kvm(), or write cpu('max') for all that this QEMU can emulate",
        (
            "CPU model 'host' requires KVM",
            "The CPU type 'host' requires KVM",
            "The 'host' CPU type can only be used with KVM",
        ),
    ),
    Mend(
        "icount-with-kvm",
        "instructions can be counted only where QEMU executes them itself",
        "leave icount() out, or emulate: accel('tcg')",
        ("-icount is not allowed with hardware virtualization",),
    ),
    Mend(
        "kvm-irqchip",
        "the IOMMU cannot remap interrupts that KVM's own controller delivers",
        "let QEMU do half of its work: machine_type('q35', kernel_irqchip='split')",
        ("Interrupt Remapping cannot work with kernel-irqchip=on",),
    ),
    Mend(
        "accelerator-unknown",
        "this QEMU has no accelerator {name}",
        "emulation (tcg) is nearly always there: accel('tcg'); kvm runs only guests of this host's"
        " own architecture; `-accel help` lists all",
        ("invalid accelerator {name}",),
    ),
    Mend(
        "accelerator-twice",
        "the accelerator is named in two ways, by accel(), and by enable_kvm() or"
        " machine_type(accel=)",
        "keep one of them; for a fallback write accel('kvm').accel('tcg')",
        ('The -accel and "-machine accel=" options are incompatible',),
    ),
    Mend(
        "memory-too-much",
        "this host cannot give the guest that much memory",
        "ask for less than is free (`free -h`; a container or `ulimit -v` may allow even less):"
        " memory('1G')",
        ("cannot set up guest memory ",),
    ),
    Mend(
        "memory-for-code",
        "there is no room for the code that emulation translates to, for memory is limited here, as"
        " by `ulimit -v`",
        "raise the limit, or ask for a smaller buffer in MiB: accel('tcg', tb_size=64)",
        ("bytes for jit buffer: Cannot allocate memory",),
    ),
    Mend(
        "memory-not-reserved",
        "where the memory is to come from (huge pages, /dev/shm, another tmpfs) has less left than"
        " the guest is to have",
        "make room there (`sudo sysctl vm.nr_hugepages=1024` sets 2 GiB aside; `df -h /dev/shm`),"
        " ask for less, or use ordinary memory",
        (
            "unable to map backing store for guest RAM: Cannot allocate memory",
            "preallocating memory failed",
        ),
    ),
    Mend(
        "memory-file-size",
        "the file that is to be the guest's memory has another size already",
        "give the memory the size of the file, or a file that is not there yet",
        ("backing store size {file} does not match", "backing store size {file} is too small for"),
    ),
    Mend(
        "memory-file-unmappable",
        "what is to be the guest's memory is no file that can be mapped",
        "give an ordinary file, best in /dev/shm or on hugetlbfs, or a directory for one",
        ("unable to map backing store for guest RAM: ",),
    ),
    Mend(
        "memory-not-lockable",
        "this user may not lock that much memory",
        "raise `ulimit -l` (LimitMEMLOCK= of a systemd unit), or leave overcommit(mem_lock=) out",
        ("locking memory failed",),
    ),
    Mend(
        "sandbox-forbids",
        "this machine needs what -sandbox forbids, such as starting a helper program",
        "allow that one thing (spawn='allow'), or leave sandbox() out",
        (
            "QEMU was ended by SIGSYS",
            "Can't fork bridge helper: Operation not permitted",
            "Failed to fork (Operation not permitted)",
        ),
    ),
    Mend(
        "killed",
        "something outside killed QEMU, mostly the kernel when memory is out",
        "`sudo dmesg | grep -i oom` tells; ask for less memory: memory('1G')",
        ("QEMU was ended by SIGKILL",),
    ),
    Mend(
        "crashed",
        "QEMU itself failed, which is a fault of its own",
        "leave options out, one after the other, to see which does it; a newer QEMU may be better",
        ("QEMU was ended by SIGSEGV", "QEMU was ended by SIGABRT"),
    ),
    Mend(
        "not-up-in-time",
        "it took longer than {seconds} seconds to be up, and said nothing of why",
        "something that it opens may keep it waiting (a pipe, a slow disk or network); or give it"
        " more: launch(timeout=300)",
        ("QEMU was not up after {seconds} seconds",),
    ),
    Mend(
        "user-unknown",
        "this host has no such user to run as",
        "name one of `getent passwd`, or write numbers: UID:GID",
        ("(and is not <uid>:<gid>)",),
    ),
    Mend(
        "user-not-changed",
        "only root may become another user",
        "start QEMU as that user at once, which needs no option",
        ("Failed to setgid(", "Failed to setuid(", "Failed to initgroups("),
    ),
    Mend(
        "chroot-failed",
        "that directory is not there, or this user is not root, who alone may lock QEMU into one",
        "make the directory, start as root, and let run_with(user=) give its rights up",
        ("chroot failed",),
    ),
    Mend(
        "pidfile-locked",
        "another QEMU runs, and has that file for its process number",
        "stop that one, or give this one a pidfile() of its own",
        ("Cannot lock pid file: ",),
    ),
    Mend(
        "files-too-many",
        "QEMU has as many files open as it may",
        "raise `ulimit -n` (LimitNOFILE= of a systemd unit)",
        (": Too many open files",),
    ),
)
