"""``-virtfs``: a folder of the host's that the guest can mount, and the device for it, in one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from qemubuild.errors import InvalidOption
from qemubuild.option import key
from qemubuild.options._folder import Folder
from qemubuild.targets import has_no_pci
from qemubuild.values import Kind, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_MOST = 31


def _write_tag(value: object) -> str:
    text = write_text(value)
    if len(os.fsencode(text)) > _MOST:
        raise InvalidOption(
            f"{text!r} has {len(os.fsencode(text))} bytes, and a mount tag can have {_MOST}",
            hint="shorten it",
        )
    return text


class Virtfs(Folder):
    """Share a folder with the guest (``-virtfs``), which mounts it by a tag.

    ``Virtfs("local", path="/srv/home", mount_tag="home", security_model="mapped-xattr")``, and in
    a Linux guest ``mount -t 9p -o trans=virtio home /mnt``.

    Attributes:
        fsdriver: ``"local"``; ``"synth"``, for tests; ``"proxy"``, gone from QEMU 9.2.
        path: the folder.
        mount_tag: what the guest calls it, up to 31 bytes; without an `id`, of the same letters.
        security_model: what becomes of owners and permissions that the guest sets:
            ``"mapped-xattr"`` and ``"mapped-file"`` note them beside the file, ``"passthrough"``
            sets them (as root alone), ``"none"`` drops them.
        id: what QEMU calls it; the mount tag without.
        readonly: whether the guest can only read.
        writeout: ``"immediate"`` has the host write at once.
        multidevs: what becomes of folders on other disks below it: ``"remap"`` keeps their
            files' numbers apart, ``"forbid"`` hides them, ``"warn"``, the default, does neither.
        fmode: without effect here: see `Fsdev`.
        dmode: likewise.
        socket: the proxy's socket.
        sock_fd: the same, open already.
    """

    flag = "-virtfs"
    checks_mode = False

    mount_tag: str | None = key(Kind(_write_tag, str), name="mount_tag", default=None, kw_only=True)

    @property
    def name(self) -> str | None:
        """What a device calls it: the mount tag, where there is no id."""
        return self.id if self.id is not None else self.mount_tag

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the tag, too."""
        yield from super().findings(machine)
        if has_no_pci(machine):
            yield self.error(
                "virtfs-without-bus",
                "the machine type has no PCI bus for it",
                "choose another machine type, such as machine_type('q35')",
            )
        if self.mount_tag is None:
            yield self.error(
                "virtfs-without-tag",
                "no mount_tag is given, which the guest mounts it by",
                "add mount_tag=, such as mount_tag='share0'",
                "mount_tag",
            )
            return
        for other in machine.find_all(Virtfs):
            if other is self:
                break
            if other.mount_tag == self.mount_tag and other.name != self.name:
                yield self.warning(
                    "virtfs-tag-doubled",
                    f"{self.mount_tag!r} is another folder's tag already: the guest finds one",
                    "give each a tag of its own",
                    "mount_tag",
                )
                break

    def explain(self) -> str:
        """Say what is shared."""
        return (
            f"Shares {self._shares()}. A Linux guest mounts it with 'mount -t 9p -o trans=virtio "
            f"{self.mount_tag} /mnt'. Without it the guest sees no folder of the host's."
        )
