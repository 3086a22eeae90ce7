r"""The words of a command for Windows' shells: cmd.exe and PowerShell.

There ``\`` is a character of paths and nothing more, lines are continued by ``^`` (cmd.exe) or by a
backquote (PowerShell), and either of them takes the meaning of the character after it.
"""

from __future__ import annotations

import re
from typing import Final

PIECE: Final = re.compile(
    r"""
      (?P<blank>  (?: [ \t\r] | [\^`][ \t]*\r?\n )+ )
    | (?P<plain>  [^ \t\r\n'"^`\#&|<>;]+ )
    | '(?P<single> [^']* )'
    | "(?P<single2> [^"]* )"
    | [\^`](?P<escaped> [^\r\n] )
    | (?P<redirect> >>|>&|<|> )
    | (?P<end>    \n | &&? | \|\|? | ; )
    | (?P<odd>    [\#'"^`] )
    """,
    re.VERBOSE,
)
_THEIRS: Final = re.compile(
    r"""[ \t][\^`][ \t]*\r?\n                       # how they continue a line
      | (?:^|[\s"'&(@])(?:[A-Za-z]:|\.)\\[^\n"']{0,200}?(?:qemu|kvm)  # how they write a path
      | ^[ \t]*PS[ ][A-Za-z]:\\[^>\n]*>
      | qemu-system-\w+\.exe
    """,
    re.VERBOSE | re.MULTILINE,
)
_OURS: Final = re.compile(r"\\[ \t]*\r?\n|\$[({]|^#!|=\(")


def for_windows(text: str) -> bool:
    """Whether a text is written for Windows' shells, not for a POSIX one."""
    return _THEIRS.search(text) is not None and _OURS.search(text) is None
