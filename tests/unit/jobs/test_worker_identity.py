"""Whether the process that holds a lease still lives, as far as its own machine can tell."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from shared.jobs.worker_identity import worker_has_died, worker_identity

_SAY_NAME = (
    "from shared.jobs.worker_identity import worker_identity; print(worker_identity('trainer'), flush=True); input()"
)


def test_a_process_is_known_to_have_died_only_when_it_has() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _SAY_NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert name.startswith("trainer@")
        assert not worker_has_died(name)
        other.kill()
    assert worker_has_died(name)


def test_a_zombie_has_died() -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", _SAY_NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdin is not None
    name = other.stdout.readline().strip()
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays what it is: a zombie
    assert worker_has_died(name)
    other.wait(10)
    other.stdout.close()
    other.stdin.close()


def test_another_process_with_the_same_number_is_not_the_one_that_died() -> None:
    mine = worker_identity("trainer")
    assert not worker_has_died(mine)
    process, since, boot = mine.rsplit("/", 2)
    assert worker_has_died(f"{process}/{int(since) + 1}/{boot}")


@pytest.mark.parametrize("name", [None, "", "trainer@elsewhere:1/2/3/f", "trainer@host:12", "w", "trainer@x:1/2/0/f"])
def test_what_cannot_be_told_from_here_is_left_to_the_lease(name: str | None) -> None:
    assert not worker_has_died(name)


def test_another_namespace_or_machine_of_the_same_name_cannot_be_told_from_here() -> None:
    process, space, since, boot = worker_identity("trainer").rsplit("/", 3)
    assert not worker_has_died(f"{process}/{int(space) + 1}/{int(since) + 1}/{boot}")
    assert not worker_has_died(f"{process}/{space}/{int(since) + 1}/{boot[::-1]}")
