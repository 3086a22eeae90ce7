"""What a QEMU that was asked says of block devices, objects, networks and such, and their keys."""

from __future__ import annotations

import pytest

from qemubuild import Blockdev, Machine
from qemubuild.capabilities import Qemu
from qemubuild.values import Url

OLD, NEW = Qemu.snapshot("7.2"), Qemu.snapshot("10.0")
PC = Machine("x86_64").memory("1G")
NETWORK = {"id": "n0"}
CARD = PC.device("virtio-net-pci", netdev="n0")
STREAM = {"addr.type": "unix", "addr.path": "/run/n0", **NETWORK}

EXAMPLES = {
    "image-protocol-unknown": (PC.hda(Url("foo:bar")), PC.hda("foo:bar"), OLD),
    "type-not-built-in": (
        CARD.netdev("af-xdp", id="n0", ifname="eth0"),
        CARD.netdev("user", id="n0"),
        OLD,
    ),
    "key-missing": (
        PC.object("rng-egd", id="r0"),
        PC.object("rng-egd", id="r0", chardev="c0").chardev("null", id="c0"),
        OLD,
    ),
    "key-unknown-to-qemu": (
        CARD.netdev("stream", {**STREAM, "reconnect": 5}),
        CARD.netdev("stream", STREAM),
        OLD,
    ),
    "value-unknown-to-qemu": (
        PC.object("iothread", {"poll-max-ns": "32k"}, id="io0"),
        PC.object("iothread", {"poll-max-ns": 32768}, id="io0"),
        OLD,
    ),
    "network-needs-netdev": (
        PC.nic("stream", {"addr.type": "unix", "addr.path": "/run/n0"}),
        CARD.netdev("stream", STREAM),
        OLD,
    ),
}


def errors(machine: Machine, qemu: Qemu) -> list[tuple[str, str]]:
    return [(found.code, found.field) for found in machine.check(qemu=qemu).errors]


def read(text: str) -> Machine:
    return Machine.from_command(f"qemu-system-x86_64 -m 1G {text}")


UNKNOWN, VALUE = "key-unknown-to-qemu", "value-unknown-to-qemu"
FILE = "file,node-name=f0,filename=a.img"


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        (f"-blockdev {FILE},readonly=on", "blockdev-key-of-drive", "readonly"),
        (f"-blockdev {FILE},red-only=on", UNKNOWN, "red-only"),
        (f"-blockdev {FILE},read-only=maybe", VALUE, "read-only"),
        ("-blockdev raw,node-name=d0,file.driver=fle,file.filename=a", "type-not-built-in",
         "file.driver"),
        ("-blockdev raw,node-name=d0,file.driver=file,file.fil=a", UNKNOWN, "file.fil"),
        ('-blockdev \'{"driver":"null-co","node-name":"d0","size":"1"}\'', VALUE, "size"),
        ("-netdev user,id=n0,restrict=maybe", VALUE, "restrict"),
        ("-netdev user,id=n0,restrct=on", UNKNOWN, "restrct"),
        ("-netdev user,id=n0,ipv6-net=fec0::/6x", VALUE, "ipv6-prefixlen"),
        ("-netdev hubport,id=n0,hubid=99999999999", VALUE, "hubid"),
        ("-netdev netmap,id=n0,ifname=eth0", "type-not-built-in", "type"),
        ("-nic user,nett=10.0.0.0/8", UNKNOWN, "nett"),
        ("-net user,nett=10.0.0.0/8", UNKNOWN, "nett"),
        ("-net nic,mac=52:54:00:12:34:56", UNKNOWN, "mac"),
        ("-net hubport,hubid=1", "network-needs-netdev", "driver"),
        ("-object iothread,id=a,pol-max-ns=1", UNKNOWN, "pol-max-ns"),
        ("-object iothred,id=a", "type-not-built-in", "qom-type"),
        ("-object throttle-group,id=a,limits=3", VALUE, "limits"),
        ("-object memory-backend-ram,id=a,size=1M,hots-nodes=0", UNKNOWN, "hots-nodes"),
        ('-object \'{"qom-type":"iothread","id":"a","poll-max-ns":"1"}\'', VALUE, "poll-max-ns"),
        ("-audiodev none,id=a,timer-period=-1", VALUE, "timer-period"),
        ("-audiodev none,id=a,out.dev=x", UNKNOWN, "out.dev"),
        ("-audiodev coreaudio,id=a", "type-not-built-in", "driver"),
        ("-display cocoa", "type-not-built-in", "type"),
        ("-display none,zoom=on", UNKNOWN, "zoom"),
        ("-display vnc=:1,share=ignore,shar=x", UNKNOWN, "extra"),
        ("-chardev null,id=c0,pth=x", UNKNOWN, "pth"),
        ("-chardev null,id=c0,mux=maybe", VALUE, "mux"),
        ("-chardev con,id=c0", "type-not-built-in", "driver"),
        ("-serial unix:/run/s0,server=on,wait=off,wat=on", UNKNOWN, "extra"),
        ("-vnc :1,shar=ignore", UNKNOWN, "extra"),
        ("-rtc bas=utc", UNKNOWN, "extra"),
        ("-rtc base=utc,id=a", UNKNOWN, "extra"),
        ("-name web,proces=x", UNKNOWN, "extra"),
        ("-boot once=c,men=on", UNKNOWN, "extra"),
        ("-smbios type=1,manufacturr=x", UNKNOWN, "extra"),
        ("-drive file=a.img,format=raw,red-only=on", UNKNOWN, "extra"),
        ("-drive file=a.img,format=raw,file.lockin=on", UNKNOWN, "extra"),
        ("-drive file=a.img,format=raw,file.locking=maybe", VALUE, "extra"),
        ("-drive file=a.img,format=qcow2,lazy-refcounts=maybe", VALUE, "extra"),
        ("-drive file=a.img,format=qcow2,overlap-check=on", VALUE, "extra"),
        ("-drive file=a.img,format=qcow2,overlap-check.main-header=x", VALUE, "extra"),
        ("-drive file=a.img,format=qcow2,overlap-check.main=on", UNKNOWN, "extra"),
        ("-drive file=a.img,format=raw,file.discard=all", VALUE, "extra"),
        ("-drive file=a.img,file.lockin=on", UNKNOWN, "extra"),
        ("-drive file=a.img,format=rw", "type-not-built-in", "format"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("qemu", [OLD, NEW], ids=["7.2", "10.0"])
def test_what_no_version_knows(text, code, field, qemu):
    assert (code, field) in errors(read(text), qemu)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("-chardev socket,id=c0,path=/run/c0,reconnect-ms=5", "reconnect-ms"),
        ("-serial unix:/run/s0,reconnect-ms=5", "extra"),
        ("-chardev pty,id=c0,path=/run/pty", ""),
        ("-netdev stream,id=n0,addr.type=unix,addr.path=/run/n0,reconnect-ms=5", "reconnect-ms"),
        (f"-blockdev {FILE},active=off", "active"),
        ("-drive file=a.img,format=raw,active=off,if=none", "extra"),
        ("-overcommit mem-lock=on-fault", "mem_lock"),
        ("-object memory-backend-file,id=a,size=1M,mem-path=a,offset=4k", "offset"),
    ],
)
def test_what_newer_versions_know(text, field):
    machine = read(text)
    assert not {UNKNOWN, VALUE} & set(machine.check(qemu=NEW).codes)
    if field:
        assert field in [found.field for found in machine.check(qemu=OLD).errors]


