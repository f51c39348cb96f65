"""Who is compared in `bench/downloads.py`: Sokhan through its real services, huggingface_hub, and plain curl."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx2

from bench.measure import (
    LIMIT_S,
    LastByte,
    children_cpu,
    cpu_seconds,
    kill,
    peak_memory,
    wait_for_bytes,
    watch_until_end,
)
from tests.support.hub import TestHub
from tests.support.platform import Listener, Platform
from tests.support.processes import ROOT


@dataclass(frozen=True, slots=True)
class InferenceInput:
    """A repository on the hub; names, and bytes of all files together."""

    repo: str
    names: Sequence[str]
    size: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock and of the processor; `peak` is the most resident memory of the process so far, in KiB."""

    seconds: float
    cpu: float
    peak: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Seconds from the wish until it is said to be so (or the process has ended), and until the hub's last byte."""

    told: float
    last_byte: float


class Contender(Protocol):
    name: str

    def fetch(self, wanted: InferenceInput) -> Cost: ...

    def killed_at_half(self, wanted: InferenceInput, *, frozen: bool) -> int:
        """Ended with SIGKILL when the hub has sent half, started again, until everything is there.

        With `frozen`, the bytes that had been sent to it and that it had not read when it ended; without, 0.
        """

    def cancelled(self, wanted: InferenceInput, after: int) -> Cancelled:
        """Asked to stop when the hub has sent so many bytes."""

    def folder(self, wanted: InferenceInput) -> Path: ...


