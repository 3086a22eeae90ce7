"""``-global`` and ``-set``: change properties of devices, and keys of other options, from afar.

Both have a short form, whose value is taken as it stands; ``-global`` has a long one beside, for
drivers with a dot in their name::

    -global virtio-net-pci.disable-legacy=on
    -global driver=xlnx.xps-uartlite,property=nr,value=a,,b
    -set drive.disk0.cache=none
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Self

from qemubuild import grammar
from qemubuild.claims import CHARDEV, DEVICE, DRIVE, NETDEV, Defines
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.option import Option, key
from qemubuild.options._network import is_keyval
from qemubuild.values import TEXT, Kind, Verbatim, nearest, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# Whatever is longer, or has another character, QEMU cannot read (system/qdev-monitor.c, vl.c).
_SHORT: Final = re.compile(r"([^.=]{1,63})\.([^=]{1,63})=(.*)", re.DOTALL)
_SET: Final = re.compile(r"([^.]{1,63})\.([^.]{1,63})\.([^=]{1,63})=(.*)", re.DOTALL)
_LONG_KEYS: Final = frozenset({"driver", "property", "value"})

# The groups of options whose ids are known here, and those that QEMU leaves out (system/vl.c).
_KNOWN: Final = frozenset({CHARDEV, DEVICE, DRIVE, NETDEV})
_LEFT_OUT: Final = frozenset({"object", "machine", "smp-opts", "boot-opts"})
# Those that are read again with what is set.
_REREAD: Final = frozenset({CHARDEV, DEVICE, DRIVE, NETDEV})


def _name(forbidden: str) -> Kind:
    def write(value: object) -> str:
        text = write_text(value)
        if not re.fullmatch(f"[^{forbidden}]{{1,63}}", text):
            raise InvalidOption(
                f"{text!r} is no name that QEMU can read here",
                hint="write QEMU's own name: at most 63 characters"
                + "".join(f", without {one!r}" for one in forbidden),
            )
        return text

    return Kind(write, write)


def _write_value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if isinstance(value, int | float) else write_text(value)


_VALUE: Final = Kind(_write_value, str)
_TEXT_NAME: Final = Kind(TEXT.write, _name("=").read)
_KEY: Final = _name("=")
_PART: Final = _name(".")


def _has_id(option: Option, name: str) -> bool:
    """Whether QEMU finds an option by this id afterwards: not where it was JSON, or keyval."""
    text = option.words[-1]
    if is_keyval(text):
        return False
    return any(item.key == "id" and item.value == name for item in grammar.parse(text))


class GlobalProperty(Option):
    """Change a property of every device of a kind (``-global``), those of the board, too.

    Attributes:
        driver: QEMU's name of the kind of device, such as ``"virtio-net-pci"``.
        property: the property's name.
        value: what it is to be; ``True`` is ``on``.
    """

    flag = "-global"
    repeats = True

    driver: str = key(_TEXT_NAME)
    property: str = key(_TEXT_NAME)
    value: str | int | float = key(_VALUE)

    def render(self) -> str:
        """Write it in short where QEMU reads that rightly."""
        if isinstance(self.driver, Verbatim):
            return self._write("driver", _TEXT_NAME, self.driver)
        driver = self._write("driver", _TEXT_NAME, self.driver)
        name = self._write("property", _TEXT_NAME, self.property)
        value = self._write("value", _VALUE, self.value)
        short = f"{driver}.{name}={value}"
        match = _SHORT.fullmatch(short)
        if match and match.groups() == (driver, name, value):
            return short
        return grammar.render([("driver", driver), ("property", name), ("value", value)])

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read either form; what is neither stays as it stands, and is found."""
        text = value or ""
        if match := _SHORT.fullmatch(text):
            return cls(match[1], match[2], match[3])
        items = {item.key: item.value for item in grammar.parse(text)}
        if items.keys() == _LONG_KEYS:
            return cls(items["driver"], items["property"], items["value"])
        return cls(Verbatim(text), "", "")

    def explain(self) -> str:
        """Say what is changed."""
        if isinstance(self.driver, Verbatim):
            return f"Passes {self.driver} to QEMU, which cannot read it."
        return (
            f"Sets the property {self.property} of every {self.driver} to {self.value}, also of "
            "those that come with the board. Without it they have QEMU's default."
        )


class SetProperty(Option):
    """Change a key of an option that stands before (``-set``), which has an id.

    Attributes:
        group: the option without its dash: ``"drive"``, ``"device"``, ``"netdev"`` ...
        id: its id.
        name: the key to set.
        value: what it is to be; ``True`` is ``on``.
    """

    flag = "-set"
    heeds_drives = True
    repeats = True

    group: str = key(_PART)
    id: str = key(_PART)
    name: str = key(_KEY)
    value: str | int | float = key(_VALUE)

    def render(self) -> str:
        """Write it."""
        group = self._write("group", _PART, self.group)
        if isinstance(self.group, Verbatim):
            return group
        name = f"{group}.{self._write('id', _PART, self.id)}.{self._write('name', _KEY, self.name)}"
        return f"{name}={self._write('value', _VALUE, self.value)}"

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read it; what QEMU could not read stays as it stands, and is found."""
        if match := _SET.fullmatch(value or ""):
            return cls(match[1], match[2], match[3], match[4])
        return cls(Verbatim(value or ""), "", "", "")

    def changed(self, option: Option) -> Option | None:
        """What an option before it says then; ``None`` where that is another, or cannot be told."""
        if self.group not in _REREAD or option.flag != f"-{self.group}" or self.name == "id":
            return None
        if not _has_id(option, self.id):
            return None
        value = self._write("value", _VALUE, self.value)
        try:
            return option.parse(f"{option.words[1]},{self.name}={grammar.escape(value)}")
        except (CommandSyntaxError, InvalidOption):
            return None

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether the option is there, and stands before."""
        if self.group in _LEFT_OUT:
            yield self.error(
                "set-group-unsupported",
                f"QEMU cannot change -{self.group.removesuffix('-opts')} afterwards",
                "write the key into the option itself",
                "group",
            )
        if self.group not in _KNOWN:
            return
        before = machine.options[: machine.options.index(self)]
        if any(option.words[0] == "-readconfig" or not option.flag for option in before):
            return  # what they define is not known
        defined = [
            (option in before, claim.id)
            for option, claim in machine.claims(Defines)
            if claim.kind == self.group
            # The name of a node is no id.
            and option.flag == f"-{self.group}"
            and _has_id(option, claim.id)
        ]
        if (True, self.id) in defined:
            return
        if (False, self.id) in defined:
            mend = f"add set_property() after the -{self.group}"
        else:
            mend = f"{nearest(self.id, [name for _, name in defined])}add the option, with its id"
        yield self.error(
            "set-before-option",
            f"no -{self.group} with the id {self.id!r} stands before this",
            mend,
            "id",
        )

    def explain(self) -> str:
        """Say what is changed."""
        if isinstance(self.group, Verbatim):
            return f"Passes {self.group} to QEMU, which cannot read it."
        return (
            f"Sets {self.name}={self.value} of the -{self.group} {self.id}, as if it stood there. "
            "Without it the option says what it says."
        )
