"""The QEMUs that tests ask, started as anything starts them."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from tests.qemus import Emulator
from tests.real.judge import refusal

BOARDS = {"x86_64": "q35", "aarch64": "virt"}


def test_each_starts_with_what_its_modules_have(each_qemu: str) -> None:
    board = BOARDS[each_qemu.rpartition("-")[2]]
    redirected = "-device qemu-xhci -chardev null,id=c -device usb-redir,chardev=c"
    assert refusal([each_qemu, "-machine", board, *redirected.split()]) is None


def test_each_has_its_own_process_and_gets_its_signals_by_any_name(
    each_qemu: str, tmp_path: Path
) -> None:
    link = tmp_path / "a link"
    link.symlink_to(each_qemu)
    process = subprocess.Popen(
        [link, *"-machine none -display none -qmp stdio".split()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdin
            assert process.stdout
            process.stdin.write('{"execute": "qmp_capabilities"}\n')
            process.stdin.flush()
            assert '"QMP"' in process.stdout.readline()
            assert '"return"' in process.stdout.readline()  # it is up
            assert Path(os.readlink(f"/proc/{process.pid}/exe")).name == Path(each_qemu).name
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_one_that_is_missing_is_skipped_with_the_reason() -> None:
    (skip,) = Emulator("10.x-x86_64", None, "no second QEMU: no network").parameter().marks
    assert skip.kwargs == {"reason": "no second QEMU: no network"}
