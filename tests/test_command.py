"""Reading whole command lines: what becomes of each word, and where an error points."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from qemubuild import (
    Boot,
    Cdrom,
    CommandSyntaxError,
    Drive,
    Hda,
    Machine,
    MachineType,
    Memory,
    Nodefaults,
    Raw,
    Smp,
)


def read(text):
    return Machine.from_argv(["qemu-system-x86_64", *shlex.split(text)])


LESSON = (
    "qemu-system-x86_64 -enable-kvm -cpu host -smp 4 -m 8G -k en-us -vnc :0 -usbdevice tablet "
    "-drive file=disk_name.qcow2,if=virtio -cdrom /path/to/iso -boot d"
)


def test_the_lessons_command_comes_back_as_it_is():
    machine = Machine.from_command(LESSON)
    assert machine.command() == LESSON
    assert machine.find(Smp).cpus == 4
    assert machine.without(Cdrom).boot("c").argv()[-2:] == ["-boot", "c"]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("disk.img", [Hda("disk.img")]),
        ("--nodefaults --m 1G", [Nodefaults(), Memory("1G")]),
        ("-M q35", [MachineType("q35")]),
        ("-hda -snapshot", [Hda("-snapshot")]),
        ("-m 16 -m 32", [Memory(32)]),
        ("-m 1G -m slots=2,maxmem=4G", [Memory("1G", slots=2, maxmem="4G")]),
        ("-smp 2 -S -smp cores=4", [Smp(2, cores=4), *read("-S").options]),
        ("-boot d -boot menu=on", [Boot("d", menu=True)]),
        ("-cdrom a -cdrom b", [Cdrom("a"), Cdrom("b")]),
        ("-drive a=b -drive a=b", [Drive(extra={"a": "b"}), Drive(extra={"a": "b"})]),
        ("-nosuch -m 1G", [Raw("-nosuch"), Memory("1G")]),
        ("-nosuch value -m 1G", [Raw("-nosuch", "value"), Memory("1G")]),
        ("-m 1G '$EXTRA' '${MORE[@]}'", [Memory("1G"), Raw("$EXTRA"), Raw("${MORE[@]}")]),
        ("$DIR/disk.img", [Hda("$DIR/disk.img")]),
    ],
)
def test_options(text, options):
    assert list(read(text).options) == options


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("-m 1G \\\n  -smp 2 # two\n", "-m 1G -smp 2"),
        ("FOO=1 sudo -u me X=2 nice -n 5 {} -m 1G &", "-m 1G"),
        ("exec taskset -c 0-3 {} -m 1G >log 2>&1", "-m 1G"),
        ("cd /tmp && nohup {} -m 1G | tee log", "-m 1G"),
        ("#!/bin/sh\nset -e\n# why\n{} -m 1G\necho done\n", "-m 1G"),
        ("$ {} -m 1G", "-m 1G"),
    ],
)
def test_a_shell_command_as_people_have_it(text, argv):
    program = "qemu-system-x86_64"
    text = text.format(program) if "{}" in text else f"{program} {text}"
    assert Machine.from_command(text).argv(check=False) == [program, *argv.split()]


def test_variables():
    text = 'qemu-system-x86_64 -m $MEM -smp "$CPUS" -cdrom "$ISO"'
    machine = Machine.from_command(text)
    assert machine.argv()[1:] == ["-m", "$MEM", "-smp", "$CPUS", "-cdrom", "$ISO"]
    assert machine.check().codes.count("value-unresolved") == 2
    known = Machine.from_command(text, env={"MEM": "1G", "CPUS": "2", "ISO": "a b.iso"})
    assert known.argv()[1:] == ["-m", "1G", "-smp", "2", "-cdrom", "a b.iso"]


@pytest.mark.parametrize(
    "text",
    [
        "-smp $CPUS -numa node,cpus=0-3,memdev=r -object memory-backend-ram,id=r,size=128M",
        "-m $MEM -numa node,memdev=r -object memory-backend-ram,id=r,size=4G",
        "-m $MEM -machine q35,memory-backend=r -object memory-backend-ram,id=r,size=4G",
        "-vnc :$D -vnc $V",
        "-drive file=$F,if=$I,format=$X,index=$N",
        "-device $D,drive=$X -netdev $N",
        "-cpu $CPU,$F -machine $M -accel $A -boot $B -k $K -name $N -serial $S -usbdevice $U",
        "-chardev socket,id=$I,path=$P -mon chardev=$I",
        "-netdev user,id=n$I -device e1000,netdev=n$I",
        "-m ${MEM:-4G} -smp ${N}",
    ],
)
def test_what_a_variable_holds_is_not_judged(text):
    machine = read(text)
    assert not machine.check().errors
    assert machine.explain()


def test_bare_words_are_written_in_full_and_found():
    machine = read("-device virtio-net-pci,netdev=n0,disable-modern -netdev user,id=n0,noipv6")
    assert machine.argv(check=False)[2].endswith("disable-modern=on")
    assert machine.argv(check=False)[4].endswith("ipv6=off")
    assert "bare-word" in machine.check().codes


def test_what_cannot_be_a_value_is_kept_and_found():
    machine = read("-smp many -m 1G")
    assert machine.argv(check=False)[1:] == ["-smp", "many", "-m", "1G"]
    (error,) = machine.check().errors
    assert (error.code, error.field) == ("value-not-read", "cpus")


@pytest.mark.parametrize(
    ("argv", "pointed"),
    [
        (["qemu-system-x86_64", "-m"], "-m"),
        (["qemu-system-x86_64", "-smp", "4,x", "-S"], "x"),
        (["qemu-system-x86_64", "-device", '{"driver":}'], "}"),
    ],
)
def test_an_error_points_at_the_word(argv, pointed):
    with pytest.raises(CommandSyntaxError) as caught:
        Machine.from_argv(argv)
    error = caught.value
    start, end = error.where
    assert error.source[start:end].strip("'") == pointed
    line, marker = str(error).splitlines()[-2:]
    assert line[marker.index("^")] == error.source[end - 1]


def test_strict_refuses_what_is_not_known_and_offers_the_nearest():
    with pytest.raises(CommandSyntaxError, match="did you mean '-enable-kvm'"):
        Machine.from_argv(["qemu-system-x86_64", "-enable-kwm"], strict=True)


@pytest.mark.parametrize("text", ["", "ls -l", "# qemu-system-x86_64 -m 1G"])
def test_a_text_without_qemu_is_refused(text):
    with pytest.raises(CommandSyntaxError, match="no command here runs QEMU"):
        Machine.from_command(text)


def test_an_empty_argv_is_refused():
    with pytest.raises(CommandSyntaxError):
        Machine.from_argv([])


def test_a_process_that_is_no_qemu():
    with subprocess.Popen(["sh", "-c", "read line"], stdin=subprocess.PIPE) as process:
        with pytest.raises(CommandSyntaxError, match="no QEMU"):
            Machine.from_pid(process.pid)
        process.stdin.close()
