"""Which of Debian's and Ubuntu's packages have QEMU's programs."""

from __future__ import annotations

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


def how_to_install(program: str) -> str:
    """How to get a program of QEMU's that is missing; Debian's and Ubuntu's packages."""
    name = program.rpartition("/")[2]
    package = _PACKAGES.get(name)
    if package is None and name.startswith("qemu-system-"):
        package = "qemu-system-misc"
    if package is None:
        return "install QEMU, or give the path of its program"
    return f"install it (Debian, Ubuntu: `sudo apt install {package}`), or give its path"
