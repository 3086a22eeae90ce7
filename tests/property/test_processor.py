"""What is written of processors, memory and boot order is read back as the same."""

from __future__ import annotations

import string

from hypothesis import event, given, settings
from hypothesis import strategies as st

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.option import REGISTRY, Option
from qemubuild.options.accel import Accel
from qemubuild.options.boot import Boot
from qemubuild.options.cpu import Cpu
from qemubuild.options.machine_type import MachineType
from qemubuild.options.numa import NumaCpu, NumaDist, NumaNode
from qemubuild.options.object import MemoryBackendFile, MemoryBackendRam, Object, Secret
from qemubuild.options.smp import Smp
from qemubuild.targets import ACCELERATORS

# What a command line can carry: no NUL, and of the surrogates only those of os.fsdecode().
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.characters(
    min_codepoint=0xDC80, max_codepoint=0xDCFF
)
TEXT = st.text(CHARACTERS)
NAME = st.text(CHARACTERS, min_size=1)
ID = st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,8}", fullmatch=True)
COUNT = st.integers(1, 300)
NODE = st.integers(0, 127)
SIZE = st.builds("{}{}".format, COUNT, st.sampled_from("KMG"))
LETTERS = st.permutations(string.ascii_lowercase[:16]).flatmap(
    lambda letters: st.integers(0, 16).map(lambda count: "".join(letters[:count]))
)
SWITCH = st.booleans()
RANGE = st.tuples(NODE, NODE).map(lambda bounds: (min(bounds), max(bounds)))


def some(make, *required, **optional):
    """An option with some of its keys; ``None`` leaves one out."""
    chosen = {key: st.none() | values for key, values in optional.items()}
    return st.builds(make, *required, **chosen)


OPTIONS = st.one_of(
    some(Smp, cpus=COUNT, maxcpus=COUNT, sockets=COUNT, dies=COUNT, cores=COUNT, threads=COUNT),
    some(
        Accel,
        st.sampled_from(ACCELERATORS),
        tb_size=COUNT,
        split_wx=SWITCH,
        dirty_ring_size=st.sampled_from([0, 1, 4096]),
        device=NAME,
    ),
    some(
        MachineType,
        type=NAME,
        accel=st.lists(st.sampled_from(ACCELERATORS), min_size=1),
        smm=SWITCH | st.just("auto"),
        usb=SWITCH,
        memory_backend=ID,
    ),
    st.builds(
        Cpu,
        st.text(CHARACTERS.filter(lambda character: character != ","), min_size=1),
        st.dictionaries(ID, SWITCH | COUNT),
    ),
    some(
        Boot,
        order=LETTERS,
        once=LETTERS,
        menu=SWITCH,
        splash=NAME,
        splash_time=st.integers(0, 65535),
    ),
    some(NumaNode, nodeid=NODE, cpus=st.lists(RANGE, min_size=1), memdev=ID, mem=SIZE),
    st.builds(NumaDist, NODE, NODE, st.integers(10, 255)),
    some(NumaCpu, NODE, socket_id=NODE, core_id=NODE, thread_id=NODE),
    st.builds(
        MemoryBackendRam, ID, size=SIZE, share=SWITCH, host_nodes=st.none() | st.lists(RANGE)
    ),
    st.builds(MemoryBackendFile, ID, size=SIZE, mem_path=NAME),
    some(Secret, ID, data=TEXT, file=NAME, keyid=ID),
    st.builds(
        Object,
        st.sampled_from(["iothread", "rng-random"]),
        st.dictionaries(ID, SWITCH | TEXT),
    ),
)


@given(OPTIONS)
def test_what_is_written_is_read_back(option: Option):
    again = REGISTRY[option.flag].parse(option.words[1])
    assert again == option
    assert again.words == option.words


@given(OPTIONS, st.sampled_from(["x86_64", "aarch64", "s390x"]))
def test_anything_can_be_judged_and_explained(option: Option, arch: str):
    machine = Machine(arch).add(option)
    machine.check()
    assert option.explain()


# Pieces of these options' grammar, in an order that need not make sense.
WORDS = """
    ,, help node dist cpu cpus nodeid src dst val memory-backend-ram memory-backend-file secret id
    size memdev mem-path host-nodes data kvm tcg accel type virt pc-q35-6.1 host max sockets cores
    maxcpus threads order once menu on dc 1M
""".split()
PIECES = st.sampled_from([*",=-+:?$0348", *WORDS])
FLAGS = st.sampled_from(["-smp", "-cpu", "-numa", "-object", "-machine", "-accel", "-boot"])


@settings(max_examples=1000)
@given(FLAGS, st.lists(PIECES, max_size=12).map("".join) | TEXT)
def test_any_text_is_kept_or_refused_with_a_reason(flag: str, text: str):
    try:
        option = REGISTRY[flag].parse(text)
    except (CommandSyntaxError, InvalidOption) as refused:
        event(type(refused).__name__)
        return
    Machine("x86_64").add(option).check()
    assert option.explain()
