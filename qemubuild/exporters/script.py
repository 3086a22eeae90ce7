"""A machine as a shell script, with every option explained.

A comment cannot stand between the continued lines of one command, so the arguments are gathered
line by line, and the program takes the shell's place at the end::

    #!/bin/sh
    # Starts a guest with the architecture x86_64.
    set --

    # Gives the guest 8 GiB of memory. Without it ...
    set -- "$@" -m 8G

    exec qemu-system-x86_64 "$@"
"""

from __future__ import annotations

import shlex
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qemubuild.machine import Machine


def to_script(machine: Machine) -> str:
    """Write what any POSIX shell runs with exactly the machine's argv."""
    parts = [
        f"#!/bin/sh\n{_comment(f'Starts a guest with the architecture {machine.arch}.')}\nset --"
    ]
    parts += (
        f'{_comment(option.explain())}\nset -- "$@" {shlex.join(option.words)}'
        for option in machine.options
    )
    # A dash would make it an option of exec's, which has no way to say that it is none.
    here = "./" if machine.binary.startswith("-") else ""
    parts.append(f'exec {shlex.quote(here + machine.binary)} "$@"\n')
    return "\n\n".join(parts)


def _comment(text: str) -> str:
    # Names may have line breaks, which end a comment: wrap() makes them spaces.
    lines = wrap(text, 78, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"# {line}" for line in lines)
