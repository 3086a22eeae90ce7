"""Makes machines of parts of others: what is right, or found, alone may not be so together."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from tests.oracle.table import MACHINES
from tests.oracle.verdict import Call

if TYPE_CHECKING:
    from random import Random

    from qemubuild.option import Option

_BOARDS = "pc q35 microvm isapc none pc-q35-6.1 pc-i440fx-2.8".split()
_MORE = (
    "-nodefaults|-snapshot|-only-migratable|-usb|-nographic|-incoming defer|-accel tcg|-accel kvm"
    "|-icount 1|-cpu max|-smp 2|-preconfig"
).split("|")
_NUMBERS = "0 1 2 3 4 7 8 15 16 31 32 64 100 255 256 65535 65536 -1 0x10 1k 1M 4G".split()
_SWITCHES = ("on", "off", "auto")
_NAMES = "a b d d0 n c disk.qcow2 small.raw missing none folder".split()
_KEYS = (
    "id=zz addr=5 bootindex=1 share=on readonly=on media=cdrom multifunction=on index=2 bus=pci.0"
).split()
_NUMBER = re.compile(r"-?(0x)?[0-9a-f.]+[kKMG]?")


def recombined(random: Random) -> list[Call]:
    """A machine of the options of some lines of the table, some of them changed in one word."""
    lines = random.choices(MACHINES, k=random.choice((1, 2, 2, 3, 4)))
    options = [option for line in lines for option in _read(line)]
    if random.random() < 0.5:
        random.shuffle(options)
    options = [_changed(option, random) if random.random() < 0.3 else option for option in options]
    if random.random() < 0.35:
        options += _read(f"-machine {random.choice(_BOARDS)}")
    if random.random() < 0.2:
        options += _read(random.choice(_MORE))
    return [Call("add", (option,)) for option in options]


@cache
def _read(line: str) -> tuple[Option, ...]:
    return Machine.from_command(f"qemu-system-x86_64 {line}").options


def _changed(option: Option, random: Random) -> Option:
    """The option with another value of one key, one key less or one more, if it can be read."""
    if len(option.words) < 2 or option.words[1].startswith("{"):
        return option
    words = option.words[1].split(",")
    place = random.randrange(len(words))
    key, equals, value = words[place].partition("=")
    if random.random() < 0.2 and len(words) > 1:
        del words[place]
    elif not equals:
        words.append(random.choice(_KEYS))
    elif value in _SWITCHES:
        words[place] = f"{key}={random.choice(_SWITCHES)}"
    else:
        others = _NUMBERS if _NUMBER.fullmatch(value) else _NAMES
        words[place] = f"{key}={random.choice(others)}"
    try:
        return option.parse(",".join(words))
    except (CommandSyntaxError, InvalidOption):
        return option
