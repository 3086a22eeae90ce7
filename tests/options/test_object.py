"""``-object``: what is written, what is refused, what is found."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import pytest

from qemubuild.claims import OBJECT, Backend, Defines, Opens, Password
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.object import (
    MemoryBackendFile,
    MemoryBackendMemfd,
    MemoryBackendRam,
    Object,
    Secret,
)

PC = Machine("x86_64").memory("1G")


def ram(**keys):
    """A machine with a memory backend."""
    return PC.memory_backend_ram("a", size="64M", **keys)


EXAMPLES = {
    "secret-base64": (
        PC.secret("a", data="pass word", format="base64"),
        PC.secret("a", data="cGFzcyB3b3Jk", format="base64"),
    ),
    "secret-key-later": (
        PC.secret("a", file="a.aes", keyid="b", iv="AAAAAAAAAAAAAAAAAAAAAA==").secret(
            "b", file="b"
        ),
        PC.secret("b", file="b").secret(
            "a", file="a.aes", keyid="b", iv="AAAAAAAAAAAAAAAAAAAAAA=="
        ),
    ),
    "memory-backend-align": (
        PC.memory_backend_file("a", size="1G", mem_path=".", align=3),
        PC.memory_backend_file("a", size="1G", mem_path=".", align="2M"),
    ),
    "memory-backend-rom-writable": (
        PC.memory_backend_file("a", size="1G", mem_path=".", rom="on"),
        PC.memory_backend_file("a", size="1G", mem_path=".", rom="on", readonly=True),
    ),
    "memory-backend-size-uneven": (
        PC.memory_backend_memfd("a", size=4097),
        PC.memory_backend_memfd("a", size=8192),
    ),
    "object-incomplete": (PC.object("iothread"), PC.object("iothread", id="io0")),
    "memory-backend-policy-missing": (ram(host_nodes=0), ram(host_nodes=0, policy="bind")),
    "memory-backend-nodes-missing": (ram(policy="bind"), ram(policy="default")),
    "memory-backend-prealloc-unreserved": (ram(prealloc=True, reserve=False), ram(prealloc=True)),
    "memory-backend-hugetlb-off": (
        PC.memory_backend_memfd("a", size="64M", hugetlbsize="2M"),
        PC.memory_backend_memfd("a", size="64M", hugetlbsize="2M", hugetlb=True),
    ),
    "object-property-value": (
        PC.object("iothread", {"poll-max-ns": -1}, id="io0"),
        PC.object("iothread", {"poll-max-ns": 0}, id="io0"),
    ),
    "secret-source": (PC.secret("s"), PC.secret("s", file="password.txt")),
    "secret-in-sight": (PC.secret("s", data="pw"), PC.secret("s", file="password.txt")),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (MemoryBackendRam("ram0", size="4G"), "memory-backend-ram,id=ram0,size=4G"),
        (
            MemoryBackendRam("a", size=4096, share=True, policy="bind", host_nodes=[0, (2, 3)]),
            "memory-backend-ram,id=a,size=4096,share=on,policy=bind,host-nodes=0,host-nodes=2-3",
        ),
        (
            MemoryBackendFile("a", size="1G", mem_path=Path("/dev/huge,pages"), align="2M"),
            "memory-backend-file,id=a,size=1G,mem-path=/dev/huge,,pages,align=2M",
        ),
        (
            MemoryBackendMemfd("a", size="1G", hugetlb=True, hugetlbsize="2M", seal=False),
            "memory-backend-memfd,id=a,size=1G,hugetlb=on,hugetlbsize=2M,seal=off",
        ),
        (Secret("s", file="/etc/pass,word"), "secret,id=s,file=/etc/pass,,word"),
        (Secret("s", data="a=b", format="raw"), "secret,id=s,data=a=b,format=raw"),
        (Object("iothread", id="io0"), "iothread,id=io0"),
        (
            Object("rng-random", {"filename": "/dev/urandom"}, id="r"),
            "rng-random,filename=/dev/urandom,id=r",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-object", value)
    assert Object.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize(
    "make",
    [
        lambda: MemoryBackendRam("a", size="0"),
        lambda: MemoryBackendRam("a", size="4GB"),
        lambda: MemoryBackendRam("0a", size="4G"),
        lambda: MemoryBackendRam("a", size="4G", prealloc_threads=0),
        lambda: MemoryBackendRam("a", size="4G", policy="bnd"),
        lambda: MemoryBackendFile("a", size="4G", mem_path=""),
        lambda: Secret("s", data="x", format="hex"),
        lambda: Object({"a": 1}, id="o"),
        lambda: Object("throttle-group", id="o", limits={"bps-total": math.nan}),
    ],
)
def test_what_can_never_be_right_is_refused(make):
    with pytest.raises(InvalidOption, match="-object"):
        make()


def test_the_generic_form_is_judged_as_the_typed_one():
    generic = PC.object("memory-backend-ram", id="a", size="64M", policy="bind")
    found = generic.check()
    assert found.codes == ("memory-backend-nodes-missing",)
    assert found[0].option is generic.options[-1]
    assert Object("memory-backend-ram", id="a", size="64M").explain().startswith("Sets 64 MiB")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (Object("memory-backend-ram", id="a"), "no size="),
        (Object("memory-backend-file", id="a", size="1G"), "no mem-path="),
        (Object("iothread"), "no id"),
    ],
)
def test_what_is_missing(option, message):
    (found,) = PC.add(option).check().errors
    assert found.code == "object-incomplete"
    assert message in found.message


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        (PC.object("iothread", id="1bad"), "id-malformed"),
        (PC.object("iothread", id="a").memory_backend_ram("a", size="1M"), "id-doubled"),
        (PC.secret("s", data="x", keyid="k", iv="x"), "id-undefined"),
        (PC.add(Object.parse("memory-backend-ram,id=a,size=0")), "value-not-read"),
    ],
)
def test_ids_and_values(machine, code):
    assert machine.check().codes == (code,)


@pytest.mark.parametrize(
    "text", ["memory-backend-ram,id=$ID,size=$SIZE", "secret,id=s,file=$F", "$T"]
)
def test_what_cannot_be_read_is_kept(text):
    option = Object.parse(text)
    assert option.words == ("-object", text)
    assert option.explain()
    PC.add(option).check()


@pytest.mark.parametrize(
    ("option", "claims"),
    [
        (MemoryBackendRam("a", size="1K"), [Defines(OBJECT, "a"), Backend("a", 1024)]),
        (Object("iothread", id="io0"), [Defines(OBJECT, "io0")]),
        (Secret("s", file="f"), [Defines(OBJECT, "s"), Opens("f", "secret")]),
        (Secret("s", data="pw"), [Defines(OBJECT, "s"), Password("s", b"pw")]),
    ],
)
def test_claims(option, claims):
    assert list(option.claims()) == claims


def test_json_is_written_as_json_and_judged_all_the_same():
    text = '{"qom-type": "memory-backend-ram", "id": "a", "size": 4096, "policy": "bind"}'
    machine = PC.add(Object.parse(text))
    assert machine.options[-1].words[1].startswith("{")
    assert list(machine.options[-1].claims()) == [Defines(OBJECT, "a"), Backend("a", 4096)]
    assert machine.check().codes == ("memory-backend-nodes-missing",)


def test_explain_keeps_the_secret():
    assert "hunter2" not in Secret("s", data="hunter2").explain()
    assert "/etc/pw" in Secret("s", file="/etc/pw").explain()


@pytest.mark.parametrize(
    ("option", "key"),
    [
        (Object("iothread", {"thread-pool-max": 0}, id="a"), "thread-pool-max"),
        (Object("iothread", {"thread-pool-min": 65}, id="a"), "thread-pool-min"),
        (Object("throttle-group", {"x-iops-total": -1}, id="a"), "x-iops-total"),
        (Object("throttle-group", {"x-bps-total": 1, "x-bps-read": 1}, id="a"), "x-bps-read"),
        (Object("throttle-group", {"x-iops-read-max": 1}, id="a"), "x-iops-read-max"),
        (Object("cryptodev-backend-builtin", queues=2, id="a"), "queues"),
        (Object("memory-backend-shm", share=False, size="1G", id="a"), "share"),
        (Object("filter-dump", netdev="n", file="f", status="x", id="a"), "status"),
        (Object("filter-dump", netdev="n", file="f", position="x", id="a"), "position"),
    ],
)
def test_what_an_object_refuses(option, key):
    machine = PC.netdev("user", id="n").add(option)
    found = [(one.code, one.field) for one in machine.check().errors]
    assert found == [("object-property-value", key)]


@pytest.mark.parametrize(
    "option",
    [
        Object("iothread", {"thread-pool-min": 5, "thread-pool-max": 5}, id="a"),
        Object("throttle-group", {"x-iops-total": 5, "x-iops-total-max": 9}, id="a"),
        Object("throttle-group", {"x-bps-total": 0, "x-bps-read": 1}, id="a"),
        Object("filter-dump", netdev="n", file="f", status="off", position="tail", id="a"),
        Object("iothread", {"poll-max-ns": "$NS"}, id="a"),
    ],
)
def test_what_an_object_takes(option):
    assert PC.netdev("user", id="n").add(option).check().ok


def test_objects_refer_to_networks_and_places():
    dump = Object("filter-dump", netdev="n", file="f", id="a")
    assert PC.add(dump).check().errors[0].code == "id-undefined"
    assert PC.net("user", id="n").add(dump).check().ok
    egd = Object("rng-egd", chardev="c", id="a")
    assert PC.add(egd).check().errors[0].code == "id-undefined"
    assert PC.add(egd).chardev("null", id="c").check().ok
