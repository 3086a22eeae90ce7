"""Reading whole command lines: what becomes of each word, and where an error points."""

from __future__ import annotations

import re
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


WRAPPED = """
sudo -E -u kvm Q
sudo -- Q
sudo --user=me --preserve-env=DISPLAY Q
nohup Q &
exec Q
time -p Q
timeout -k 5 --foreground -s KILL 10s Q
taskset 0xf Q
numactl -N 0 -m 0 Q
ionice -c2 -n7 Q
nice -10 Q
setsid -f Q
stdbuf -o L -e 0 Q
/usr/bin/env -i -u HOME VAR=x Q
env -S "Q"
gdb -q -ex run --args Q
gdb -ex 'handle SIGUSR1 nostop' -x cmds --args Q
strace -f -o out Q
strace -fe trace=open Q
valgrind --leak-check=full Q
perf stat -e cycles Q
perf record -g -- Q
unshare -rn Q
firejail --net=none Q
cgexec -g cpu:qemu Q
chrt -f 99 Q
systemd-run --user --scope -p MemoryMax=2G Q
docker run --rm -it --device /dev/kvm -v $PWD:/w image Q
docker run --rm image sh -c 'Q'
podman run image Q
xvfb-run --server-args='-screen 0 1024x768x24' Q
screen -dmS name Q
tmux new-session -d -s vm 'Q'
tmux send-keys -t vm "Q" Enter
bash -xec 'cd x && exec Q >log'
sudo sh -c "bash -c 'Q'"
su - user -c 'Q'
bash -c 'exec "$@"' _ Q
ssh -t -p 22 me@host 'sudo Q'
ssh host Q
xterm -e Q
ip netns exec ns Q
ExecStart=/usr/bin/Q
start-stop-daemon --start --exec /usr/bin/qemu-system-x86_64 -- -m 1G
alias vm='Q'
me 1234 0.0 1.2 ? Sl 10:00 0:01 Q
echo q | Q
cat <<EOF | Q
info 'it
EOF
a && b || Q ; c
Q |& tee log
>log Q
if [ -f x ]; then Q; fi
if x; then a; else Q; fi
if ! Q; then x; fi
while true; do Q; done
for i in 1 2; do Q; done
run() { Q; }
function run { Q; }
( Q )
case $x in a|b) Q ;; esac
out=$(Q)
echo "$(Q)"
out=`Q`
eval "Q"
cat >run.sh <<'EOF'
#!/bin/sh
Q
EOF
ssh host <<EOF
Q
EOF
user@host:~$ Q
[me@host ~]# Q
# Q
> Q
C:\\qemu> Q
```sh
$ Q
```
`Q`
Don't do this:
  Q
QEMU=qemu-system-x86_64; "$QEMU" -m 1G
QEMU=qemu-system-x86_64; MEM=1G; $QEMU -m $MEM
CMD="Q"; $CMD
ARGS=(-m); ARGS+=(1G); qemu-system-x86_64 "${ARGS[@]}"
cmd=(Q); "${cmd[@]}"
${QEMU:-qemu-system-x86_64} -m 1G
`which qemu-system-x86_64` -m 1G
sudo $(command -v qemu-system-x86_64) -m 1G
which qemu-system-x86_64; Q
command -v qemu-system-x86_64 && Q
sudo apt install qemu-system-x86 qemu-kvm; Q
modprobe kvm && cd qemu && Q
qemu-system-x86_64 --version; Q
qemu is an emulator; Q
run: Q
@Q
qemu-system-x86_64 ^
-m 1G
"""


def one_by_one(text):
    """The lines of a table; those up to the word that ends them are one."""
    found, last = [], None
    for line in text.strip().splitlines():
        if last is None:
            found.append(line)
            mark = re.search(r"<<'?(\w+)|^(```)|(\^$|this:$)", line)
            last = mark and (mark[1] or mark[2] or line)
        else:
            found[-1] += f"\n{line}"
            if line == last or not re.fullmatch(r"\w+|```", last):
                last = None
    return found


@pytest.mark.parametrize("text", one_by_one(WRAPPED))
def test_whatever_is_wrapped_around_qemu(text):
    text = re.sub(r"\bQ\b", "qemu-system-x86_64 -m 1G", text)
    machine = Machine.from_command(text)
    assert machine.argv(check=False)[1:] == ["-m", "1G"]
    assert machine.arch == "x86_64"


@pytest.mark.parametrize(
    ("program", "arch"),
    [
        ("kvm", ""),
        ("/usr/libexec/qemu-kvm", ""),
        ("kvm-spice", ""),
        ("qemu-system-x86_64-headless", "x86_64"),
        ("qemu-system-arm-8.2", "arm"),
        ("~/qemu/build/qemu-system-riscv64", "riscv64"),
        ("'/opt/my qemu/qemu-system-x86_64'", "x86_64"),
        ("$QEMU_DIR/qemu-system-x86_64", "x86_64"),
        ('"C:\\Program Files\\qemu\\qemu-system-x86_64w.exe"', "x86_64"),
        (".\\qemu-system-aarch64.exe", "aarch64"),
    ],
)
def test_the_programs_of_qemu(program, arch):
    machine = Machine.from_command(f"{program} -m 1G")
    assert machine.argv(check=False)[1:] == ["-m", "1G"]
    assert (machine.arch, machine.binary) == (arch, program.strip("'\""))


