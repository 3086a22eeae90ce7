"""What notebooks show of machines, findings, hosts, QEMUs, changes and errors."""

from __future__ import annotations

import logging

import pytest

from qemubuild import (
    Cdrom,
    DiskImage,
    Drive,
    Exit,
    Host,
    InvalidMachine,
    Machine,
    NotInstalled,
    Qemu,
    Smp,
)
from qemubuild.host.firmware import Firmware, Target
from qemubuild.host.kvm import Kvm
from tests.display.reading import html, rows, said

LESSON = (
    Machine("x86_64")
    .enable_kvm()
    .cpu("host")
    .smp(4)
    .memory("8G")
    .keyboard("en-us")
    .vnc(0)
    .usbdevice("tablet")
    .drive("disk_name.qcow2", interface="virtio")
    .cdrom("/path/to/iso")
    .boot("d")
)


def heading(page):
    return said(page.find("p[@class='qb-head']"))


# Machines


def test_a_machine_begins_with_what_matters_most():
    assert heading(html(LESSON)) == "x86_64pc4 vCPUs8 GiBkvm1 warning, 1 hint"
    assert heading(html(Machine().memory("1G"))).endswith(
        "1 vCPU1 GiBtcgnothing to find fault with"
    )


def test_a_machine_is_a_row_for_each_option():
    shown = rows(html(LESSON))
    assert [row[0] for row in shown[:3]] == ["-enable-kvm", "-cpu host", "-smp 4"]
    assert len(shown) == len(LESSON.options)
    assert shown[2][1] == LESSON.find(Smp).explain()


def test_findings_stand_in_the_row_of_their_option():
    shown = {row[0]: row[1] for row in rows(html(LESSON))}
    vnc = shown["-vnc :0"]
    (warning,) = LESSON.check().warnings
    assert f"warning: {warning.message}. Mend: {warning.hint}. vnc-open-to-all" in vnc
    assert "warning" not in shown["-smp 4"]


def test_each_finding_is_shown_once_also_where_options_are_equal():
    machine = Machine().netdev("user", id="n0").netdev("user", id="n0")
    page = html(machine)
    notes = [note for note in page.iter("div") if note.get("class", "").startswith("qb-note")]
    codes = sorted(note.findtext("span[@class='qb-code']") for note in notes)
    assert codes == sorted(machine.check().codes)


def test_what_is_missing_stands_above_the_table():
    page = html(Machine().smp(2))
    assert "memory-default" in said(page.find("div"))
    assert "memory-default" not in said(page.find("table"))


def test_the_command_is_folded_below():
    fold = html(LESSON)[-1]
    assert fold.tag == "details"
    assert "open" not in fold.attrib
    assert fold.find("pre").text == str(LESSON)


def test_a_machine_that_cannot_work_is_shown_all_the_same():
    assert "2 errors" in heading(html(Machine().smp(4, sockets=3).memory("1G", slots=2)))


def test_of_many_options_most_are_folded():
    machine = Machine().memory("1G")
    for number in range(150):
        machine = machine.netdev("user", id=f"n{number}")
    page = html(machine)
    assert len(rows(page.find("table"))) == 100
    assert said(page.find("details/summary")) == "51 more"
    assert len(rows(page)) == 151


def test_as_text_a_machine_is_its_command():
    assert LESSON._repr_mimebundle_()["text/plain"] == str(LESSON)


def test_an_option_by_itself():
    assert rows(html(Smp(4))) == [["-smp 4", Smp(4).explain()]]


def test_an_explanation_is_text_and_a_table():
    told = LESSON.explain()
    assert isinstance(told, str)
    assert told.startswith("qemu-system-x86_64\n    Starts a guest")
    shown = rows(html(told))
    assert shown[0] == ["qemu-system-x86_64", "Starts a guest with the architecture x86_64."]
    assert shown[3] == ["-smp 4", Smp(4).explain()]


# Findings


def test_findings_are_a_table_with_errors_first():
    findings = Machine().smp(4, sockets=3).check()
    page = html(findings)
    assert heading(page) == "1 error, 1 hint"
    error, hint = rows(page)
    assert error == [
        "error",
        "-smp 4,sockets=3",
        f"{findings[0].message}{findings[0].hint}",
        "smp-topology-mismatch",
    ]
    assert hint[:2] == ["hint", "missing"]


def test_no_findings():
    page = html(Machine().memory("1G").check())
    assert said(page) == "nothing to find fault with"


def test_a_finding_by_itself():
    (found,) = Machine().smp(4, sockets=3).check().errors
    text = said(html(found))
    assert text.startswith(f"-smp 4,sockets=3error: {found.message}. Mend: {found.hint}.")


# Changes


def test_changes_stand_side_by_side():
    new = LESSON.memory("16G").without(Cdrom).name("web")
    page = html(LESSON.diff(new))
    assert heading(page) == "1 changed, 1 removed, 1 added"
    assert rows(page) == [
        ["memory", "-m 8G", "-m 16G"],
        ["removed", "-cdrom /path/to/iso", ""],
        ["added", "", "-name web"],
    ]
    (change,) = LESSON.diff(new).changed
    assert rows(html(change)) == [["memory", "-m 8G", "-m 16G"]]


