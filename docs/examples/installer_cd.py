"""Build the small installer CD-ROM of the lesson: a real ISO, bootable on any PC with a BIOS.

    python docs/examples/installer_cd.py installer.iso

The boot program is `installer.asm`; nasm turns it into machine code, and pycdlib puts that on an
ISO 9660 file system with an El Torito boot record ("no emulation": the BIOS loads the program
from the CD-ROM as it is).
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import tempfile
from pathlib import Path

import pycdlib

HERE = Path(__file__).parent
SECTOR = 512
FLOPPY_SIZE = 1440 * 1024


class MissingAssembler(RuntimeError):
    """There is no nasm on this machine."""


def assemble(source: str) -> bytes:
    """The machine code of a boot program of this folder, such as ``"installer.asm"``.

    Raises:
        MissingAssembler: nasm isn't installed.
        subprocess.CalledProcessError: the source has mistakes; nasm says which on stderr.
    """
    command = ["nasm", "-Wall", "-Werror", "-f", "bin", "-I", f"{HERE}/"]
    # A file of its own: where the source has mistakes, nasm removes what it was to write.
    with tempfile.TemporaryDirectory(prefix="qemubuild-nasm-") as folder:
        program = Path(folder, "program")
        try:
            subprocess.run([*command, "-o", program, HERE / source], check=True)
        except FileNotFoundError:
            raise MissingAssembler(
                f"{source} is assembled by nasm, which isn't installed."
                " On Debian and Ubuntu: apt-get install nasm"
            ) from None
        return program.read_bytes()


def build(path: str | Path) -> Path:
    """Write the installer's ISO image to ``path``, and return that."""
    program = assemble("installer.asm")
    iso = pycdlib.PyCdlib()
    iso.new(vol_ident="INSTALLER", joliet=3)
    iso.add_fp(io.BytesIO(program), len(program), "/BOOT.;1", joliet_path="/boot.img")
    iso.add_eltorito("/BOOT.;1", bootcatfile="/BOOT.CAT;1", boot_load_size=len(program) // SECTOR)
    iso.write(str(path))
    iso.close()
    return Path(path)


def build_floppy(path: str | Path, source: str = "installer.asm") -> Path:
    """Write the same program (or another) as a 1.44 MB floppy, and return its path."""
    path = Path(path)
    path.write_bytes(assemble(source).ljust(FLOPPY_SIZE, b"\0"))
    return path


def facts(words: str) -> dict[str, str]:
    """What the guest said of itself: ``{"Booted from": "CD-ROM, BIOS drive E0", ...}``."""
    return dict(re.findall(r"^ *([a-zA-Z]\S*(?: \S+)?)  +(\S.*?)\r?$", words, re.MULTILINE))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build the installer CD-ROM of the lesson.")
    parser.add_argument("iso", type=Path, help="the ISO image to write")
    print(build(parser.parse_args().iso))