@pytest.mark.parametrize(
    ("text", "pointed", "hint"),
    [
        ("qemu-system-x86_64 \u2013m 1G", "\u2013", "type '-'"),
        ("qemu-system-x86_64 -append \u201ca b\u201d", "\u201c", "type '\"'"),
        ("qemu-system-x86_64 -hda file=\u2018a\u2019", "\u2018", 'type "\'"'),
        ("qemu-system-x86_64\u00a0-m 1G", "\u00a0", "type ' '"),
        ("\u200bqemu-system-x86_64 -m 1G", "\u200b", "quote the word"),
        ("qemu-system-x86_64 -append &quot;a b&quot;", "&quot;", "html.unescape"),
        ("qemu-system-x86_64 -m 1G -name a\0b", "a\0b", "from_argv"),
        ("cd x; qemu-img create -f qcow2 a 1G", "qemu-img", "DiskImage.from_argv"),
        ("$QEMU -m 1G", "$QEMU", "env={'QEMU': ...}"),
        ("qemu-system-x86_64 -name 'a\nqemu-system-arm", "'", "second '"),
    ],
)
def test_what_is_no_shell_command_is_refused_with_what_to_write(text, pointed, hint):
    with pytest.raises(CommandSyntaxError) as caught:
        Machine.from_command(text)
    start, end = caught.value.where
    assert caught.value.source[start:end] == pointed
    assert hint in caught.value.hint


def test_odd_characters_that_are_quoted_are_meant():
    text = "qemu-system-x86_64 -name '\u2013m' -append \"\u201ca\u201d\" -hda caf\u00e9\u2013x.img"
    assert Machine.from_command(text).argv(check=False)[2::2] == [
        "\u2013m", "\u201ca\u201d", "caf\u00e9\u2013x.img",
    ]  # fmt: skip


def test_what_was_dropped_is_kept_as_often_as_it_was_given():
    argv = ["qemu", "-redir", "tcp:80::80", "-redir", "tcp:22::22", "-soundhw", "hda"]
    assert Machine.from_argv(argv).argv(check=False) == argv


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
    # They are no fault of the same machine that was read as it is written now.
    again = Machine.from_argv(machine.argv())
    assert again == machine
    assert "bare-word" not in again.check().codes
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


@pytest.mark.parametrize(
    ("text", "line", "under"),
    [
        ("qemu-system-x86_64\t-smp\t4,x -S", "qemu-system-x86_64\t-smp\t4,x -S", "x"),
        ("qemu-system-x86_64 -S -name a\\\nb,=c\n-S", "qemu-system-x86_64 -S -name a\\", None),
        (f"qemu-system-x86_64 -append {'a ' * 9999} -smp 4,x", None, "x"),
        (f"qemu-system-x86_64 -smp 4,x -append '{'a ' * 9999}'", None, "x"),
        ("qemu-system-x86_64 -append 'it", "qemu-system-x86_64 -append 'it", "'"),
    ],
)
def test_an_error_is_drawn_below_its_line(text, line, under):
    try:
        machine = Machine.from_command(text)
    except CommandSyntaxError as error:
        drawn, marker = str(error).splitlines()[-2:]
        assert len(drawn) < 200
        assert line is None or drawn.strip() == line
        assert drawn[len(marker) - 1] == under
        assert marker.replace("\t", " ").strip(" ~") == "^"
    else:
        assert under is None
        assert machine.options


def test_strict_refuses_what_is_not_known_and_offers_the_nearest():
    with pytest.raises(CommandSyntaxError, match="did you mean '-enable-kvm'"):
        Machine.from_argv(["qemu-system-x86_64", "-enable-kwm"], strict=True)


@pytest.mark.parametrize("text", ["", "ls -l", "set -e\n# qemu-system-x86_64 -m 1G"])
def test_a_text_without_qemu_is_refused(text):
    with pytest.raises(CommandSyntaxError, match="no command here runs QEMU"):
        Machine.from_command(text)


@pytest.mark.parametrize("before", [["sudo", "-u", "kvm"], ["docker", "run", "image"], ["./vm.sh"]])
def test_what_is_wrapped_around_an_argv_is_left_out(before):
    argv = ["qemu-system-x86_64", "-m", "1G"]
    assert Machine.from_argv([*before, *argv]).argv() == argv


def test_an_argv_of_qemu_img_is_pointed_to_where_it_is_read():
    with pytest.raises(CommandSyntaxError, match="DiskImage"):
        Machine.from_argv(["qemu-img", "create", "a.img", "1G"])


def test_an_empty_argv_is_refused():
    with pytest.raises(CommandSyntaxError):
        Machine.from_argv([])


def test_a_process_that_is_no_qemu():
    with subprocess.Popen(["sh", "-c", "read line"], stdin=subprocess.PIPE) as process:
        with pytest.raises(CommandSyntaxError, match="no QEMU"):
            Machine.from_pid(process.pid)
        process.stdin.close()
