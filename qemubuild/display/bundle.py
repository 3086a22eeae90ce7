"""What Jupyter and IPython are given of an object, by MIME type."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from qemubuild.display.markup import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


def make(
    thing: object,
    makers: Mapping[str, Callable[[Any], str]],
    include: Collection[str] | None,
    exclude: Collection[str] | None,
) -> dict[str, str]:
    """Make what is asked for; what cannot be made is left out, for a display never raises."""
    bundle = {}
    for kind, maker in makers.items():
        if (include is None or kind in include) and kind not in (exclude or ()):
            try:
                made = maker(thing)
            except Exception:
                log = logging.getLogger("qemubuild")
                log.debug("%s cannot be shown as %s", type(thing), kind, exc_info=True)
            else:
                bundle[kind] = visible(made, lines=True) if kind == "text/plain" else made
    return bundle
