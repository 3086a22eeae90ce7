"""What the real QEMU refuses of firmware, process, sharing and sound is what a check finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.option import REGISTRY
from tests.real.judge import Monitor, refusal

if TYPE_CHECKING:
    from pathlib import Path

PC = Machine("x86_64").accel("tcg").memory("64M").nodefaults()
UUID = "7b10d7af-b932-4c66-b2c3-3996152ec465"
TLS = "tls-cipher-suites,id=x,priority=NORMAL"
SECRET = "secret,id=s,data=x"

# A line for each command line: the options that are judged, as people write them.
LINES = """
-smbios type=0,vendor=a,version=b,date=c,release=1.2,uefi=on
-smbios type=0,release=1
-smbios type=0,release=300.1
-smbios type=0,release=1.2x
-smbios type=0,release=-1.2
-smbios type=0,release=1.b
-smbios type=0,serial=1
-smbios type=0,uefi=1
-smbios type=0,uefi=yes
-smbios type=1,uuid={UUID},serial=a,,b,manufacturer=,product=x,version=y,sku=z,family=f
-smbios type=1,uuid=x
-smbios type=1,uuid={{{UUID}}}
-smbios type=1,asset=x
-smbios type=1,serial
-smbios type=0x1,serial=x
-smbios type=01,serial=x
-smbios type=1x,serial=x
-smbios type=x
-smbios type=2,location=x,asset=y
-smbios type=3,sku=x
-smbios type=3,product=x
-smbios type=4,max-speed=65535,current-speed=1,sock_pfx=a,part=b
-smbios type=4,max-speed=65536
-smbios type=4,processor-id=18446744073709551615
-smbios type=4,processor-id=x
-smbios type=8,internal_reference=a,external_reference=b,connector_type=256,port_type=2
-smbios type=8,connector_type=x
-smbios type=11,value=a,value=b,path=text
-smbios type=11
-smbios type=11,serial=x
-smbios type=17,speed=65536,loc_pfx=a,bank=b
-smbios type=17,speed=x
-smbios type=41,designation=a,kind=ethernet,instance=1,pcidev=v0 -device virtio-balloon-pci,id=v0
-smbios type=41,designation=a,pcidev=v1
-smbios type=41,kind=foo
-smbios type=41,kind=other,instance=256
-smbios type=5,vendor=x
-smbios type=200
-smbios vendor=x
-smbios file=blob
-smbios file=blob,type=1
-smbios type=0,vendor=a -smbios type=0,version=b -smbios type=1,serial=c
-acpitable sig=TEST,file=blob
-acpitable blob
-acpitable data=blob:text,sig=ABCDE,rev=1,oem_id=abcdefg,oem_rev=1,asl_compiler_rev=2
-acpitable data=blob,oem_table_id=123456789,asl_compiler_id=12345
-acpitable data=blob,rev=256
-acpitable data=blob,oem_rev=4294967296
-acpitable data=blob,file=blob
-acpitable sig=ABCD
-acpitable sig=ABCD,data=
-fw_cfg name=opt/a,string=x
-fw_cfg opt/a,file=text
-fw_cfg a,string=x
-fw_cfg opt/a,string=x,file=text
-fw_cfg opt/a
-fw_cfg string=x
-fw_cfg opt/a,string=
-fw_cfg opt/a,file=
-fw_cfg opt/a,string=x -fw_cfg opt/a,string=y
-fw_cfg opt/a,string=x -fw_cfg opt/b,string=x
-fw_cfg opt/a,gen_id=x
-fw_cfg etc/a,gen_id=x -object {TLS}
-fw_cfg name=opt/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,string=y
-fw_cfg name=opt/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,string=y
-option-rom blob
-option-rom romfile=blob,bootindex=-1
-option-rom bootindex=1
-option-rom blob,bootindex=x
-option-rom blob -option-rom ./blob
-option-rom blob -option-rom text
-sandbox on
-sandbox off,spawn=deny
-sandbox spawn=deny
-sandbox on,obsolete=deny,elevateprivileges=children,spawn=deny,resourcecontrol=deny
-sandbox on,spawn=children
-sandbox on,elevateprivileges=foo
-sandbox maybe
-sandbox yes
-overcommit mem-lock=off,cpu-pm=on
-overcommit mem-lock=maybe
-action reboot=shutdown,shutdown=pause,panic=none,watchdog=inject-nmi
-action panic=exit-failure -action watchdog=debug
-action reboot=none
-action shutdown=reset
-action panic=run
-compat deprecated-input=reject,deprecated-output=hide,unstable-input=crash
-compat deprecated-output=crash
-compat deprecated-input=foo
-compat deprecated-input
-compat {{"deprecated-input":"reject"}}
-compat {{"deprecated-input":"foo"}}
-compat {{"deprecated-input":1}}
-compat {{
-spice port=5930,addr=127.0.77.1,disable-ticketing=on
-spice port=5930,addr=127.0.77.2
-spice port=5930,addr=127.0.77.3,password=abc
-spice port=5930,addr=127.0.77.4,password-secret=s -object {SECRET}
-spice port=5930,addr=127.0.77.5,password-secret=s
-spice port=5930,addr=127.0.77.6,password=a,password-secret=s -object {SECRET}
-spice disable-ticketing=on
-spice port=65536,disable-ticketing=on
-spice port=0,disable-ticketing=on
-spice port=-1,disable-ticketing=on
-spice port=x,disable-ticketing=on
-spice unix=on,addr=spice.sock,port=1,disable-ticketing=on
-spice port=5930,addr=127.0.77.7,tls-port=5930,disable-ticketing=on
-spice port=5930,addr=127.0.77.8,disable-ticketing=on,image-compression=foo
-spice port=5930,addr=127.0.77.9,disable-ticketing=on,streaming-video=foo
-spice port=5930,addr=127.0.77.10,disable-ticketing=on,jpeg-wan-compression=foo
-spice port=5930,addr=127.0.77.11,disable-ticketing=on,tls-channel=main
-spice port=5930,addr=127.0.77.12,disable-ticketing=on,plaintext-channel=foo
-spice port=5930,addr=127.0.77.13,disable-ticketing=on,plaintext-channel=main
-spice port=5930,addr=127.0.77.14,disable-ticketing=on,gl=on
-spice port=5930,addr=127.0.77.15,image-compression=auto_lz,agent-mouse=off,sasl=on
-spice port=5930,addr=127.0.77.16,disable-ticketing=on -spice image-compression=off
-tpmdev emulator,id=t
-tpmdev emulator,chardev=c -chardev null,id=c
-tpmdev emulator,id=t,chardev=c
-tpmdev simulator,id=t
-tpmdev id=t
-device tpm-tis,tpmdev=t
-iscsi initiator-name=iqn.2000-01.a:b,header-digest=crc32c-none,timeout=5
-iscsi user=a,password=b
-iscsi user=a,password-secret=s
-iscsi timeout=x
-iscsi id=iqn.a:b,user=x
-iscsi id=a -iscsi id=a
-iscsi id=a -iscsi id=b
-add-fd fd=2,set=1
-add-fd fd=-1,set=1
-add-fd set=1
-add-fd fd=9
-add-fd fd=9,set=x
-incoming defer
-incoming tcp:127.0.77.21:4444
-incoming tcp:127.0.77.22:4444,to=4450
-incoming tcp:127.0.77.23:4444,to=4440
-incoming tcp:127.0.77.24
-incoming tcp:127.0.77.25:
-incoming unix:a,b=c.sock
-incoming unix:
-incoming unix
-incoming exec:cat
-incoming fd:
-incoming Defer
-incoming foo:bar
-fsdev local,id=f,path=folder,security_model=none -device virtio-9p-pci,fsdev=f,mount_tag=t
-fsdev local,id=f,path=folder,security_model=none
-fsdev local,id=f,path=folder
-fsdev local,id=f,security_model=none
-fsdev local,path=folder,security_model=none
-fsdev local,id=f,path=folder,security_model=foo
-fsdev local,id=f,path=folder,security_model=mapped
-fsdev local,id=f,path=folder,security_model=mapped-file,fmode=0600,dmode=0700
-fsdev local,id=f,path=folder,security_model=mapped-file,fmode=99
-fsdev local,id=f,path=folder,security_model=mapped-file,fmode=0888
-fsdev local,id=f,path=folder,security_model=none,fmode=0600
-fsdev local,id=f,path=folder,security_model=passthrough,dmode=0700
-fsdev local,id=f,path=folder,security_model=none,writeout=immediate,readonly=on,multidevs=remap
-fsdev local,id=f,path=folder,security_model=none,readonly
-fsdev local,id=f,path=folder,security_model=none,readonly=1
-fsdev local,id=f,path=folder,security_model=none,multidevs=foo
-fsdev local,id=f,path=folder,security_model=none,socket=x
-fsdev local,id=f,path=folder,security_model=none,throttling.bps-total=1M
-fsdev local,id=f,path=folder,security_model=none,throttling.bps-total=9,throttling.bps-read=9
-fsdev local,id=f,path=folder,security_model=none,throttling.bps-write-max=9
-fsdev local,id=f,path=folder,security_model=none,throttling.bps-total=9,throttling.bps-total-max=90
-fsdev local,id=f,path=folder,security_model=none,throttling.bps-total=9,throttling.bps-total-max=5
-fsdev local,id=f,path=folder,security_model=none,throttling.iops-size=4096
-fsdev local,id=f,path=folder,security_model=none,throttling.iops-read-max-length=0
-fsdev synth,id=f,readonly=on
-fsdev synth,id=f,path=x
-fsdev synth,id=f,writeout=immediate
-fsdev synth,id=f,fmode=0600
-fsdev synth,id=f,throttling.bps-total=9
-fsdev proxy,id=f,socket=x
-fsdev proxy,id=f,sock_fd=3
-fsdev proxy,id=f
-fsdev proxy,id=f,sock_fd=3,socket=x
-fsdev proxy,id=f,socket=x,path=y
-fsdev proxy,id=f,socket=x,fmode=0600
-fsdev foo,id=f
-fsdev id=f
-fsdev synth,id=1f
-fsdev synth,id=f -fsdev synth,id=f
-device virtio-9p-pci,fsdev=f,mount_tag=t
-virtfs local,path=folder,mount_tag=t,security_model=none
-virtfs local,path=folder,mount_tag=t,security_model=none,fmode=0600,multidevs=forbid,readonly=on
-virtfs local,path=folder,mount_tag=t
-virtfs local,path=folder,security_model=none
-virtfs local,mount_tag=t,security_model=none
-virtfs local,path=folder,mount_tag=1t,security_model=none
-virtfs local,path=folder,mount_tag=1t,id=t,security_model=none
-virtfs local,path=folder,mount_tag=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,security_model=none
-virtfs local,path=folder,mount_tag=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,security_model=none
-virtfs local,path=folder,mount_tag=t,security_model=none,fmode=abc
-virtfs local,path=folder,mount_tag=t,security_model=none,socket=x
-virtfs synth,mount_tag=t -virtfs synth,mount_tag=t
-virtfs synth,mount_tag=t,id=a -virtfs synth,mount_tag=t,id=b
-virtfs synth,mount_tag=t,id=a -fsdev synth,id=a
-virtfs synth,mount_tag=t,writeout=immediate
-virtfs synth,mount_tag=t,fmode=0600
-virtfs synth,path=x,mount_tag=t
-virtfs foo,mount_tag=t
-virtfs mount_tag=t
-audio none,model=hda
-audio driver=none,model=ac97,id=x,out.frequency=44100
-audio none,model=foo
-audio model=hda
-audio none,model=hda -audio none,model=ac97
-audio none,model=hda -audiodev none,id=audio0
""".strip().format(UUID=UUID, TLS=TLS, SECRET=SECRET)

# What not every QEMU refuses, and so is a warning that names the version.
NEWER = """
-smbios type=9,slot_designation=a
-smbios type=4,processor-family=2
-overcommit mem-lock=on-fault
-run-with async-teardown=on
-run-with chroot=/,user=nobody
-spice disable-ticketing=on,max-refresh-rate=60
-incoming file:text
-incoming {"channel-type":"main","addr":{"transport":"exec","args":["true"]}}
-audio none
-audio none,model=virtio
""".strip()


def given(line: str) -> Machine:
    """The machine with the options of a line."""
    machine = PC
    for option in f" {line}".split(" -")[1:]:
        flag, _, value = option.partition(" ")
        machine = Machine(machine.binary, [*machine.options, REGISTRY[f"-{flag}"].parse(value)])
    return machine


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the files of all lines are."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "blob").write_bytes(bytes(range(1, 100)))
    (tmp_path / "text").write_text("hello")
    return tmp_path


@pytest.mark.parametrize("line", LINES.splitlines())
def test_what_qemu_refuses_is_refused_or_an_error(line: str, place: Path):
    words = f" {line}".split(" -")[1:]
    asked = [word for option in words for word in f"-{option}".split(" ", 1)]
    refused = refusal([*PC.argv(), *asked], cwd=place)
    try:
        machine = given(line)
        ours = not machine.check().ok
    except (CommandSyntaxError, InvalidOption):
        ours = True
    else:
        assert (refusal(machine.argv(check=False), cwd=place) is None) == (refused is None)
    assert ours == (refused is not None), refused


@pytest.mark.parametrize("line", NEWER.splitlines())
def test_what_came_later_is_a_warning(line: str, place: Path):
    machine = given(line)
    assert refusal(machine.argv(), cwd=place) is not None
    assert {"key-newer", "option-newer"} & {*machine.check().codes}


def test_an_open_file_is_handed_over(place: Path):
    machine = PC.add_fd(fd=9, set=1).fw_cfg("opt/a", file="/dev/fdset/1").add_fd(fd=9, set=2)
    shell = ["sh", "-c", 'exec "$0" "$@" 9<text']
    assert machine.check().ok
    assert "fdset" in (refusal([*shell, *machine.argv()], cwd=place) or "")  # no image, so not read
    assert refusal([*shell, *machine.without(type(machine.options[-2])).argv()], cwd=place) is None


def test_spice_listens_where_it_is_told(place: Path):
    machine = PC.spice(port=5931, addr="127.0.77.30", disable_ticketing=True)

    def ask(monitor: Monitor) -> None:
        told = monitor.execute("query-spice")
        assert (told["host"], told["port"], told["auth"]) == ("127.0.77.30", 5931, "none")

    assert refusal(machine.argv(), cwd=place, ask=ask) is None


def test_the_machines_uuid_is_that_of_its_table():
    def ask(monitor: Monitor) -> None:
        assert monitor.execute("query-uuid") == {"UUID": UUID}

    assert refusal(PC.smbios_system(uuid=UUID).argv(), ask=ask) is None
