"""Asking a QEMU what it can do, over QMP, on a machine with nothing in it.

Every answer is plain data. A question can kill QEMU: the properties of a device whose module is
not installed do, so it is started again for the questions that are left.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from qemubuild.capabilities.qemu import SAME_CPUS
from qemubuild.errors import LaunchError, NotInstalled
from qemubuild.mends import how_to_install, mend_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Answers = dict[str, Any]
"""What is kept of a QEMU, by section: ``core``, ``schema``, and ``of:TYPE`` for each type."""

# Either accelerator, since one may not be built in; the first decides whose CPU features are told.
# Written so, it has the last word over the -enable-kvm of a program that adds one, such as `kvm`.
_NOTHING: Final = (
    "-machine none,accel=tcg:kvm -nodefaults -no-user-config -display none -S -qmp stdio".split()
)
_TAKES: Final = 20
"""Seconds for all that one QEMU is asked; it takes about half of one."""
# QEMU reads and we write at one time only what fits into a pipe, so neither waits for the other.
_AT_ONCE: Final = 64

_DEVICE: Final = re.compile(
    r'^name "(?P<name>[^"]+)"(?:, bus (?P<bus>[^,\r\n]+))?(?:, alias "(?P<alias>[^"]+)")?'
    r'(?:, desc "(?P<about>.*)")?',
    re.MULTILINE,
)
_FLAG: Final = re.compile(r"^(-[a-zA-Z0-9][-\w]*)", re.MULTILINE)
# What begins a machine from the schema: nobody needs the thousand types of other commands.
_ROOTS: Final = (
    "blockdev-add",
    "netdev_add",
    "object-add",
    "chardev-add",
    "query-audiodevs",
    "query-display-options",
)
# Options that list what they have; a line there is one thing, and any other has more words.
_MENUS: Final = ("audiodev", "display", "netdev")
_ITEM: Final = re.compile(r"^([a-z][a-z0-9-]*)$", re.MULTILINE)
# Block drivers that may be in modules which are not installed, and what to ask them to open. None
# does, as no node can have the name ``0``; QEMU says so, or before that that there is no driver.
_DRIVERS: Final[dict[str, dict[str, Any]]] = {
    "gluster": {"volume": "0", "path": "0", "server": [{"type": "unix", "path": "0"}]},
    "http": {"url": "http://0"},
    "iscsi": {"transport": "tcp", "portal": "0", "target": "0"},
    "nfs": {"server": {"type": "inet", "host": "0"}, "path": "0"},
    "rbd": {"pool": "0", "image": "0"},
    "ssh": {"server": {"host": "0", "port": "0"}, "path": "0"},
}
_NO_DRIVER: Final = "Unknown driver"
# How a QEMU answers that cannot tell what its best processor has.
_NONE: Final[dict[str, Any]] = {"model": {"props": {}}}


class _Question(NamedTuple):
    command: str
    arguments: dict[str, Any] = {}  # noqa: RUF012 - never changed


class _Died(Exception):
    """QEMU ended in the middle of its answers."""


def ask(binary: str) -> Answers:
    """Ask a QEMU everything; takes about half a second.

    Raises:
        NotInstalled: there is no such program.
        LaunchError: it is no QEMU, or one that does not work.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - once for each binary

    # Side by side: a QEMU that is asked keeps one processor busy, and few hosts have but one.
    with ThreadPoolExecutor() as pool:
        helping = pool.submit(_helps, binary)
        lists = _lists(binary)
        core = _core(lists, helping.result())
        devices = list(_devices(lists, core))
        others = list(_others(lists))
        # Before a machine exists: 7.2 dies of making a microvm after that, if only to look at it.
        parts = ((others, ("-preconfig",)), (devices[::2], ()), (devices[1::2], ()))
        asking = [
            (part, pool.submit(list, _answers(binary, part, *flags))) for part, flags in parts
        ]
        properties = {
            question.arguments["typename"]: answer
            for part, answers in asking
            for question, answer in zip(part, answers.result(), strict=True)
        }
    sections: Answers = {"core": core, "schema": _schema(lists["query-qmp-schema"])}
    for name, told in sorted(properties.items()):
        if told is not None:
            sections[f"of:{name}"] = _properties(told)
    return sections


def ask_kvm(binary: str) -> tuple[dict[str, list[str]], list[str]]:
    """Ask a QEMU of x86 what processors are like with this host's KVM.

    Returns:
        The features that each model lacks here, and all that can be had.

    Raises:
        LaunchError: it does not start with KVM.
    """
    questions = [
        _Question("query-cpu-definitions"),
        _Question("query-cpu-model-expansion", {"type": "full", "model": {"name": "max"}}),
    ]
    with _Conversation(binary, "-machine", "accel=kvm") as qemu:
        try:
            models, most = (one.get("return") for one in qemu.ask(questions))
        except _Died:
            raise qemu.failure() from None
    lacks = {one["name"]: one.get("unavailable-features", []) for one in models or ()}
    return lacks, _switched_on(most)


