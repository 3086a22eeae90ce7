"""`Machine`: what is built, in which order, and that nothing built ever changes."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess

import pytest

from qemubuild import Cdrom, Drive, InvalidMachine, InvalidOption, Machine, Memory, Name, Smp

LESSON = (
    "qemu-system-x86_64 -enable-kvm -cpu host -smp 4 -m 8G -k en-us -vnc :0 -usbdevice tablet "
    "-drive file=disk_name.qcow2,if=virtio -cdrom /path/to/iso -boot d"
)


@pytest.fixture
def lesson():
    return (
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


def test_the_lessons_command_is_exact(lesson):
    assert lesson.argv() == LESSON.split()
    assert lesson.command() == LESSON


def test_after_the_install_the_disk_boots(lesson):
    server = lesson.without(Cdrom).boot("c")
    assert server.command() == LESSON.replace(" -cdrom /path/to/iso -boot d", " -boot c")
    assert lesson.command() == LESSON


def test_as_text_it_is_a_shell_command_with_one_option_per_line(lesson):
    odd = lesson.name('it\'s a "test"; $HOME')
    lines = str(odd).splitlines()
    assert lines[0] == "qemu-system-x86_64 \\"
    assert lines[4] == "    -m 8G \\"
    shell = subprocess.run(["sh", "-c", f"printf '%s\\0' {odd}"], capture_output=True, check=True)
    assert shell.stdout.decode().split("\0")[:-1] == odd.argv()


def test_an_option_taken_once_replaces_its_earlier_self_in_place():
    machine = Machine().smp(2).memory("1G").smp(4)
    assert machine.argv() == ["qemu-system-x86_64", "-smp", "4", "-m", "1G"]


def test_an_option_that_repeats_is_added():
    machine = Machine().drive("a.img").drive("b.img")
    assert [drive.file for drive in machine.find_all(Drive)] == ["a.img", "b.img"]


def test_find_and_replace():
    machine = Machine().smp(2).memory("1G")
    memory = machine.find(Memory)
    assert memory is not None
    assert machine.find(Name) is None
    assert machine.replace(memory, Memory("2G")).argv()[3:] == ["-m", "2G"]
    with pytest.raises(ValueError, match="not in tuple"):
        machine.replace(Smp(3), Smp(4))


def test_without_takes_classes_and_options():
    machine = Machine().drive("a.img").drive("b.img").memory("1G")
    assert machine.without(Drive).options == (Memory("1G"),)
    assert machine.without(Drive("a.img"), Memory).options == (Drive("b.img"),)


def test_every_error_at_once():
    machine = Machine().smp(4, sockets=3).memory("1G", slots=2)
    with pytest.raises(InvalidMachine) as caught:
        machine.argv()
    assert {found.option.flag for found in caught.value.findings.errors} == {"-smp", "-m"}
    assert machine.argv(check=False)[1:] == ["-smp", "4,sockets=3", "-m", "1G,slots=2"]


def test_it_cannot_be_changed(lesson):
    with pytest.raises(AttributeError):
        lesson.arch = "aarch64"
    with pytest.raises(AttributeError):
        lesson.options[0].flag = "-x"
    with pytest.raises(AttributeError):
        lesson.find(Smp).cpus = 8


def test_equal_machines_are_equal_however_they_were_written(lesson):
    assert Machine().memory(8192) == Machine().memory("8192")
    assert hash(Machine().memory(8192)) == hash(Machine().memory("8192"))
    assert Machine().memory(8192) != Machine().memory("8G")
    assert pickle.loads(pickle.dumps(lesson)) == lesson
    assert copy.deepcopy(lesson) == lesson


@pytest.mark.parametrize(
    ("given", "arch", "binary"),
    [
        ("x86_64", "x86_64", "qemu-system-x86_64"),
        ("aarch64", "aarch64", "qemu-system-aarch64"),
        ("/opt/q/bin/qemu-system-aarch64", "aarch64", "/opt/q/bin/qemu-system-aarch64"),
        ("qemu-system-arm", "arm", "qemu-system-arm"),
        ("/usr/libexec/qemu-kvm", "", "/usr/libexec/qemu-kvm"),
        ("kvm", "", "kvm"),
        ("qemu-system-i386.exe", "i386", "qemu-system-i386.exe"),
    ],
)
def test_an_architecture_or_a_program(given, arch, binary):
    machine = Machine(given)
    assert (machine.arch, machine.binary) == (arch, binary)
    assert machine.memory("1G").binary == binary


@pytest.mark.parametrize("arch", ["amd64", "x86-64", "arm64", "X86_64", "", "a b"])
def test_an_architecture_that_is_none_is_refused_with_a_mend(arch):
    with pytest.raises(InvalidOption, match="hint: write"):
        Machine(arch)


def test_methods_show_the_signature_and_the_words_of_their_option():
    signature = inspect.signature(Machine().smp)
    assert {"cpus", "sockets", "threads"} <= set(signature.parameters)
    assert "virtual CPUs" in inspect.getdoc(Machine.smp)
