"""Many guests at once: started side by side, and ended side by side."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qemubuild.machine import Machine
    from qemubuild.process import Exit, Process

_STOPPING: Final = 32
"""How many guests are ended at the same time: each mostly waits for its system to shut down."""


def launch_all(
    machines: Iterable[Machine] | Mapping[str, Machine],
    *,
    limit: int | None = None,
    replace: bool = False,
    detach: bool = False,
    console: bool = False,
    vnc_password: str | None = None,
    check: bool = True,
    timeout: float | None = 60,
) -> list[Process]:
    """Start many machines side by side, and return once all are up.

    Either all are, or none: when one does not start, no more are begun, and those that did start
    are ended again. The same goes for Ctrl-C.

    Args:
        machines: the machines; or their names, each with its machine.
        limit: how many are started at the same time; as many as this host has processors, without.
        replace: end the earlier guest of each name first.
        detach: as in ``Machine.launch()``, like what follows.
        console: give each guest a console.
        vnc_password: what clients of each must give.
        check: judge each machine first.
        timeout: seconds that each may take to be up; ``None`` for as long as it takes.

    Returns:
        The guests, in the order of the machines.

    Raises:
        ExceptionGroup: of what ``Machine.launch()`` raised for those that did not start; a note of
            each says which it was.
    """
    from concurrent.futures import ThreadPoolExecutor, wait  # noqa: PLC0415 - costs more than this

    named = machines.items() if isinstance(machines, Mapping) else [(None, one) for one in machines]
    guests: dict[int, Process] = {}
    errors: dict[int, Exception] = {}
    given_up = threading.Event()

    def launch(number: int, name: str | None, machine: Machine) -> None:
        if given_up.is_set():
            return
        try:
            guests[number] = machine.launch(
                name,
                replace=replace,
                detach=detach,
                console=console,
                vnc_password=vnc_password,
                check=check,
                timeout=timeout,
            )
        except Exception as error:  # noqa: BLE001 - raised below, with those of the others
            given_up.set()
            error.add_note(f"guest {number} of {len(named)}" + (f": {name!r}" if name else ""))
            errors[number] = error

    try:
        with ThreadPoolExecutor(limit or len(os.sched_getaffinity(0)), "qemubuild-launch") as pool:
            try:
                wait([pool.submit(launch, number, *one) for number, one in enumerate(named, 1)])
            finally:
                given_up.set()  # after Ctrl-C, what is not begun is not to begin
    finally:
        if len(guests) < len(named):
            stop_all(guests.values(), timeout=0)
    if errors:
        raise ExceptionGroup(
            f"{len(errors)} of {len(named)} guests did not start, and none is left running",
            [errors[number] for number in sorted(errors)],
        )
    return [guests[number] for number in sorted(guests)]


def stop_all(guests: Iterable[Process], timeout: float = 10) -> list[Exit]:
    """End many guests side by side, each as gently as it lets one (``Process.stop()``).

    Args:
        guests: the guests.
        timeout: how many seconds the system of each has to shut down; with 0, no power button is
            pressed, and only QEMU itself ends in good order.

    Returns:
        Their exit statuses, in the same order.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - costs more than this

    guests = list(guests)
    with ThreadPoolExecutor(max(min(len(guests), _STOPPING), 1), "qemubuild-stop") as pool:
        return list(pool.map(lambda guest: guest.stop(timeout), guests))
