"""UEFI firmware on this host, as the packages that brought it describe it.

Distributions keep OVMF and its like in different places, and say where in JSON files (QEMU's
docs/interop/firmware.json). The order of the files' names is the order in which they are wanted.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from qemubuild.shown import shows_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDERS: Final = ("/etc/qemu/firmware", "/usr/share/qemu/firmware")
# A machine type without a version, as descriptors have it with one.
_FULL_NAMES: Final = {"pc": "pc-i440fx-0", "q35": "pc-q35-0", "virt": "virt-0"}


@frozen
class Target:
    """Guests that firmware is for.

    Attributes:
        arch: their architecture, such as ``x86_64``.
        machines: patterns of their machine types, such as ``pc-q35-*``.
    """

    arch: str
    machines: tuple[str, ...]


@shows_fields
@frozen(kw_only=True)
class Firmware:
    """Firmware for guests: its code, and a template of the variables that it keeps.

    ``machine.firmware()`` takes it, with a copy of the template for each guest::

        uefi = Host().find_uefi("x86_64", "q35")
        machine = machine.firmware(uefi, vars=uefi.make_vars("web_VARS.fd"))

    Attributes:
        description: what it is, in the words of who packed it.
        code: the file that the guest runs.
        vars_template: the file that a guest's own variables are a copy of; ``None`` where it has
            none.
        device: where it goes: ``"flash"``, ``"memory"`` (``-bios``) or ``"kernel"``.
        format: the format of `code`; ``"raw"``, but for rare ones.
        vars_format: the format of `vars_template`.
        interfaces: ``("uefi",)``, or ``"bios"``, ``"openfirmware"``, ``"uboot"``.
        targets: the guests that it is for.
        features: ``"secure-boot"``, ``"enrolled-keys"`` (with Microsoft's keys, so that it is on),
            ``"requires-smm"``, ``"amd-sev"``, ``"acpi-s3"`` ...
        source: the descriptor that says so.
    """

    description: str
    code: str
    vars_template: str | None
    device: str = "flash"
    format: str = "raw"
    vars_format: str = "raw"
    interfaces: tuple[str, ...] = ("uefi",)
    targets: tuple[Target, ...] = ()
    features: frozenset[str] = frozenset()
    source: str = ""

    def fits(self, arch: str, machine_type: str) -> bool:
        """Whether it is for guests of this architecture and machine type.

        Args:
            arch: QEMU's name, such as ``x86_64``.
            machine_type: with a version or without: ``q35``, ``pc-q35-10.0``, ``virt``.
        """
        name = _FULL_NAMES.get(machine_type, machine_type)
        return any(
            target.arch == arch and any(fnmatchcase(name, one) for one in target.machines)
            for target in self.targets
        )

    def make_vars(self, path: str | os.PathLike[str]) -> str:
        """Copy the variables' template to a file of a guest's own, unless that is there already.

        Returns:
            The path, for ``machine.firmware(firmware, vars=...)``.

        Raises:
            ValueError: this firmware keeps no variables.
            OSError: the template cannot be read, or the file not be made.
        """
        if self.vars_template is None:
            raise ValueError(f"{self.code!r} comes without a template of variables")
        place = os.fsdecode(path)
        if os.path.lexists(place):
            return place  # with what the guest has kept so far
        with open(self.vars_template, "rb") as template:
            content = template.read()
        with open(place, "xb") as own:
            try:
                own.write(content)
            except OSError:
                os.unlink(place)
                raise
        return place


def find_firmware(folders: Iterable[str | os.PathLike[str]] = ()) -> tuple[Firmware, ...]:
    """Find the firmware that descriptors tell of, the one wanted most first.

    Args:
        folders: where to look; without, where QEMU's specification says: the user's configuration,
            the administrator's, the packages'. A file of one of these hides those of the same name
            in later ones, and an empty file hides them without saying more.
    """
    files: dict[str, str] = {}
    for folder in map(os.fsdecode, folders or (_of_user(), *_FOLDERS)):
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            if name.endswith(".json"):
                files.setdefault(name, os.path.join(folder, name))
    read = (_read(files[name]) for name in sorted(files))
    return tuple(one for one in read if one is not None)


def _of_user() -> str:
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(home, "qemu/firmware")


def _read(path: str) -> Firmware | None:
    """Read a descriptor; ``None`` where it tells of nothing that is there."""
    import json  # noqa: PLC0415

    try:
        with open(path, "rb") as file:
            said = json.loads(file.read())
        found = _firmware(said, path)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return found if os.path.exists(found.code) else None


def _firmware(said: dict[str, Any], path: str) -> Firmware:
    mapping = said["mapping"]
    device = mapping["device"]
    # Flash holds a file for the code and one for the variables, the others a single file.
    code = mapping["executable"] if device == "flash" else mapping
    template = mapping.get("nvram-template") or {}
    return Firmware(
        description=said.get("description", ""),
        code=code["filename"],
        vars_template=template.get("filename"),
        device=device,
        format=code.get("format", "raw"),
        vars_format=template.get("format", "raw"),
        interfaces=tuple(said["interface-types"]),
        targets=tuple(
            Target(one["architecture"], tuple(one["machines"])) for one in said["targets"]
        ),
        features=frozenset(said["features"]),
        source=path,
    )