def _switched_on(model: dict[str, Any] | None) -> list[str]:
    """The switches that are on in a model, as its expansion tells."""
    properties = (model or _NONE)["model"]["props"]
    return sorted(name for name, value in properties.items() if value is True)


def _lists(binary: str) -> dict[str, Any]:
    questions = {
        "query-version": _Question("query-version"),
        "query-target": _Question("query-target"),
        "query-machines": _Question("query-machines"),
        "query-cpu-definitions": _Question("query-cpu-definitions"),
        "max": _Question("query-cpu-model-expansion", {"type": "full", "model": {"name": "max"}}),
        "query-kvm": _Question("query-kvm"),
        "query-command-line-options": _Question("query-command-line-options"),
        "query-qmp-schema": _Question("query-qmp-schema"),
        "query-commands": _Question("query-commands"),
        "types": _Question("qom-list-types", {"implements": "device", "abstract": False}),
        "families": _Question("qom-list-types", {"implements": "device", "abstract": True}),
        "accelerators": _Question("qom-list-types", {"implements": "accel", "abstract": False}),
        "objects": _Question("qom-list-types", {"implements": "user-creatable", "abstract": False}),
        "devices": _Question("human-monitor-command", {"command-line": "device_add help"}),
        "query-chardev-backends": _Question("query-chardev-backends"),
    }
    drivers = [
        _Question("blockdev-add", {"driver": name, "node-name": "0", **arguments})
        for name, arguments in _DRIVERS.items()
    ]
    with _Conversation(binary) as qemu:
        try:
            answers = list(qemu.ask([*questions.values(), *drivers]))
        except _Died:
            raise qemu.failure() from None
    lists = {name: one.get("return") for name, one in zip(questions, answers, strict=False)}
    lists["no drivers"] = [
        name
        for name, one in zip(_DRIVERS, answers[len(questions) :], strict=True)
        if str(one.get("error", {}).get("desc", "")).startswith(_NO_DRIVER)
    ]
    return lists


def _core(lists: dict[str, Any], helps: dict[str, Any]) -> dict[str, Any]:
    version = lists["query-version"]["qemu"]
    concrete = {one["name"] for one in lists["types"]}
    cpus = {one["name"]: one for one in lists["query-cpu-definitions"] or ()}
    return {
        "version": [version["major"], version["minor"], version["micro"]],
        "package": lists["query-version"]["package"],
        "arch": lists["query-target"]["arch"],
        "machines": {
            one["name"]: {
                "alias": one.get("alias"),
                "default": one.get("is-default", False),
                "max_cpus": one["cpu-max"],
                "deprecated": one.get("deprecated", False),
                "cpu": one.get("default-cpu-type"),
                "ram": one.get("default-ram-id"),
            }
            for one in sorted(lists["query-machines"], key=lambda one: str(one["name"]))
        },
        "cpus": {
            name: {
                "type": one["typename"],
                "alias_of": one.get("alias-of"),
                "deprecated": one.get("deprecated", False),
                "lacks": one.get("unavailable-features", []),
            }
            for name, one in sorted(cpus.items())
        },
        "emulated": _switched_on(lists["max"]),
        "accelerators": sorted(one["name"].removesuffix("-accel") for one in lists["accelerators"]),
        "kvm": lists["query-kvm"]["present"],
        "devices": {
            match["name"]: [match["bus"] or "", match["alias"] or "", match["about"] or ""]
            for match in _DEVICE.finditer(lists["devices"])
        },
        "types": {one["name"]: one.get("parent", "") for one in lists["types"]},
        "abstract": {
            one["name"]: one.get("parent", "")
            for one in lists["families"]
            if one["name"] not in concrete
        },
        "objects": sorted(one["name"] for one in lists["objects"]),
        "options": {
            one["option"]: {key["name"]: key["type"] for key in one["parameters"]}
            for one in lists["query-command-line-options"]
        },
        "commands": sorted(one["name"] for one in lists["query-commands"]),
        "flags": helps["flags"],
        "folders": helps["folders"],
        "kinds": {
            **helps["kinds"],
            "chardev": sorted(one["name"] for one in lists["query-chardev-backends"]),
        },
        "no_drivers": lists["no drivers"],
    }