@dataclass
class Sokhan:
    """From `POST /api/sources/download` to the terminal event on `/ws`: queue, claim, listing, transfer, hash, fsync,
    scanner. Time and memory of the processor are the downloader's."""

    platform: Platform
    hub: TestHub
    name: str = "Sokhan"
    others_cpu: list[float] = field(default_factory=list)
    """What gateway and scanner used during each `fetch`."""

    @property
    def process(self) -> int:
        return self.platform.processes["downloader"].popen.pid

    def folder(self, wanted: InferenceInput) -> Path:
        return self.platform.data / "models" / wanted.repo

    def fetch(self, wanted: InferenceInput) -> Cost:
        with self._listener() as listener, self.platform.client() as client:
            before, others = cpu_seconds(self.process), self._others()
            started = time.perf_counter()
            _ends(listener, _start(client, wanted), "completed")
            seconds = time.perf_counter() - started
            self.others_cpu.append(self._others() - others)
            return Cost(seconds, cpu_seconds(self.process) - before, peak_memory(self.process))

    def killed_at_half(self, wanted: InferenceInput, *, frozen: bool) -> int:
        with self._listener() as listener, self.platform.client() as client:
            job = _start(client, wanted)
            wait_for_bytes(self.hub, wanted.size // 2)
            unread = kill(self.platform.processes["downloader"].popen, self.hub, frozen=frozen)
            self.platform.start("downloader")
            _ends(listener, job, "completed")
            return unread

    def cancelled(self, wanted: InferenceInput, after: int) -> Cancelled:
        with self._listener() as listener, self.platform.client() as client:
            job = _start(client, wanted)
            wait_for_bytes(self.hub, after)
            watch = LastByte(self.hub)
            asked = time.perf_counter()
            client.delete(f"/api/sources/download/{job}").raise_for_status()
            _ends(listener, job, "cancelled")
            return Cancelled(time.perf_counter() - asked, max(0.0, watch.at() - asked))

    def _others(self) -> float:
        return sum(cpu_seconds(self.platform.processes[name].popen.pid) for name in ("gateway", "scanner"))

    @contextmanager
    def _listener(self) -> Iterator[Listener]:
        with self.platform.socket("download:*") as listener:
            while listener.next().get("op") != "subscribed":
                pass
            yield listener


def _start(client: httpx2.Client, wanted: InferenceInput) -> str:
    answer = client.post("/api/sources/download", json={"modelId": wanted.repo}).raise_for_status()
    return str(answer.json()["data"]["id"])


def _ends(listener: Listener, job: str, state: str) -> None:
    deadline = time.monotonic() + LIMIT_S
    data: object = None
    while True:
        try:
            event = listener.next(max(0.1, deadline - time.monotonic()))
        except TimeoutError:
            raise AssertionError(f"the download did not end; last heard of it: {data}") from None
        if isinstance(event.get("data"), dict) and event.get("jobId") == job:
            data = event["data"]
            if event.get("final"):
                assert isinstance(data, dict)
                assert data["state"] == state, f"the download is {data['state']}: {data.get('error')}"
                return


class _Command:
    """A contender that is a process of its own for each download."""

    name = ""

    def __init__(self, hub: TestHub, base: Path) -> None:
        self.hub, self.base = hub, base
        base.mkdir(parents=True, exist_ok=True)

    def command(self, wanted: InferenceInput, *, again: bool = False) -> list[str]:
        raise NotImplementedError

    def folder(self, wanted: InferenceInput) -> Path:
        return self.base / wanted.repo

    def fetch(self, wanted: InferenceInput) -> Cost:
        before, started = children_cpu(), time.perf_counter()
        popen = self._begin(wanted)
        peak = watch_until_end(popen)
        seconds = time.perf_counter() - started
        self._check(popen)
        return Cost(seconds, children_cpu() - before, peak)

    def killed_at_half(self, wanted: InferenceInput, *, frozen: bool) -> int:
        popen = self._begin(wanted)
        wait_for_bytes(self.hub, wanted.size // 2)
        unread = kill(popen, self.hub, frozen=frozen)
        popen = self._begin(wanted, again=True)
        watch_until_end(popen)
        self._check(popen)
        return unread

    def cancelled(self, wanted: InferenceInput, after: int) -> Cancelled:
        popen = self._begin(wanted)
        wait_for_bytes(self.hub, after)
        watch = LastByte(self.hub)
        asked = time.perf_counter()
        popen.send_signal(signal.SIGINT)
        watch_until_end(popen)
        return Cancelled(time.perf_counter() - asked, max(0.0, watch.at() - asked))

    def _begin(self, wanted: InferenceInput, *, again: bool = False) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "HF_ENDPOINT": self.hub.url,
            "HF_HOME": str(self.base / "home"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1",
        }
        with (self.base / "errors.log").open("ab") as errors:
            return subprocess.Popen(
                self.command(wanted, again=again),
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip

    def _check(self, popen: subprocess.Popen[bytes]) -> None:
        told = (self.base / "errors.log").read_text(errors="replace")[-2000:]
        assert popen.returncode == 0, f"{self.name} ended with {popen.returncode}: {told}"


class HuggingFace(_Command):
    """`snapshot_download(local_dir=…)` in a fresh process, timed inside it, after its imports."""

    name = "huggingface_hub"

    def command(self, wanted: InferenceInput, *, again: bool = False) -> list[str]:
        return [sys.executable, "-m", "bench.hf_snapshot", wanted.repo, str(self.folder(wanted))]

    def fetch(self, wanted: InferenceInput) -> Cost:
        popen = self._begin(wanted)
        peak = watch_until_end(popen)
        self._check(popen)
        assert popen.stdout is not None
        said = json.loads(popen.stdout.read())
        return Cost(said["seconds"], said["cpu"], peak)


class Curl(_Command):
    """Knows every URL beforehand, looks up nothing, checks nothing; up to eight files at once."""

    name = "curl"

    @staticmethod
    def found() -> bool:
        return shutil.which("curl") is not None

    def command(self, wanted: InferenceInput, *, again: bool = False) -> list[str]:
        folder = self.folder(wanted)
        folder.mkdir(parents=True, exist_ok=True)
        pairs = [
            f'url = "{self.hub.url}/{wanted.repo}/resolve/main/{name}"\noutput = "{folder / name}"'
            for name in wanted.names
        ]
        listing = self.base / "urls"
        listing.write_text("\n".join(pairs) + "\n")
        many = ["--parallel", "--parallel-max", "8"] if len(wanted.names) > 1 else []
        return ["curl", "-q", "-sSL", "--fail", *many, *(["-C", "-"] if again else []), "-K", str(listing)]
