"""How everything looks: one style sheet, light and dark, for HTML and for pictures.

Colours of text and paper are those of the notebook, where it has them; without, and for all others,
the reader's own preference decides between light and dark, unless the page says which it is.
"""

from __future__ import annotations

import re
from typing import Final

_LIGHT: Final = """
    --qb-fg: var(--jp-content-font-color1, #1f2328);
    --qb-soft: var(--jp-content-font-color2, #59636e);
    --qb-line: var(--jp-border-color2, #d8dee4);
    --qb-paper: var(--jp-layout-color0, #fff);
    --qb-shade: #8b949e1f;
    --qb-error: #b3261e; --qb-warning: #8a5300; --qb-hint: #0b57a4; --qb-good: #1a6e34;
    --qb-0: #2a78d6; --qb-1: #1baf7a; --qb-2: #c98500; --qb-3: #4a3aa7;
    --qb-4: #e34948; --qb-5: #0f8a8a; --qb-6: #c2437f; --qb-7: #8a6d3b;
"""
_DARK: Final = """
    --qb-fg: var(--jp-content-font-color1, #e6e8eb);
    --qb-soft: var(--jp-content-font-color2, #9aa4af);
    --qb-line: var(--jp-border-color2, #3b4149);
    --qb-paper: var(--jp-layout-color0, #15181c);
    --qb-shade: #8b949e29;
    --qb-error: #ff8a80; --qb-warning: #e9b44c; --qb-hint: #79b8ff; --qb-good: #6fcf87;
    --qb-0: #5b9ef0; --qb-1: #34c796; --qb-2: #e0a93a; --qb-3: #a497ff;
    --qb-4: #ff7d78; --qb-5: #45c4c4; --qb-6: #f07fb0; --qb-7: #c9a86a;
"""
COLOURS: Final = 8
"""How many there are to tell things apart: ``--qb-0`` and so on."""

# "&" is the element around it all. It stands for a selector that counts more than a notebook's own.
_PALETTE: Final = f"""
.qb {{ {_LIGHT} }}
@media (prefers-color-scheme: dark) {{ .qb {{ {_DARK} }} }}
[data-theme="light"] .qb, [data-jp-theme-light="true"] .qb {{ {_LIGHT} }}
[data-theme="dark"] .qb, [data-jp-theme-light="false"] .qb {{ {_DARK} }}
"""

