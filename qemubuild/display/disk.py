"""A disk image: how full it is, and what it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qemubuild.display import chain, parts
from qemubuild.units import format_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.disk import Chain, DiskImage, ImageInfo
    from qemubuild.display.chain import Layer
    from qemubuild.display.markup import Markup


def image(shown: DiskImage) -> Markup:
    """An image: as it is, where it is there; else as it will be."""
    layers = chain.read(shown)
    top = layers[0]
    if top.info is None:
        size = format_size(shown.virtual_size) if shown.virtual_size is not None else ""
        return parts.page(
            parts.heading(parts.code(shown.path), shown.format, size, top.why),
            _stack(layers) if len(layers) > 1 else None,
            None if shown.size is None and shown.backing is None else _creation(shown),
        )
    return parts.page(_heading(top.info), _stack(layers) if len(layers) > 1 else None,
                      *_details(top.info))  # fmt: skip


def info(shown: ImageInfo) -> Markup:
    """What ``qemu-img info`` said."""
    known = parts.facts((("Stands on", _base(shown)),))
    return parts.page(_heading(shown), known if shown.backing_file else None, *_details(shown))


def chained(shown: Chain) -> Markup:
    """An image and what it stands on."""
    layers = [chain.Layer(found.path, found.format, found) for found in shown]
    if lost := shown.missing:
        layers.append(chain.Layer(lost.path, lost.format or "format not said", why=lost.reason))
    return parts.page(_heading(shown[0]), _stack(layers))


def _heading(found: ImageInfo) -> Markup:
    notes = {"encrypted": found.encrypted, "not closed in an orderly way": found.dirty}
    return parts.heading(
        parts.code(found.path),
        found.format,
        parts.bar(found.actual_size, found.virtual_size),
        *(note for note, holds in notes.items() if holds),
    )


def _base(found: ImageInfo) -> list[Any]:
    form = found.backing_format or "format not said"
    return [parts.code(found.backing_file or ""), " ", parts.soft(form)]


def _stack(layers: list[Layer]) -> Markup:
    rows = [
        (
            parts.code(layer.path),
            layer.format,
            parts.bar(layer.info.actual_size, layer.info.virtual_size)
            if layer.info
            else parts.soft(layer.why),
        )
        for layer in layers
    ]
    return parts.table(("Image, and below it what it stands on", "Format", "Taken"), rows)


def _details(found: ImageInfo) -> Iterator[Markup]:
    if found.snapshots:
        rows = [
            (
                one.name,
                one.id,
                f"{one.date:%Y-%m-%d %H:%M} UTC",
                parts.number(format_size(one.vm_state_size)) if one.vm_state_size else "disk only",
            )
            for one in found.snapshots
        ]
        yield parts.table(("Snapshot", "Id", "Taken", "With memory"), rows)
    specific = [(name, str(value)) for name, value in found.format_specific.items()]
    if found.cluster_size:
        specific.insert(0, ("cluster size", format_size(found.cluster_size)))
    if specific:
        yield parts.fold(f"More of {found.format}", parts.facts(specific))


def _creation(shown: DiskImage) -> Markup:
    import shlex  # noqa: PLC0415 - few displays have a command

    return parts.fold("The command that creates it", parts.block(shlex.join(shown.create_argv())))
