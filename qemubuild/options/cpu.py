"""``-cpu``: the processor that the guest sees."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from qemubuild import targets
from qemubuild.claims import HostProcessor, HyperV
from qemubuild.errors import InvalidOption
from qemubuild.option import Option
from qemubuild.values import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

    Feature = bool | int | str

_NO_FEATURES: Mapping[str, Feature] = MappingProxyType({})
# The architectures whose features may be written +feature and -feature, or alone.
_WITH_SIGNS = targets.X86 | {"sparc", "sparc64"}
_HARDWARE = frozenset({"kvm", "hvf"})
# What works on every host, so that nothing after it is tried.
_ALWAYS = frozenset({"tcg", "qtest"})
# The models with a register (ARCH_CAPABILITIES) that KVM passes on, or refuses to.
_CAPABLE = re.compile(
    r"host|max|Cascadelake-Server-(noTSX|v[2-9])|Icelake-Server-v[3-9]"
    r"|(ClearwaterForest|Cooperlake|Denverton|GraniteRapids|SapphireRapids|SierraForest|YongFeng)"
    r"(-v[0-9]+)?"
)
# Models whose newest versions are, and the first is not.
_LATER_CAPABLE = frozenset({"Cascadelake-Server", "Icelake-Server"})
# Features that are registers of Hyper-V's (target/i386/kvm/kvm.c, kvm_put_msrs).
_HYPER_V = re.compile(r",\+?hv[-_](reenlightenment|time|vapic|vpindex)(=(on|yes|true|y))?(,|$)")
# What leaves out the one register that nested KVM is known to refuse.
_NO_CAPABILITIES = re.compile(r",-arch[-_]capabilities\b|,arch[-_]capabilities=(off|no|false|n)\b")


class Cpu(Option, init=False):
    """Choose the processor that the guest sees (``-cpu``).

    ``cpu("max", avx2=False)``, or in QEMU's own words: ``cpu("max,avx2=off")``.

    Attributes:
        model: ``"host"`` for the host's own (KVM, HVF), ``"max"`` for all that the accelerator can
            do, or a model's name; QEMU's own list of features may follow it, after a comma.
        features: names to values, after the model: ``True`` and ``False`` are ``on`` and ``off``.
            Given by name, ``_`` stands for ``-``; in a mapping a name stays as it is.
    """

    flag = "-cpu"

    model: str
    features: Mapping[str, Feature]

    def __init__(
        self, model: str, features: Mapping[str, Feature] = _NO_FEATURES, /, **more: Feature
    ) -> None:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        self.__dict__.update(model=model, features=MappingProxyType({**features, **named}))
        self.__attrs_post_init__()

    @property
    def name(self) -> str:
        """The model's name alone."""
        return self.model.partition(",")[0]

    def render(self) -> str:
        """Write the model and its features."""
        text = write_text(self.model)
        if not text:
            raise InvalidOption(
                "no processor is named", hint="write cpu('max')", option=self.flag, field="model"
            )
        features = [self._feature(name, value) for name, value in self.features.items()]
        return ",".join([text, *features])

    def _feature(self, name: str, value: object) -> str:
        switch = {True: "on", False: "off"}.get(value) if isinstance(value, bool) else None
        text = switch or (str(value) if isinstance(value, int) else write_text(value))
        if "," in text or "," in name or "=" in name or not name:
            raise InvalidOption(
                f"{name}={text} cannot be written: QEMU has no way to escape ',' here, or '=' in "
                "a name",
                hint="choose a value without a comma",
                option=self.flag,
                field=name,
            )
        return f"{name}={text}"

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Keep the text as it is, for it is QEMU's own."""
        return cls(value or "")

    def __reduce__(self) -> tuple[Callable[..., Option], tuple[object, ...]]:
        return type(self), (self.model, dict(self.features))

    def claims(self) -> Iterator[HostProcessor | HyperV]:
        """State what KVM has to have for it: registers of the host's processor, and Hyper-V's."""
        newest = self.name in _LATER_CAPABLE
        is_capable = newest or _CAPABLE.fullmatch(self.name)
        if is_capable and not _NO_CAPABILITIES.search(self.words[1]):
            yield HostProcessor(newest)
        if _HYPER_V.search(self.words[1]):
            yield HyperV()

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the model by what runs it, and the features by the architecture."""
        name = self.name
        if name == "host":
            yield from self._host(targets.accelerators(machine))
        elif name.lower() in ("host", "max") and name != "max" and not _is_known(machine):
            yield self.error(
                "cpu-model-case",
                f"{name!r} is no model: the case of letters matters",
                f"write cpu({name.lower()!r})",
                "model",
            )
        board = targets.board_of(machine)
        if board and board.name == "none" and machine.arch in targets.X86:
            yield self.error(
                "cpu-without-board",
                "the machine type none has no place for an x86 processor",
                "leave cpu() out, or choose another machine type, such as machine_type('q35')",
                "model",
            )
        if "," in self.model or self.features:
            yield from self._signs(machine.arch)

    def _host(self, accelerators: tuple[str, ...]) -> Iterator[Finding]:
        able = [name in _HARDWARE for name in accelerators]
        if not any(able) or accelerators[0] in _ALWAYS:
            # What others than these offer is not known here.
            finding = self.error if accelerators[0] in _ALWAYS else self.warning
            yield finding(
                "cpu-host-emulated",
                "the host's processor can only be had with KVM (or HVF, on macOS), and "
                f"{accelerators[0]} runs this guest",
                "add enable_kvm(), or write cpu('max') for all that can be emulated",
                "model",
            )
        elif not all(able):
            yield self.warning(
                "cpu-host-fallback",
                "where KVM does not work QEMU falls back to emulation, which has no host processor",
                "write cpu('max'), which works with both",
                "model",
            )

    def _signs(self, arch: str) -> Iterator[Finding]:
        words = self.words[1].split(",")[1:]
        signed = [word for word in words if word and "=" not in word]
        if signed and arch not in _WITH_SIGNS and targets.is_known(arch):
            name = signed[0].lstrip("+-")
            yield self.error(
                "cpu-feature-sign",
                f"{arch} processors take features as name=on and name=off, not {signed[0]!r}",
                f"write {name}={'off' if signed[0][0] == '-' else 'on'}",
                "model",
            )
            return
        told: dict[str, str] = {}
        for word in words:
            name = re.sub(r"=.*", "", word.lstrip("+-"), flags=re.DOTALL).replace("_", "-")
            if name and told.setdefault(name, word) != word:
                yield self.warning(
                    "cpu-feature-twice",
                    f"{told[name]!r} and {word!r} are about one feature; QEMU applies '+' after "
                    "'=', and '-' last",
                    "leave one of them out",
                    "model",
                )

    def explain(self) -> str:
        """Say what processor the guest sees."""
        name = self.name
        if name == "host":
            text = "Shows the guest the host's own processor, with all that KVM can pass on"
        elif name == "max":
            text = "Shows the guest a processor with every feature that its accelerator can offer"
        else:
            text = f"Shows the guest a processor of the model {name}"
        if self.words[1] != name:
            text += ", with the features named after it"
        return (
            f"{text}. Without it the guest sees QEMU's generic model, which runs on any host and "
            "leaves out much of what a newer one can do."
        )


def _is_known(machine: MachineView) -> bool:
    """Whether the QEMU tells its models itself; or calls them so in any case of letters."""
    return machine.arch == "ppc64" or (machine.qemu is not None and bool(machine.qemu.cpu_models))
