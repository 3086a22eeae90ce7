"""Shell text as people keep it: which of its commands runs QEMU, and that one's words.

``words.py`` splits a text as a shell does, ``windows.py`` as Windows' shells do, ``assignments.py``
knows what its variables hold, ``launchers.py`` finds QEMU behind what runs it, and ``typeset.py``
refuses what web pages made of it. Nothing is run.
"""
