"""A pytest plugin: guests for tests, which end with them (``pip install qemubuild`` installs it).

pytest loads it at every start: what runs guests is loaded when a test asks for a machine.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from qemubuild import Machine, Process

_GUESTS: pytest.StashKey[list[Process]] = pytest.StashKey()
_LINES = 50


@pytest.fixture
def machine(request: pytest.FixtureRequest) -> Iterator[Callable[..., Machine]]:
    """Machines whose guests end with the test: ``machine("x86_64")`` is ``Machine("x86_64")``.

    Every guest that is launched while the test runs is stopped at its end, detached ones too.
    Where the test fails, its report has what each guest said: on its console, where it was
    launched with ``console=True``, and QEMU itself; and a picture of its screen is put beside what
    else the test has in ``tmp_path``, where the test uses that and the extra ``control`` is there.
    """
    from qemubuild import Machine, stop_all  # noqa: PLC0415 - what only some tests need
    from qemubuild.process import ours  # noqa: PLC0415

    guests: list[Process] = []
    request.node.stash[_GUESTS] = guests
    with ours.told(guests.append):
        yield Machine
    stop_all(guests, timeout=0)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Add to a failed test's report what its guests said."""
    report = (yield).get_result()
    if report.when == "call" and report.failed:
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        guests: list[Process] = item.stash.get(_GUESTS, [])
        for number, guest in enumerate(guests, 1):
            name = guest.name or f"guest {number}"
            picture = None if folder is None else f"{folder}/guest-{number}.png"
            report.sections.extend(_said(guest, name, picture))


def _said(guest: Process, name: str, picture: str | None) -> Iterator[tuple[str, str]]:
    from qemubuild import ControlError, QemuBuildError  # noqa: PLC0415

    ended = guest.poll()
    state = "still runs" if ended is None else ended.why
    yield f"{name}: {state}", " ".join(guest.argv)
    if log := guest.log:
        yield f"{name}: QEMU said", log
    with contextlib.suppress(ControlError):
        yield f"{name}: console", "\n".join(guest.console.log.splitlines()[-_LINES:])
    if ended is None and picture is not None:
        with contextlib.suppress(QemuBuildError, TimeoutError):  # it has none; the extra is missing
            guest.screen().save(picture)
            yield f"{name}: screen", picture
