"""Random machines, judged by ``check()`` and by the real QEMU: do they agree?

``python -m tests.oracle 2000`` makes as many machines from the library's own options: valid, nearly
valid, wrong in one place or in several. Three figures come of it:

- refused by QEMU though clean: ``check()`` found no error, and QEMU did not start;
- refused by check though QEMU starts: an error that is none;
- refused at the call though QEMU takes it: a value that ``InvalidOption`` keeps out. Some of
  these are meant: a library may be stricter where QEMU misreads what it takes.

``--families recombined`` makes machines of parts of those on which the two once disagreed, which
stand in `tests.oracle.table`: that finds what the others do not.

Each disagreement is shrunk to the options that it needs, and printed as a command line.
"""
