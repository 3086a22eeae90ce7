"""Directories that QEMU opens."""

from __future__ import annotations

import pytest

from qemubuild.host import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
HERE = Host()


class Shut(Host):
    """A host on which nothing can be looked into."""

    def can_open(self, path: str, *, writes: bool = False) -> bool:  # noqa: ARG002
        return not path.startswith("/root")


def shared(path, machine=PC):
    return machine.virtfs("local", path=path, mount_tag="t", security_model="mapped-xattr")


def offered(path):
    return PC.fsdev("local", id="f", path=path, security_model="none")


EXAMPLES = {
    "folder-missing": (shared("/no/such/folder"), shared("/tmp"), HERE),
    "folder-not-permitted": (shared("/root"), shared("/tmp"), Shut()),
}


def test_it_has_to_be_a_directory():
    found = shared("/etc/os-release").check(host=HERE)
    assert "is no directory" in found.errors[0].message


def test_a_folder_that_no_device_offers_is_not_opened():
    assert offered("/no/such").check(host=HERE).ok
    used = offered("/no/such").device("virtio-9p-pci", fsdev="f", mount_tag="t")
    assert used.check(host=HERE).errors[0].code == "folder-missing"


@pytest.mark.parametrize(
    ("machine", "ok"),
    [
        (PC.netdev("user", id="n", tftp="/no/such").device("e1000", netdev="n"), True),
        (PC.run_with(chroot="/no/such"), False),
        (
            PC.blockdev("vvfat", node_name="n", dir="/no/such", read_only=True).device(
                "usb-storage", drive="n"
            ),
            False,
        ),
    ],
)
def test_what_else_has_folders(machine, ok):
    found = machine.check(host=HERE)
    assert "folder-missing" in found.codes
    assert ("folder-missing" not in [one.code for one in found.errors]) == ok


@pytest.mark.parametrize(
    ("kind", "keys", "names"),
    [
        ("tls-creds-x509", {}, ["ca-cert.pem"]),
        (
            "tls-creds-x509",
            {"endpoint": "server"},
            ["ca-cert.pem", "server-cert.pem", "server-key.pem"],
        ),
        ("tls-creds-psk", {"endpoint": "server"}, ["keys.psk"]),
        ("tls-creds-anon", {"endpoint": "server"}, []),
    ],
)
def test_credentials_are_files_in_a_folder(tmp_path, kind, keys, names):
    machine = PC.object(kind, id="t", dir=str(tmp_path), **keys)
    found = [one for one in machine.check(host=HERE).errors if one.code == "file-missing"]
    assert [one.message.partition("'")[2].partition("'")[0] for one in found] == [
        str(tmp_path / name) for name in names
    ]