def test_no_changes_and_another_order():
    machine = Machine().memory("1G").smp(2)
    assert said(html(machine.diff(machine))) == "nothing changed"
    other = Machine().smp(2).memory("1G")
    assert "another order" in said(html(machine.diff(other)))
    kvm = Machine("/usr/bin/kvm").memory("1G").smp(2)
    assert rows(html(machine.diff(kvm))) == [["program", "qemu-system-x86_64", "/usr/bin/kvm"]]


# What a QEMU and a host can do


def test_a_qemu_lists_what_it_has():
    qemu = Qemu.snapshot("10.0")
    page = html(qemu)
    assert heading(page).startswith(qemu.name)
    folds = {said(fold.find("summary")): fold for fold in page.iterfind("details")}
    assert f"{len(qemu.machine_types)} machine types" in folds
    machines = rows(folds[f"{len(qemu.machine_types)} machine types"])
    assert ["pc-q35-10.0", "q35", "4096", ""] in machines
    assert [row[3] for row in machines].count("default") == 1
    cpus = rows(folds[f"{len(qemu.cpu_models)} CPU models"])
    assert cpus[0][0] in qemu.cpu_models
    (devices,) = (rows(fold) for name, fold in folds.items() if name.endswith(" devices"))
    assert ["virtio-net-pci or virtio-net", "PCI", ""] in devices
    assert not any("-cpu" in row[0] for row in devices)
    assert "query-status" in said(folds[f"{len(qemu.commands)} QMP commands"])


def test_a_host_says_what_it_offers():
    uefi = Firmware(
        description="UEFI for x86",
        code="/fw/code.fd",
        vars_template=None,
        targets=(Target("x86_64", ("pc-q35-*",)),),
        features=frozenset({"secure-boot"}),
    )
    host = Host(arch="x86_64", cores=8, memory=1 << 34, kvm=Kvm(usable=True), firmware=(uefi,))
    page = html(host)
    assert heading(page) == "Hostx86_648 cores16 GiB"
    assert rows(page) == [
        ["KVM", "works"],
        ["UEFI for x86 /fw/code.fd", "x86_64 pc-q35-*", "secure-boot"],
    ]
    without = Host(kvm=Kvm(usable=False, reason="it is off", hint="switch it on"), firmware=())
    assert rows(html(without)) == [["KVM", "does not: it is off. Mend: switch it on."]]


def test_what_has_fields_is_a_table_of_them():
    board = Qemu.snapshot("10.0").machine_type("q35")
    assert ["default", "no"] in rows(html(board))
    assert ["name", "pc-q35-10.0"] in rows(html(board))


def test_how_a_guest_ended():
    assert said(html(Exit(0, reason="guest-shutdown"))) == "Exit status 0the guest shut itself down"
    assert Exit(0)._repr_mimebundle_()["text/plain"].startswith("<Exit 0")


# Errors


def test_errors_say_what_is_wrong_and_what_to_do():
    with pytest.raises(InvalidMachine) as caught:
        Machine().smp(4, sockets=3).argv()
    assert rows(html(caught.value))[0][0] == "error"
    page = html(NotInstalled("qemu-img", hint="apt install it"))
    assert "qemu-img" in said(page)
    assert "apt install it" in said(page)


# Asking for less, and what goes wrong


def test_include_and_exclude_are_honoured():
    assert Smp(4)._repr_mimebundle_(include={"text/plain"}).keys() == {"text/plain"}
    assert Smp(4)._repr_mimebundle_(exclude={"text/plain"}).keys() == {"text/html"}
    picture = LESSON.topology()
    assert picture._repr_mimebundle_().keys() == {"text/plain", "text/html", "image/svg+xml"}
    assert picture._repr_mimebundle_(include=["image/svg+xml"]) == {"image/svg+xml": picture.svg}


def test_what_cannot_be_drawn_is_still_there_as_text(caplog):
    class Odd(Smp):
        def explain(self):
            raise RuntimeError

    with caplog.at_level(logging.DEBUG, "qemubuild"):
        assert Odd(4)._repr_mimebundle_() == {"text/plain": "Odd(cpus=4)"}
    assert "cannot be shown as text/html" in caplog.text


def test_a_class_of_ones_own_is_shown_as_the_one_it_stands_on():
    class Bigger(Drive):
        pass

    assert rows(html(Bigger("a.img")))[0][0] == "-drive file=a.img"


def test_an_image_that_is_yet_to_be(tmp_path):
    page = html(DiskImage(tmp_path / "new.qcow2", size="50G"))
    assert heading(page) == f"{tmp_path}/new.qcow2qcow250 GiBnot there"
    assert said(page.find("details/pre")).startswith("qemu-img create -f qcow2")


def test_an_image_over_one_that_is_not_there(tmp_path):
    image = DiskImage(tmp_path / "a.qcow2", size="1G", backing=DiskImage(tmp_path / "b.raw"))
    assert [row[2] for row in rows(html(image))] == ["not there", "not there"]


def test_a_pipe_is_no_image_and_is_not_waited_for(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.qcow2")
    assert "no file" in said(html(DiskImage(tmp_path / "pipe.qcow2")))
