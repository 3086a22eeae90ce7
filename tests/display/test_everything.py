"""What holds for all that is shown: everything is, safely, and at no cost to who does not look."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys

import pytest

import qemubuild
from qemubuild import DiskImage, Machine, Option, Qemu
from qemubuild.shown import drawer
from tests.hostile import NAMES

# Words and numbers; what is there to be called; what only rules read; and what nobody is to see.
NOT_SHOWN = {"Severity", "Url", "Progress", "Agent", "BlockingAgent", "Control", "Events", "Item"}
NOT_SHOWN |= {"Luks"}


def classes():
    """All classes of the package, by name."""
    found = {}
    for module in pkgutil.walk_packages(qemubuild.__path__, "qemubuild."):
        if module.name.endswith(("._trial", ".claims", ".keeper")):
            continue
        own = vars(importlib.import_module(module.name))
        found |= {
            name: kind
            for name, kind in own.items()
            if inspect.isclass(kind) and kind.__module__ == module.name
        }
    return found


def held():
    """The classes that users hold: the public ones, and what their methods return."""
    known, seen = classes(), set()
    left = [getattr(qemubuild, name) for name in qemubuild.__all__]
    while left:
        thing = left.pop()
        if thing in seen:
            continue
        seen.add(thing)
        public = [value for name, value in inspect.getmembers(thing) if not name.startswith("_")]
        for member in public if inspect.isclass(thing) else [thing]:
            function = getattr(member, "fget", getattr(member, "func", member))
            returned = str(getattr(function, "__annotations__", {}).get("return", ""))
            left += [known[name] for name in re.findall(r"\w+", returned) if name in known]
    return {kind for kind in seen if inspect.isclass(kind)}


def test_everything_that_users_hold_is_shown():
    assert len(held()) > 150
    lacking = {kind.__name__ for kind in held() if not hasattr(kind, "_repr_mimebundle_")}
    assert lacking <= NOT_SHOWN


def test_everybody_who_draws_is_there():
    names = {
        getattr(kind._repr_mimebundle_, "drawn_by", "machine.table")
        for kind in held() - {kind for kind in held() if kind.__name__ in NOT_SHOWN}
    }
    assert len(names) > 10
    for name in names:
        assert callable(drawer(name))


def test_nobody_who_does_not_look_pays():
    code = (
        "import sys, qemubuild; m = qemubuild.Machine().smp(4); m.argv(); str(m); repr(m.check());"
        "print(*[name for name in sys.modules if name.startswith('qemubuild.display')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == []


def hostile(name):
    return (
        Machine()
        .memory("1G")
        .drive(name, interface="none", id="d0")
        .device("virtio-blk-pci", {"x": name}, drive="d0")
        .netdev("user", {"tftp": name}, id="n0")
        .serial(file=name)
    )


@pytest.mark.parametrize("name", [*NAMES[::9], "</svg><script>alert(1)</script>", "]]>", "&quot;"])
def test_no_name_breaks_anything(name, tmp_path):
    from xml.etree import ElementTree as ET

    machine = hostile(name)
    things = [
        machine,
        machine.check(),
        machine.options[1],
        machine.explain(),
        machine.wiring(),
        machine.topology(),
        machine.diff(Machine().drive(name + "x")),
        machine.diff(Machine()).picture(),
        DiskImage(f"{tmp_path}/{name}", size="1G"),
        DiskImage(f"{tmp_path}/{name}", size="1G").picture(),
    ]
    for thing in things:
        bundle = thing._repr_mimebundle_()
        assert "text/html" in bundle
        json.dumps(bundle, ensure_ascii=False).encode("utf-8")
        for kind, made in bundle.items():
            if kind == "text/plain":
                assert re.sub(r"[\n\t]", "", made).isprintable()
                continue
            root = ET.fromstring(made)
            assert not {element.tag.rpartition("}")[2] for element in root.iter()} & {"script"}


def test_nothing_is_loaded_from_anywhere():
    from qemubuild import Url

    machine = Machine().memory("1G").drive(Url("https://example.org/a.img"), format="raw")
    shown = [machine, machine.check(), machine.wiring(), machine.topology(), Qemu.snapshot("10.0")]
    for thing in shown:
        for kind in ("text/html", "image/svg+xml"):
            made = thing._repr_mimebundle_().get(kind, "")
            attributes = " ".join(re.findall(r"<[^>]*>", made))
            links = re.findall(r'(\S+)="[^"]*//', attributes)
            assert set(links) <= {"xmlns"}
            assert not re.search(r"@import|url\(|<script|\son\w+=", made)
            assert "javascript" not in made


def test_every_option_is_shown():
    kinds = {value for value in vars(qemubuild).values() if inspect.isclass(value)}
    assert all(issubclass(kind, Option) <= hasattr(kind, "_repr_mimebundle_") for kind in kinds)
