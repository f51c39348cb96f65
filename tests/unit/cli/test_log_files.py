"""A log is rotated while its process writes to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cli.log_files import rotate

_WRITER = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


def test_a_process_goes_on_after_its_log_was_rotated(tmp_path: Path) -> None:
    log = tmp_path / "gateway.log"
    with log.open("ab") as out:
        command = (sys.executable, "-c", _WRITER)
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, text=True, bufsize=1)
    assert process.stdin is not None
    process.stdin.write("a" * 2000 + "\n")
    process.stdin.flush()
    while log.stat().st_size < 2001:
        assert process.poll() is None
    assert rotate(log, most=1000)
    assert not rotate(log, most=1000)
    process.stdin.write("after\n")
    process.stdin.close()
    assert process.wait(20) == 0
    assert log.read_text() == "after\n"
    assert (tmp_path / "gateway.log.1").read_text() == "a" * 2000 + "\n"


def test_a_log_that_is_missing_or_small_is_left_alone(tmp_path: Path) -> None:
    small = tmp_path / "small.log"
    small.write_text("x")
    assert not rotate(small)
    assert not rotate(tmp_path / "none.log")
    assert [path.name for path in tmp_path.iterdir()] == ["small.log"]
