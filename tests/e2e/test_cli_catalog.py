"""`sokhan token set` on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.support.command_line import environment, sokhan_command
from tests.support.hub import TOKEN
from tests.support.platform import Platform


def test_a_token_that_is_typed_is_not_echoed_and_is_no_argument_of_a_process(sokhan: Platform) -> None:
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "token", "set"],
        cwd=sokhan.folder,
        env=environment(sokhan),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,  # what is asked must not land on the terminal of who runs the tests
    )
    os.close(theirs)
    shown = b""
    while b"Hub token: " not in shown:
        shown += os.read(mine, 1024)
    os.write(mine, f"{TOKEN}\n".encode())
    assert TOKEN not in Path(f"/proc/{process.pid}/cmdline").read_text()
    assert process.wait(30) == 0
    os.set_blocking(mine, False)
    with suppress(OSError):  # nothing more was written
        shown += os.read(mine, 65536)
    os.close(mine)
    assert TOKEN.encode() not in shown
    assert process.stdout is not None
    assert process.stdout.read() == b"Stored, encrypted. It belongs to zahra.\n"
    process.stdout.close()
    sokhan_command(sokhan, "token", "forget")