def _helps(binary: str) -> dict[str, Any]:
    """The flags, where files are looked for, and what some options list.

    QEMU tells those only where it then ends.
    """
    told = {"": ("-help",), "L": ("-L", "help")}
    told |= {name: (f"-{name}", "help") for name in _MENUS}
    asked = {
        name: subprocess.Popen(
            [binary, "-machine", "none", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for name, words in told.items()
    }
    said = {name: process.communicate(timeout=_TAKES)[0] for name, process in asked.items()}
    return {
        "flags": sorted(set(_FLAG.findall(said.pop("")))),
        "folders": said.pop("L").splitlines(),
        "kinds": {name: sorted(set(_ITEM.findall(text))) for name, text in said.items()},
    }


def _devices(lists: dict[str, Any], core: dict[str, Any]) -> Iterator[_Question]:
    same = SAME_CPUS.get(core["arch"])
    cpus = {one["type"] for one in core["cpus"].values()}
    for one in lists["types"]:
        if one["name"] not in cpus or same in {None, one["name"]}:
            yield _Question("device-list-properties", {"typename": one["name"]})


def _others(lists: dict[str, Any]) -> Iterator[_Question]:
    names = [f"{one['name']}-machine" for one in lists["query-machines"]]
    names += [one["name"] for one in lists["accelerators"]]
    for name in names:
        yield _Question("qom-list-properties", {"typename": name})


def _properties(told: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Each property's type, description and default, by its name."""
    return {
        one["name"]: [one["type"], one.get("description", ""), one.get("default-value")]
        for one in sorted(told, key=lambda one: str(one["name"]))
    }


def _schema(types: list[dict[str, Any]]) -> dict[str, Any]:
    """The part of the QAPI schema that describes what a command line can hold."""
    known = {one["name"]: one for one in types}
    kept: dict[str, Any] = {}

    def keep(name: str) -> None:
        if name in kept:
            return
        one = kept[name] = known[name]
        for used in ("arg-type", "ret-type", "element-type"):
            if used in one:
                keep(one[used])
        for member in (*one.get("members", ()), *one.get("variants", ())):
            if "type" in member:
                keep(member["type"])

    for root in _ROOTS:
        if root in known:
            keep(root)
    return kept


def _answers(binary: str, questions: Sequence[_Question], *flags: str) -> Iterator[Any]:
    """The answer to each question, ``None`` where QEMU has none, or dies of it."""
    place = 0
    while place < len(questions):
        with _Conversation(binary, *flags) as qemu:
            try:
                for answer in qemu.ask(questions[place:]):
                    yield answer.get("return")
                    place += 1
            except _Died:
                yield None
                place += 1


class _Conversation:
    """One QEMU that is asked questions, and ends with the last."""

    def __init__(self, binary: str, *flags: str) -> None:
        self._argv = [binary, *_NOTHING, *flags]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the conversation
        try:
            self._process = subprocess.Popen(
                self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said
            )
        except FileNotFoundError:
            self._said.close()
            raise NotInstalled(binary, hint=how_to_install(binary)) from None
        except OSError as error:
            self._said.close()
            raise LaunchError(
                f"{binary!r} cannot be run: {error.strerror}",
                argv=self._argv,
                exit_code=None,
                stderr="",
                hint="see that it is a program of QEMU's, for this host",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def ask(self, questions: Iterable[_Question]) -> Iterator[dict[str, Any]]:
        """Each answer in turn, which is an ``error`` where this QEMU knows no such question."""
        rest = [_Question("qmp_capabilities"), *questions]
        self._read()  # the greeting
        for first in range(0, len(rest), _AT_ONCE):
            asked = rest[first : first + _AT_ONCE]
            self._write(asked)
            for question in asked:
                answer = self._read()
                if question.command != "qmp_capabilities":
                    yield answer

    def _write(self, questions: Sequence[_Question]) -> None:
        lines = [
            json.dumps({"execute": one.command, "arguments": one.arguments}) for one in questions
        ]
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - a pipe, above
        try:
            stdin.write("\n".join([*lines, ""]).encode())
            stdin.flush()
        except BrokenPipeError:
            raise _Died from None

    def _read(self) -> dict[str, Any]:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - a pipe, above
        for line in stdout:
            try:
                said = json.loads(line)
            except ValueError:
                break
            if not isinstance(said, dict) or not said.keys() & {"QMP", "return", "error", "event"}:
                break
            if "event" not in said:
                return said
        raise _Died  # or it is no QEMU, which speaks otherwise

    def failure(self) -> LaunchError:
        """Why it did not answer, as an error to raise."""
        self._process.kill()
        exit_code = self._process.wait()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace")
        return LaunchError(
            f"{self._argv[0]!r} does not answer as QEMU does",
            argv=self._argv,
            exit_code=exit_code,
            stderr=said,
            hint=mend_for(said) or "give the path of a qemu-system program",
        )
