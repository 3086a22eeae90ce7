"""Launch QEMU, wait for it, end it or leave it; knows argv and nothing of options.

``guest.py`` is what a user holds, ``launch.py`` how it comes to be, ``names.py`` how others find
it, ``ending.py`` how it ends, and ``keeper.py`` the small process that looks after guests whatever
becomes of this Python.
"""

from qemubuild.process.ending import Exit
from qemubuild.process.guest import Process

__all__ = ["Exit", "Process"]
