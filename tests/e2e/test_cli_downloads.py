"""`sokhan pull` and what controls it, against the platform and a Hub."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.support.command_line import environment, sokhan_command, sokhan_started
from tests.support.folders import rot
from tests.support.hub import ALWAYS, TestHub
from tests.support.platform import Platform
from tests.support.processes import wait_until
from tests.support.sources import Json, cancel_all, data

SIZE = 8_000_000
# What a connection may have under way when it is asked to stop.
UNDER_WAY = 2_000_000


@pytest.fixture
def slow(sokhan: Platform, hub: TestHub) -> Iterator[TestHub]:
    """A line of 1 MB/s a connection, and a Hub that remembers only this test."""
    hub.clear()
    hub.shape(rate=1_000_000)
    yield hub
    hub.shape()
    cancel_all(sokhan)


def job_of(sokhan: Platform, repo: str) -> Json:
    """The newest download of that repository."""
    jobs: list[Json] = data(sokhan, "GET", "/api/sources/downloads?limit=100")
    return next((job for job in jobs if job["repoId"] == repo), {})


def under_way(sokhan: Platform, repo: str, percent: float = 10) -> Json:
    wait_until(lambda: job_of(sokhan, repo).get("progress", 0) >= percent, 30, f"{percent} % of {repo}")
    return job_of(sokhan, repo)


def test_ctrl_c_pauses_and_the_same_command_goes_on_from_there(sokhan: Platform, slow: TestHub) -> None:
    slow.put_file("cli/paused", "weights.bin", SIZE)
    process = sokhan_started(sokhan, "pull", "cli/paused", "--include", "*.bin")
    before = under_way(sokhan, "cli/paused")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    job = job_of(sokhan, "cli/paused")
    assert (job["id"], job["state"]) == (before["id"], "paused")
    go_on = f"Go on with: sokhan pull cli/paused --include '*.bin'  (or sokhan resume {job['id']})"
    assert f"Paused at {job['progress']:.0f} %. {go_on}" in said
    assert "Traceback" not in said
    slow.shape()
    done = sokhan_command(sokhan, "pull", "cli/paused", "--include", "*.bin")
    assert done.returncode == 0, done.stderr
    assert "every file verified" in done.stdout
    assert job_of(sokhan, "cli/paused")["id"] == job["id"]
    assert slow.sent("weights.bin") < SIZE + UNDER_WAY
    assert (sokhan.data / "models/cli/paused/weights.bin").stat().st_size == SIZE


def test_a_second_ctrl_c_leaves_at_once(sokhan: Platform, slow: TestHub) -> None:
    slow.put_file("cli/twice", "weights.bin", SIZE)
    process = sokhan_started(sokhan, "pull", "cli/twice")
    under_way(sokhan, "cli/twice")
    sokhan.processes["gateway"].freeze()  # a pause will never be answered
    try:
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
        process.send_signal(signal.SIGINT)
        pressed = time.monotonic()
        assert process.wait(10) == 130
        assert time.monotonic() - pressed < 3
    finally:
        sokhan.processes["gateway"].wake()
    assert "Traceback" not in process.communicate(timeout=10)[1]


def test_a_terminal_shows_a_bar_for_each_file_and_the_rate(sokhan: Platform, slow: TestHub) -> None:
    for name in ("first.bin", "second.bin"):
        slow.put_file("cli/bars", name, SIZE // 4)
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "pull", "cli/bars"],
        cwd=sokhan.folder,
        env={**environment(sokhan), "TERM": "xterm", "COLUMNS": "120"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = _until_closed(mine)
    assert process.wait(60) == 0, shown
    assert "━" in shown
    for words in ("first.bin", "second.bin", "of 4.0 MB", "B/s", "left", "served by 127.0.0.1", "of 4 files done"):
        assert words in shown, words


def _until_closed(terminal: int) -> str:
    chunks: list[bytes] = []
    try:
        while chunk := os.read(terminal, 65536):
            chunks.append(chunk)
    except OSError:  # how a terminal says that nobody is at the other end
        pass
    os.close(terminal)
    return b"".join(chunks).decode(errors="replace")


def test_no_terminal_gets_a_line_for_each_state_and_no_more_than_one_in_five_seconds(
    sokhan: Platform, slow: TestHub
) -> None:
    slow.put_file("cli/lines", "weights.bin", 3_000_000)
    began = time.monotonic()
    done = sokhan_command(sokhan, "pull", "cli/lines")
    took = time.monotonic() - began
    lines = done.stderr.splitlines()
    assert all(line.startswith("cli/lines: ") for line in lines), done.stderr
    assert 2 <= len(lines) <= 4 + took / 5
    assert lines[-1] == "cli/lines: 100.0 %, 3.0 MB of 3.0 MB; completed"
    assert "\x1b" not in done.stderr


def test_a_plan_shows_what_would_be_fetched_and_starts_nothing(sokhan: Platform, hub: TestHub) -> None:
    hub.put("cli/planned", {"a.json": b"{}", "weights.bin": bytes(2_000_000), "صدا.wav": bytes(3000)})
    done = sokhan_command(sokhan, "pull", "cli/planned", "--plan", "--exclude", "*.json", "--exclude", ".git*")
    assert done.returncode == 0, done.stderr
    assert "3 files, 2.0 MB; 0 B here already, 2.0 MB to fetch" in done.stdout
    assert "صدا.wav" in done.stdout
    assert "a.json" not in done.stdout
    assert "Nothing started." in done.stdout
    assert job_of(sokhan, "cli/planned") == {}
    plan = json.loads(sokhan_command(sokhan, "pull", "cli/planned", "--plan", "--json").stdout)
    assert [file["path"] for file in plan["files"]] == [*ALWAYS, "a.json", "weights.bin", "صدا.wav"]


def test_the_catalogs_pin_wins_unless_a_revision_is_given(sokhan: Platform, hub: TestHub) -> None:
    hub.put("cli/pinned", {"config.json": b"old"})
    old = hub.commit("cli/pinned")
    for command in (("add", "cli/pinned", "--kind", "tts"), ("refresh", "cli/pinned")):
        assert sokhan_command(sokhan, "catalog", *command).returncode == 0
    hub.put("cli/pinned", {"config.json": b"new"})
    new = hub.commit("cli/pinned")
    assert old[:12] in sokhan_command(sokhan, "pull", "cli/pinned", "--plan").stdout
    assert new[:12] in sokhan_command(sokhan, "pull", "cli/pinned", "--plan", "--revision", "main").stdout
    assert old[:12] in sokhan_command(sokhan, "pull", "cli/pinned").stdout
    newer = "newer: sokhan catalog refresh cli/pinned; sokhan pull cli/pinned"
    assert newer in sokhan_command(sokhan, "updates").stdout


def test_pause_resume_limit_and_cancel_by_id(sokhan: Platform, slow: TestHub) -> None:
    slow.put_file("cli/controlled", "weights.bin", SIZE)
    started = sokhan_command(sokhan, "pull", "cli/controlled", "--no-wait", "--limit", "300k", "--json")
    job = json.loads(started.stdout)["id"]
    assert json.loads(started.stdout)["bandwidth"] == 300_000
    under_way(sokhan, "cli/controlled", percent=1)
    paused = sokhan_command(sokhan, "pause", job)
    assert paused.returncode == 0, paused.stderr
    assert f"Go on with: sokhan resume {job}" in paused.stdout
    listed = sokhan_command(sokhan, "jobs").stdout
    assert next(line for line in listed.splitlines() if line.startswith(job)).split()[1:3] == ["download", "paused"]
    assert "1.5 MB/s" in sokhan_command(sokhan, "limit", job, "1.5M").stdout
    assert "no limit" in sokhan_command(sokhan, "limit", job, "none").stdout
    assert "It goes on from" in sokhan_command(sokhan, "resume", job).stdout
    assert "will stop" in sokhan_command(sokhan, "cancel", job).stdout
    assert sokhan.wait_job(f"/api/sources/download/{job}")["state"] == "cancelled"
    again = json.loads(sokhan_command(sokhan, "retry", job, "--json").stdout)
    assert again["id"] != job
    assert again["repoId"] == "cli/controlled"
    for command in (("pause", "none"), ("resume", "none"), ("retry", "none"), ("limit", "none-such", "1M")):
        done = sokhan_command(sokhan, *command)
        assert (done.returncode, "NOT_FOUND" in done.stderr) == (1, True), command


def test_installed_verify_repair_and_remove(sokhan: Platform, hub: TestHub) -> None:
    hub.put("cli/kept", {"config.json": b'{"model_type": "bert"}', "صدا یک.safetensors": bytes(50_000)})
    assert sokhan_command(sokhan, "pull", "cli/kept").returncode == 0
    listed = sokhan_command(sokhan, "installed")
    row = next(line for line in listed.stdout.splitlines() if line.startswith("cli/kept "))
    assert row.split()[-1] == "complete"
    assert "50.3 kB" in row
    fine = sokhan_command(sokhan, "verify", "cli/kept")
    assert (fine.returncode, fine.stdout) == (0, "cli/kept: all of 4 files as installed.\n")
    weights = sokhan.data / "models/cli/kept/صدا یک.safetensors"
    rot(weights)
    damaged = sokhan_command(sokhan, "verify", "cli/kept")
    assert damaged.returncode == 1
    assert damaged.stdout.splitlines()[1].split(maxsplit=1) == ["content", "صدا یک.safetensors"]
    assert "1 file of cli/kept is not as installed. (DAMAGED)" in damaged.stderr
    assert "sokhan pull cli/kept" in damaged.stderr
    assert "is damaged" in sokhan_command(sokhan, "installed").stdout
    assert json.loads(sokhan_command(sokhan, "verify", "cli/kept", "--json").stdout)["result"]["damagedCount"] == 1
    assert sokhan_command(sokhan, "pull", "cli/kept").returncode == 0
    assert weights.read_bytes() == bytes(50_000)
    gone = sokhan_command(sokhan, "remove", "cli/kept")
    assert (gone.returncode, gone.stdout) == (0, "cli/kept is removed: 50.3 kB freed.\n")
    missing = sokhan_command(sokhan, "remove", "cli/kept")
    assert missing.returncode == 1
    assert "`sokhan installed` lists what there is." in missing.stderr
