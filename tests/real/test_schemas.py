"""What the schema of a QEMU says of trees, and a check of options, is what the QEMU itself says."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import islice
from random import Random

import pytest

from qemubuild import Machine, grammar
from qemubuild.capabilities import Qemu
from qemubuild.capabilities.schema import mismatches
from qemubuild.rules.by_qemu.trees import GRAMMARS
from tests.qemus import X86_64
from tests.real.judge import refusal
from tests.trees import Trees, dotted

X86 = [one.parameter() for one in X86_64]
NOTHING = "-machine none -nodefaults -display none".split()
# An id that cannot be, or is taken: QEMU says so after all that it says of a tree.
LAST = {"-blockdev": {"node-name": "0"}, "-netdev": {"id": "n0"}, "-object": {"id": "0"}}
# What QEMU says of a tree before it does anything with it.
_OF_SCHEMAS = re.compile(
    r"Invalid parameter|Parameter '.+' (is missing|expects (?!an identifier)|does not accept|is un)"
)
# And the same of an option.
_SAID_OF_SCHEMAS = re.compile(rf"-\w+ [^:]*: ({_OF_SCHEMAS.pattern})")


class Monitor:
    """A QEMU with nothing in it, which is asked over and over."""

    def __init__(self, qemu: str) -> None:
        argv = [qemu, *NOTHING, "-S", "-qmp", "stdio", "-netdev", "hubport,id=n0,hubid=0"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self.process.stdout.readline()  # the greeting
        self.refused("qmp_capabilities", {})

    def refused(self, command, arguments) -> str:
        said = json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n"
        self.process.stdin.write(said)
        self.process.stdin.flush()
        for line in self.process.stdout:
            answer = json.loads(line)
            if "event" not in answer:
                return answer.get("error", {}).get("desc", "")
        raise EOFError(arguments)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


@pytest.mark.parametrize("flag", LAST)
@pytest.mark.parametrize("qemu", X86)
def test_random_trees_fit_where_qemu_takes_them(qemu, flag):
    about, schema = GRAMMARS[flag], Qemu(qemu).schema
    name = schema[about.root]["arg-type"]
    trees = Trees(schema, name, about.tag, LAST[flag]).random(Random(flag))
    with Monitor(qemu) as monitor:
        for tree in islice(trees, 500):
            if "queues" in tree and flag == "-netdev":
                continue  # of which one kind of network refuses less here, and all of it later
            said = monitor.refused(about.root, tree)
            found = list(mismatches(schema, name, tree, "json", about.integers))
            assert bool(_OF_SCHEMAS.match(said)) == bool(found), (tree, said, found)


@pytest.mark.parametrize("flag", ["-audiodev", "-display", "-object", "-blockdev"])
@pytest.mark.parametrize("qemu", X86)
def test_random_texts_are_refused_where_qemu_refuses_them(qemu, flag):
    about, schema = GRAMMARS[flag], Qemu.snapshot("10.0").schema
    name = str(schema[about.root].get("arg-type"))
    if about.root.startswith("query-"):
        name = schema[about.root]["ret-type"].strip("[]")
    fixed = {"-blockdev": {"node-name": "a"}, "-display": {}}.get(flag, {"id": "a"})
    for tree in islice(Trees(schema, name, about.tag, fixed).random(Random(flag)), 12):
        text = grammar.render(dotted(tree))
        machine = Machine.from_argv([qemu, *NOTHING[:-2], flag, text])
        errors = machine.check(qemu=Qemu(qemu)).errors
        said = refusal(machine.argv(check=False))
        if said is None or _SAID_OF_SCHEMAS.search(said):
            assert (said is None) == (not errors), said or errors


# Each is refused, or not, by each version for what this library knows without looking at a host.
LINES = """
-netdev user,id=n0,what=ever
-netdev user,id=n0,dnssearch=a,dnssearch=b,hostname=a,hostname=b
-netdev user,id=n0,noipv6
-netdev user,id=n0,ipv6-net=fec0::/64
-netdev user,id=n0,ipv6-net=fec0::/6x
-netdev user,id=n0,restrict=maybe
-netdev netmap,id=n0,ifname=x
-netdev af-xdp,id=n0,ifname=x
-netdev vde,id=n0,port=70000
-netdev hubport,id=n0,hubid=-1
-netdev tap,id=n0,sndbuf=1x
-netdev stream,id=n0,addr.type=unix,addr.path=/nosuch,reconnect=1
-netdev stream,id=n0,addr.type=unix,addr.path=/nosuch,reconnect-ms=1
-netdev stream,id=n0
-netdev {"type":"user","id":"n0","hostfwd":["tcp::0-:22"]}
-netdev {"type":"user","id":"1"}
-netdev user,id=1
-netdev user,id=n -netdev hubport,id=h,hubid=0,netdev=n
-netdev user,id=n -netdev hubport,id=h,hubid=0,netdev=n -netdev hubport,id=i,hubid=1,netdev=h
-netdev socket,id=n0
-netdev socket,id=n0,listen=:7001,connect=:7002
-netdev socket,id=n0,listen=127.0.0.1:7001,localaddr=127.0.0.1
-netdev socket,id=n0,udp=127.0.0.1:7001
-netdev socket,id=n0,listen=7001
-netdev vhost-vdpa,id=n0
-netdev tap,id=n0,fd=9,ifname=x
-netdev tap,id=n0,fds=8:9,vhostfd=7
-netdev tap,id=n0,helper=/bin/false,ifname=x
-netdev tap,id=n0,queues=0
-netdev tap,id=n0,vhostfds=8:9,ifname=x,script=no
-netdev dgram,id=n0
-netdev dgram,id=n0,local.type=unix,local.path=u
-netdev dgram,id=n0,local.type=fd,local.str=9,remote.type=unix,remote.path=u
-nic user,what=ever
-nic none,what=ever
-nic stream,addr.type=unix,addr.path=/nosuch
-net none,what=ever
-net nic,vectors=a
-net hubport,hubid=1
-object iothread,id=a,poll-max-ns=1k
-object iothread,id=a,what
-object memory-backend-ram,id=a,size=1M,share
-object memory-backend-ram,id=a,size=1M,rom=on
-object throttle-group,id=a,limits=1
-object authz-list,id=a,rules=x
-object thread-context,id=a,cpu-affinity=0,cpu-affinity=0
-object pef-guest,id=a
-object rng-egd,id=a,chardev=x
-object can-host-socketcan,id=a,if=x,canbus=y
-object filter-dump,id=a,netdev=n,file=dump
-net user,id=n -object filter-dump,id=a,netdev=n,file=/dev/null
-netdev user,id=n -object filter-buffer,id=a,netdev=n,interval=0
-netdev user,id=n -object filter-rewriter,id=a,netdev=n,position=x
-object iothread,id=a,poll-grow=-1
-object iothread,id=a,thread-pool-min=65
-object throttle-group,id=a,x-bps-total=1,x-bps-read=1
-object throttle-group,id=a,x-bps-total=0,x-bps-read=1
-object throttle-group,id=a,x-iops-total-max=5
-object cryptodev-backend-builtin,id=a,queues=2
-object rng-builtin,id=a,opened=on
-object secret,id=a,data=1,loaded=on
-object {"qom-type":"throttle-group","id":"a","limits":{"iops-totl":1}}
-object {"qom-type":"authz-list","id":"a","rules":[{"match":"x","policy":"allow"}]}
-blockdev null-co,node-name=a,size=1k
-blockdev null-co,node-name=a,size=1024,active=off
-blockdev null-co,node-name=a,cache=none
-blockdev null-co,node-name=a,read-only=maybe
-blockdev quorum,node-name=a,vote-threshold=1,children.0.driver=null-co,children.2.driver=null-co
-blockdev quorum,node-name=a,vote-threshold=1,children.0.driver=null-co,children.1.driver=null-co
-blockdev iser,node-name=a
-audiodev none,id=a,out.dev=x
-audiodev none,id=a,timer-period=-1
-audiodev none,id=a,out.voices=2
-audiodev dbus,id=a,nsamples=1
-audiodev coreaudio,id=a
-audiodev sndio,id=a
-audio driver=none,what=ever
-display none,what=ever
-display dbus,p2p=on
-display vnc=none,what=ever
-display cocoa
-chardev null,id=c,what=ever
-chardev null,id=c,path=x
-chardev null,id=c,mux=maybe
-chardev ringbuf,id=c,size=x
-chardev con,id=c
-chardev hub,id=c,chardevs.0=x
-chardev null,id=x -chardev hub,id=c,chardevs.0=x
-chardev mux,id=c,chardev=x -chardev null,id=x
-chardev null,id=x -chardev mux,id=c,chardev=x
-chardev hub,id=c
-chardev socket,id=c,host=a,port=1,path=b
-chardev socket,id=c,path=/nosuch,reconnect=1,reconnect-ms=1
-chardev socket,id=c,path=/nosuch,reconnect=1
-chardev socket,id=c,path=/nosuch,reconnect-ms=1
-chardev pty,id=c,input-path=x
-chardev pty,id=c,tls-creds=x
-drive if=none,driver=null-co,what=ever
-drive if=none,driver=null-co,read-zeroes=maybe
-drive if=none,driver=null-co,size=1k
-drive if=none,driver=null-co,active=off
-drive if=none,driver=null-co,stats-intervals.0=60
-drive if=none,driver=null-co,latency-ns=1k
-drive if=none,driver=null-co,discard=all
-drive if=none,driver=null-co,cache.what=ever
-drive if=none,file=/dev/null,file.driver=what,format=raw
-drive if=none,format=iser,file=x
-rtc base=utc,id=x
-msg timestamp=on,id=x
-msg timestamp=on,id=1
-overcommit mem-lock=maybe
-overcommit cpu-pm=off,id=x
-run-with async-teardown=off,id=x
-fsdev proxy,id=f,socket=/nosuch
-smbios type=1,id=x
-smbios type=1,what=ever
-compat deprecated-input=accept,what=ever
-trace enable=x,id=a
-spice port=0,tls-port=0,what=ever
"""


@pytest.mark.parametrize("text", LINES.strip().splitlines())
@pytest.mark.parametrize("qemu", X86)
def test_a_check_refuses_what_qemu_refuses(qemu, text):
    machine = Machine.from_argv([qemu, *NOTHING, *text.split(" ")])
    errors = machine.check(qemu=Qemu(qemu)).errors
    said = refusal(machine.argv(check=False))
    assert (said is None) == (not errors), said or errors
