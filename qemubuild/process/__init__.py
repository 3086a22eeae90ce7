"""Launch QEMU, wait for it, end it or leave it; knows argv and nothing of options.

``guest.py`` is what a user holds, ``launch.py`` how it comes to be, ``keeper.py`` the small process
that looks after guests whatever becomes of this Python.
"""

from qemubuild.process.guest import Process

__all__ = ["Process"]
