"""`sokhan up`: starts, heals, stops, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from shared.trust import NOBODY
from tests.support.processes import free_port, wait_until
from tests.support.up import SERVICES, alive, environment, running_up


def test_ctrl_c_leaves_no_process_behind(tmp_path: Path) -> None:
    with running_up(tmp_path) as up:
        pids = up.pids()
        assert set(pids) == {"nats", *SERVICES}
        wait_until(lambda: "Ready:" in up.output, 20, "it says that it is ready")
        assert all(f"{name:<11}ready" in up.output for name in ("store", "bus", *SERVICES))
        second = subprocess.run(
            [sys.executable, "-m", "cli.main", "up"],
            cwd=tmp_path,
            env=environment(tmp_path, up.port),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert second.returncode == 1
        assert "already runs" in second.stderr
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(40) == 0
        assert "has stopped" in up.output
    assert not any(alive(pid) for pid in pids.values())


def test_a_part_that_dies_is_started_again_and_kill_9_of_up_ends_all(tmp_path: Path) -> None:
    first = free_port(together=len(SERVICES))
    with running_up(tmp_path, more={"SOKHAN_OPS_PORT": str(first)}) as up:
        started = _start_times(first)
        before = up.pids()
        for name in ("nats", "gateway", "synth"):
            os.kill(before[name], signal.SIGKILL)
        wait_until(lambda: len(up.pids()) == 6 and up.pids()["synth"] != before["synth"], 20, "the synth is new")
        wait_until(up.ready, 40, "every part is ready again")
        assert "died (signal SIGKILL)" in up.output
        assert f"gateway {first}, downloader {first + 1}" in up.output
        changed = {name for name, at in _start_times(first).items() if at != started[name]}
        assert changed == {"gateway", "synth"}, "each has its operations port again"
        pids = up.pids()
        up.process.kill()
        up.process.wait(10)
        wait_until(lambda: not any(alive(pid) for pid in pids.values()), 30, "the parts follow")


def _start_times(first: int) -> dict[str, str]:
    """Each service's start, as its operations port says."""
    found: dict[str, str] = {}
    for port, name in enumerate(SERVICES, first):
        metrics = httpx2.get(f"http://127.0.0.1:{port}/metrics", timeout=5, trust_env=False, verify=NOBODY).text
        found[name] = next(line for line in metrics.splitlines() if line.startswith("process_start_time_seconds "))
    return found


def test_a_worker_has_no_secret_that_it_does_not_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canaries = {"SOKHAN_TOKEN": "canary-token-0123456789abcdef", "HF_TOKEN": "hf_canary"}
    canaries["SOKHAN_SECRET_KEY"] = "canary-key" * 3
    for name, value in {**canaries, "SOKHAN_AUTH": "token"}.items():
        monkeypatch.setenv(name, value)
    with running_up(tmp_path) as up:
        held = {
            service: {name for name, value in canaries.items() if value.encode() in environ}
            for service in SERVICES
            for environ in [Path(f"/proc/{up.pids()[service]}/environ").read_bytes()]
        }
    nothing: set[str] = set()
    assert held == {
        "gateway": set(canaries),
        "downloader": {"HF_TOKEN", "SOKHAN_SECRET_KEY"},
        "scanner": nothing, "trainer": nothing, "synth": nothing,
    }  # fmt: skip


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "up"],
            cwd=tmp_path,
            env=environment(tmp_path, other.getsockname()[1]),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert "SOKHAN_PORT" in done.stderr
