"""How long a run stands still that was killed: from `kill -9` to the next step that a client sees.

On the whole platform with the lease as shipped (20 s). Killed is once the training process, once the whole service with
another started at once. What a client sees comes over /ws; what happened in between is read off the service's log.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.downloads import say
from bench.measure import cpu_seconds
from bench.platform import Row
from cli.demo.dataset import write_archive
from shared.config import Settings
from tests.support.command_line import sokhan_command
from tests.support.platform import Listener, Platform, platform
from tests.support.processes import wait_until

_DATASET = "local/bench-voice"
_LIMIT_S = 180.0
_NAMES = ("gateway", "scanner", "trainer")
# A checkpoint every ten steps: what is lost at a kill is done anew, and is small beside the rest.
_CONFIG = {"preset": "tiny", "max_steps": 100_000, "batch_size": 4, "evaluate_every": 1_000_000, "checkpoint_every": 10}
_WATCHED_S = 20.0


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from the kill: until the service has given the run to a new process, until that process begins to train
    (model and data are there), until a client sees a step of it, and one beyond the last before the kill."""

    started: float
    training: float
    seen: float
    beyond: float


@dataclass
class Killer:
    built: Platform
    run: str

    @property
    def service(self) -> int:
        return self.built.processes["trainer"].popen.pid

    def child(self) -> int:
        listed = subprocess.run(
            ["ps", "--ppid", str(self.service), "-o", "pid=,args="], capture_output=True, text=True, check=False
        )
        (found,) = [line.split() for line in listed.stdout.splitlines() if "services.trainer.child" in line]
        return int(found[0])

    def kill_child(self) -> float:
        """When, in seconds since the epoch: no step that the killed process made is younger."""
        os.kill(self.child(), signal.SIGKILL)
        return time.time()

    def kill_service(self) -> float:
        self.built.kill("trainer")
        killed = time.time()
        self.built.start("trainer")
        return killed

    def measure(self, *, whole_service: bool) -> Recovery:
        with self.built.socket(f"training:{self.run}") as listener:
            last = self._steps_are_made(listener)
            killed = self.kill_service() if whole_service else self.kill_child()
            seen = beyond = 0.0
            for moment, points in _points(listener):
                fresh = [step for step, made in points if made > killed]
                seen = seen or (moment if fresh else 0.0)
                if any(step > last for step in fresh):
                    beyond = moment
                    break
        found = Recovery(self._log("child_started", killed), self._began(killed), seen - killed, beyond - killed)
        say(f"{'service' if whole_service else 'child'} killed at step {last}: {found}")
        return found

    def _steps_are_made(self, listener: Listener) -> int:
        """The last step of those that came while the run went on undisturbed, a checkpoint among them."""
        last, first = 0, 0
        for _, points in _points(listener):
            last = max([last, *(step for step, _ in points)])
            first = first or last
            if last - first >= 12:
                break
        return last

    def _log(self, event: str, after: float) -> float:
        """Seconds from then until the service said so."""
        times = (
            datetime.fromisoformat(str(line["timestamp"])).timestamp()
            for line in self.built.processes["trainer"].lines()
            if line.get("event") == event
        )
        return next(moment for moment in times if moment > after) - after

    def _began(self, after: float) -> float:
        """The run's own log has a line when model and data are there."""
        with self.built.client() as client:
            lines = client.get(f"/api/training/{self.run}/logs").json()["data"]
        times = (
            datetime.fromisoformat(str(line["time"])).timestamp()
            for line in lines
            if line["message"].startswith(("Training ", "Attempt "))
        )
        return next((moment - after for moment in times if moment > after), float("nan"))


def measure(folder: Path, times: int) -> list[Row]:
    lease = Settings.model_fields["lease_seconds"].default
    with platform(folder, _NAMES, {"SOKHAN_LEASE_SECONDS": str(lease), "OMP_NUM_THREADS": "1"}) as built:
        killer = Killer(built, _start(built, folder))
        child = [killer.measure(whole_service=False) for _ in range(times)]
        recorded = _recording(killer)
        service = [killer.measure(whole_service=True) for _ in range(times)]
        with built.client() as client:
            client.delete(f"/api/training/{killer.run}").raise_for_status()
    return [
        *_rows("kill -9 of the training process", child),
        *_rows(f"kill -9 of the trainer, another started at once (lease {lease:g} s)", service),
        recorded,
    ]


def _start(built: Platform, folder: Path) -> str:
    archive = folder / "bench-voice.zip"
    write_archive(archive)
    done = sokhan_command(built, "datasets", "add", str(archive), "--json")
    assert done.returncode == 0, done.stderr
    wish = {"recipe": "vits", "datasets": [_DATASET], "config": _CONFIG, "name": "bench"}
    with built.client() as client:
        run = str(client.post("/api/training", json=wish).raise_for_status().json()["data"]["id"])
    wait_until(lambda: bool(built.get(f"/api/training/{run}")["lastCheckpoint"]), _LIMIT_S, "a first checkpoint")
    return run


def _points(listener: Listener) -> Iterator[tuple[float, list[tuple[int, float]]]]:
    """When a batch of steps was seen, and for each its number and when it was made, in seconds since the epoch."""
    deadline = time.monotonic() + _LIMIT_S
    while True:
        event = listener.next(max(0.1, deadline - time.monotonic()))
        data = event.get("data")
        if event.get("type") == "metrics" and isinstance(data, dict):
            moment = time.time()
            yield (
                moment,
                [(point["step"], datetime.fromisoformat(point["time"]).timestamp()) for point in data["points"]],
            )


def _recording(killer: Killer) -> Row:
    """The whole service beside a run that nobody disturbs: heartbeats and waiting included."""
    with killer.built.client() as client:
        before = int(client.get(f"/api/training/{killer.run}").json()["data"]["step"])
        processor, started = cpu_seconds(killer.service), time.monotonic()
        time.sleep(_WATCHED_S)
        processor, took = cpu_seconds(killer.service) - processor, time.monotonic() - started
        steps = int(client.get(f"/api/training/{killer.run}").json()["data"]["step"]) - before
    told = f"{processor / steps * 1000:.1f} ms a step of {took / steps * 1000:.0f} ms: {processor / took:.2%} of a core"
    return "the trainer service during a run, all that it does", told


def _rows(what: str, found: Sequence[Recovery]) -> list[Row]:
    def spread(values: Sequence[float]) -> str:
        return f"{statistics.median(values):.1f} s ({min(values):.1f}–{max(values):.1f})"

    return [
        (f"{what} → a step of the new process is seen on /ws", spread([one.seen for one in found])),
        ("… of these until the new process is started", spread([one.started for one in found])),
        (
            "… until it has loaded torch, the data and the model",
            spread([one.training - one.started for one in found]),
        ),
        ("… until its first step is made, written and seen", spread([one.seen - one.training for one in found])),
        ("… until a step beyond the last before the kill is seen", spread([one.beyond for one in found])),
    ]


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory(prefix="sokhan-bench-") as name:
        for row in measure(Path(name), 1):
            print(row)