_HTML: Final = """
& { color: var(--qb-fg); font: 14px/1.5 var(--jp-ui-font-family, system-ui, sans-serif);
    container-type: inline-size; max-width: 60em; margin: 0 0 .4em; text-align: left; }
& p { margin: 0; }
& .qb-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1em 1em;
    margin: .2em 0 .5em; }
& .qb-head > span { color: var(--qb-soft); }
& .qb-title { font-size: 1.1em; font-weight: 600; overflow-wrap: anywhere; }
& .qb-soft, & .qb-more { color: var(--qb-soft); }
& code, & pre { font-family: var(--jp-code-font-family, ui-monospace, monospace);
    font-size: .92em; color: inherit; background: none; border: 0; padding: 0; }
& code { white-space: pre-wrap; overflow-wrap: anywhere; }
& pre { margin: .3em 0; padding: .6em .8em; background: var(--qb-shade); border-radius: 4px;
    line-height: 1.45; white-space: pre; overflow: auto; max-height: 24em; }
& table { border-collapse: collapse; border: 0; width: 100%; margin: 0; font-size: 1em;
    table-layout: auto; }
& table + table { margin-top: .8em; }
& tbody tr.qb-row, & tbody tr.qb-row:hover { background: none; }
& tr.qb-row > *, & thead th { text-align: left; vertical-align: top; padding: .38em 1.2em .38em 0;
    border: 0; border-top: 1px solid var(--qb-line); white-space: normal; font-weight: 400;
    line-height: inherit; max-width: none; }
& thead th { color: var(--qb-soft); border-top: 0; font-size: .86em; padding-bottom: .2em; }
& tr.qb-row > *:last-child { padding-right: 0; }
& .qb-options tr.qb-row > *:first-child { width: 36%; }
& .qb-found tr.qb-row > *:first-child { width: 5em; }
& .qb-found tr.qb-row > *:nth-child(2) { width: 26%; }
& .qb-found tr.qb-row > *:nth-child(3) { width: 46%; }
& .qb-found .qb-code { font-size: .86em; color: var(--qb-soft); }
& .qb-facts tr.qb-row > *:first-child { width: 10em; color: var(--qb-soft); }
& .qb-names > code { display: inline-block; margin-right: .8em; white-space: nowrap; }
& .qb-num { font-variant-numeric: tabular-nums; white-space: nowrap; }
& .qb-note { margin: .35em 0 .1em; padding-left: .7em; border-left: 3px solid currentColor; }
& .qb-note > * { color: var(--qb-fg); }
& .qb-note > b { color: inherit; font-weight: 600; }
& .qb-note > .qb-code { color: var(--qb-soft); font-size: .82em; white-space: nowrap; }
& .qb-error { color: var(--qb-error); } & .qb-warning { color: var(--qb-warning); }
& .qb-hint { color: var(--qb-hint); } & .qb-good { color: var(--qb-good); }
& .qb-bar { display: inline-block; width: 9em; height: .55em; border-radius: .3em;
    margin-right: .7em; background: var(--qb-shade); overflow: hidden; vertical-align: baseline; }
& .qb-bar > span { display: block; height: 100%; min-width: 2px; background: var(--qb-0); }
& details { margin: .5em 0 0; border: 0; padding: 0; }
& summary { cursor: pointer; color: var(--qb-soft); }
& summary:hover { color: var(--qb-fg); }
& img, & svg { max-width: 100%; height: auto; display: block; }
& .qb-screen { margin: .6em 0; border: 1px solid var(--qb-line); border-radius: 4px;
    max-width: min(100%, 480px); }
& .qb-added { background: color-mix(in srgb, var(--qb-good) 14%, transparent); }
& .qb-removed { background: color-mix(in srgb, var(--qb-error) 14%, transparent); }
& td > code.qb-added, & td > code.qb-removed { padding: .1em .3em; border-radius: 3px; }
@container (max-width: 520px) {
  & .qb-stack thead { display: none; }
  & .qb-stack tr.qb-row > *:nth-child(n) { display: block; width: auto; padding-right: 0; }
  & .qb-stack tr.qb-row > * + * { border-top: 0; padding-top: 0; }
}
"""

_PICTURE: Final = """
svg.qb text { font: 12px system-ui, sans-serif; fill: var(--qb-fg); }
svg.qb .soft { fill: var(--qb-soft); }
svg.qb .small { font-size: 10.5px; }
svg.qb .bold { font-weight: 600; }
svg.qb .mono { font-family: ui-monospace, monospace; font-size: 11.5px; }
svg.qb .mid { text-anchor: middle; }
svg.qb .end { text-anchor: end; }
svg.qb .paper { fill: var(--qb-paper); }
svg.qb .box { fill: var(--qb-shade); stroke: var(--qb-line); }
svg.qb .plain { fill: none; stroke: var(--qb-line); }
svg.qb .cell { fill: var(--qb-paper); stroke: var(--qb-line); }
svg.qb .free { fill: none; stroke: var(--qb-soft); stroke-dasharray: 2 3; }
svg.qb .line { fill: none; stroke: var(--qb-soft); stroke-opacity: .55; }
svg.qb .good { fill: none; stroke: var(--qb-good); }
svg.qb .error { fill: none; stroke: var(--qb-error); }
"""


def _small(css: str) -> str:
    """The same without spaces that nobody needs."""
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", css)).strip()


HTML: Final = _small(_PALETTE + _HTML.replace("&", ".qb.qb"))
PICTURE: Final = _small(_PALETTE + _PICTURE)