def test_what_newer_versions_have_dropped():
    assert read("-audiodev sndio,id=a").check(qemu=OLD).ok
    assert errors(read("-audiodev sndio,id=a"), NEW) == [("type-not-built-in", "driver")]
    assert read("-chardev tty,id=c0,path=/dev/ttyS0").check(qemu=OLD).ok
    assert errors(read("-chardev tty,id=c0,path=/dev/ttyS0"), NEW) == [
        ("type-not-built-in", "driver")
    ]


@pytest.mark.parametrize("qemu", [OLD, NEW], ids=["7.2", "10.0"])
@pytest.mark.parametrize(
    "text",
    [
        "-netdev user,id=n0,ipv6-net=fec0::/64,dnssearch=a,dnssearch=b,hostfwd=tcp::5555-:22",
        "-nic none,what=ever",
        "-nic tap,model=e1000,mac=52:54:00:12:34:56,ifname=t0,script=no,sndbuf=1M",
        "-net nic,model=e1000,macaddr=52:54:00:12:34:56 -net user",
        "-object memory-backend-ram,id=a,size=1G,host-nodes=0-1,host-nodes=3,policy=bind",
        "-display default,show-cursor=on",
        "-audiodev none,id=a,out.frequency=44100",
        "-drive file=a.img,format=qcow2,l2-cache-size=4M,file.locking=auto,cache.direct=on",
        "-drive file=a.img,format=qcow2,overlap-check.template=all,backing.driver=null-co",
        "-drive file=nbd://h/x,format=raw,file.reconnect-delay=5",
        "-chardev null,id=c0,path=x",
        "-blockdev quorum,node-name=q,vote-threshold=1,children.0.driver=null-co",
    ],
)
def test_what_every_version_knows(text, qemu):
    codes = read(text).check(qemu=qemu).codes
    assert not {UNKNOWN, VALUE, "key-missing", "type-not-built-in"} & set(codes)


def test_what_has_no_list_is_known_by_version():
    machine = read("-spice port=5930,addr=127.0.0.1,password=secret")
    assert machine.check(qemu=OLD).ok
    assert errors(machine, NEW) == [(UNKNOWN, "password")]


def test_a_module_that_a_snapshot_lacks_may_be_there():
    machine = read("-display gtk")
    assert [str(found.severity) for found in machine.check(qemu=OLD)] == ["warning"]
    assert "qemu-system-gui" in machine.check(qemu=OLD)[0].hint


def test_shell_variables_are_not_judged():
    text = "-netdev user,id=n0,restrict=$RESTRICT -device e1000,netdev=n0 -display $DISPLAY"
    machine = Machine.from_command(f"qemu-system-x86_64 -m 1G {text}")
    assert machine.check(qemu=OLD).ok


def test_no_fault_is_told_twice():
    machine = PC.add(Blockdev("qcow2", node_name="d0"))
    assert errors(machine, OLD) == [("blockdev-incomplete", "file")]
    assert len(errors(read("-netdev sock,id=n0"), OLD)) == 1
    assert len(errors(read("-chardev sock,id=n0"), OLD)) == 1
    assert len(errors(read("-audiodev none"), OLD)) == 1
    assert len(errors(read("-overcommit mem-lock=on-fault"), OLD)) == 1


def test_a_mend_names_what_is_near():
    (found,) = read("-object iothread,id=a,pol-max-ns=1").check(qemu=OLD).errors
    assert "did you mean 'poll-max-ns'?" in found.hint
    (found,) = read("-object iothred,id=a").check(qemu=OLD).errors
    assert "did you mean 'iothread'?" in found.hint
