"""One holder at a time, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.files.lock import try_lock, wait_lock

ROOT = Path(__file__).parents[3]
_COUNT = """
import sys
from pathlib import Path
from shared.files.lock import try_lock, wait_lock
folder, counter = Path(sys.argv[1]), Path(sys.argv[2])
done = 0
while done < int(sys.argv[3]):
    if done % 2:
        with wait_lock(folder, folder):
            counter.write_text(str(int(counter.read_text()) + 1))
        done += 1
    else:
        with try_lock(folder, folder) as mine:
            if mine:
                counter.write_text(str(int(counter.read_text()) + 1))
                done += 1
"""
_HOLD = """
import sys, time
from pathlib import Path
from shared.files.lock import wait_lock
with wait_lock(Path(sys.argv[1]), Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def lock_files(folder: Path) -> list[Path]:
    return list(folder.glob("*.lock"))


def test_the_lock_file_is_gone_with_the_lock(tmp_path: Path) -> None:
    for number in range(5):
        with try_lock(tmp_path / str(number), tmp_path) as mine, wait_lock(tmp_path / f"w{number}", tmp_path):
            assert mine
            assert len(lock_files(tmp_path)) == 2
    assert lock_files(tmp_path) == []


def test_who_does_not_get_the_lock_leaves_its_file_alone(tmp_path: Path) -> None:
    with try_lock(tmp_path, tmp_path) as first:
        for _ in range(2):
            with try_lock(tmp_path, tmp_path) as second:
                assert (first, second) == (True, False)
        assert len(lock_files(tmp_path)) == 1
    assert lock_files(tmp_path) == []


def test_an_error_in_the_block_ends_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), try_lock(tmp_path, tmp_path):
        raise ZeroDivisionError
    with try_lock(tmp_path, tmp_path) as mine:
        assert mine


def test_one_at_a_time_though_the_file_comes_and_goes(tmp_path: Path) -> None:
    """Four processes increase a number in a file; an increase made by two at once would be lost."""
    counter, each = tmp_path / "counter", 400
    counter.write_text("0")
    arguments = [sys.executable, "-c", _COUNT, str(tmp_path), str(counter), str(each)]
    processes = [subprocess.Popen(arguments, cwd=ROOT) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    assert int(counter.read_text()) == 4 * each
    assert lock_files(tmp_path) == []


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with try_lock(tmp_path, tmp_path) as mine:
            assert not mine
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(10)
    with try_lock(tmp_path, tmp_path) as mine:
        assert mine
    assert lock_files(tmp_path) == []
