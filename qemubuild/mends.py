"""What to do about the messages with which QEMU most often refuses to start."""

from __future__ import annotations

import re

_MENDS = tuple(
    (re.compile(pattern), mend)
    for pattern, mend in (
        (
            r'Failed to get (shared )?"(write|consistent read|resize)" lock',
            (
                "another QEMU has the image open: stop that guest first, or give this one an image"
                " of its own (an overlay shares what is common)"
            ),
        ),
        (
            r"Could not access KVM kernel module: Permission denied",
            (
                "this user may not use /dev/kvm: `sudo adduser $USER kvm` and log in again,"
                " or leave KVM out to emulate"
            ),
        ),
        (
            (
                r"Could not access KVM kernel module|failed to initialize kvm|failed to set MSR"
                r"|kvm_buf_set_msrs"
            ),
            (
                "KVM does not work on this host; Host().kvm says why. Leave it out to emulate,"
                " which is slower and runs everywhere"
            ),
        ),
        (
            r"requires KVM( or HVF)?|host CPU model|'host' requires",
            "name the host's own processor only with KVM; to emulate, use the CPU model 'max'",
        ),
        (
            r"Address already in use|Failed to find an available port",
            (
                "another program listens there: choose another VNC display or port,"
                " or let QEMU look for a free one (VNC: to=)"
            ),
        ),
        (r"could not read keymap file", "use one of QEMU's keyboard layouts, such as en-us or de"),
        (
            r"unable to find CPU model",
            "`-cpu help` lists the CPU models of this QEMU; case matters",
        ),
        (r"unsupported machine type", "`-machine help` lists the machine types of this QEMU"),
        (
            r"is not a valid device model name",
            (
                "`-device help` lists the devices of this QEMU; some come in a package of their own"
                " (qemu-system-modules-*)"
            ),
        ),
        (
            r"invalid option",
            "this QEMU does not know the option: it may be misspelt, newer, or long removed",
        ),
        (r"cannot set up guest memory", "this host cannot give that much memory: ask for less"),
        (
            r"invalid accelerator",
            "this QEMU was built without that accelerator; emulation (tcg) is always there",
        ),
        (
            r"Display '.*' is not available|module ui-",
            "that kind of window is in a package of its own (qemu-system-gui); VNC needs none",
        ),
        (
            r"Image is not in \w+ format|invalid VMDK|not a (VHDX|QED) ",
            "the image has another format: `qemu-img info` tells which",
        ),
        (r"requires '.*' to be a regular file", "give a file, not a directory"),
        (
            r"No such file or directory|could not load",
            "see that the file exists; the path counts from the directory that Python runs in",
        ),
        (r"Permission denied", "this user may not open that file, or one of the directories above"),
    )
)

_PACKAGES = {
    "qemu-img": "qemu-utils",
    "qemu-nbd": "qemu-utils",
    **dict.fromkeys(("qemu-system-x86_64", "qemu-system-i386"), "qemu-system-x86"),
    **dict.fromkeys(("qemu-system-aarch64", "qemu-system-arm"), "qemu-system-arm"),
    **dict.fromkeys(
        (f"qemu-system-mips{kind}" for kind in ("", "el", "64", "64el")), "qemu-system-mips"
    ),
    **dict.fromkeys(("qemu-system-ppc", "qemu-system-ppc64"), "qemu-system-ppc"),
    **dict.fromkeys(("qemu-system-sparc", "qemu-system-sparc64"), "qemu-system-sparc"),
}


def mend_for(said: str) -> str:
    """What to do about what QEMU said; ``""`` when that is not known."""
    return next((mend for pattern, mend in _MENDS if pattern.search(said)), "")


def how_to_install(program: str) -> str:
    """How to get a program of QEMU's that is missing; Debian's and Ubuntu's packages."""
    name = program.rpartition("/")[2]
    package = _PACKAGES.get(name)
    if package is None and name.startswith("qemu-system-"):
        package = "qemu-system-misc"
    if package is None:
        return "install QEMU, or give the path of its program"
    return f"install it (Debian, Ubuntu: `sudo apt install {package}`), or give its path"
