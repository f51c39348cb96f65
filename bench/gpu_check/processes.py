"""Runs jobs in processes of their own, each with a time limit; the next process is started ahead of its job."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, get_type_hints

from pydantic import BaseModel

from bench.gpu_check.worker import READY, Reply, Request

Argument = TypeVar("Argument", bound=BaseModel)
Result = TypeVar("Result", bound=BaseModel)

_ROOT = Path(__file__).resolve().parents[2]
_START_S = 180.0  # a cold start reads gigabytes of CUDA libraries


class JobFailed(Exception):
    """A job raised, its process ended, or it was not finished in time."""


class Workers:
    """A context manager. Safe for several threads."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs, self._environment = logs, {**os.environ, **environment}
        self._lock = threading.Lock()
        self._count = 0
        self._spare = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._spare.end()

    def call(self, job: Callable[[Argument], Result], argument: Argument, limit_s: float) -> Result:
        """Run `job`, a function of a module, in a fresh process. Raises `JobFailed`."""
        with self._lock:
            worker, self._spare = self._spare, self._start()
        request = Request(
            job=f"{job.__module__}:{job.__qualname__}", argument=argument.model_dump_json(), limit_s=limit_s
        )
        result: type[Result] = get_type_hints(job)["return"]
        return result.model_validate_json(worker.run(request))

    def _start(self) -> _Worker:
        self._count += 1
        return _Worker(self._logs / f"{self._count:02}.log", self._environment)


class _Worker:
    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        self._log = log
        with log.open("wb") as errors:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "bench.gpu_check.worker"],
                cwd=_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip

    def end(self) -> None:
        self._popen.kill()
        self._popen.communicate()

    def run(self, request: Request) -> str:
        """The JSON of the result. The time limit starts when the worker is ready."""
        try:
            if self._line(_START_S) != READY:
                raise JobFailed(f"the process did not start: {self._last_words()}")
            assert self._popen.stdin is not None
            self._popen.stdin.write(request.model_dump_json().encode() + b"\n")
            self._popen.stdin.flush()
            line = self._line(request.limit_s)
        finally:
            self.end()
        if not line:
            raise JobFailed(f"the process ended with {self._popen.returncode}: {self._last_words()}")
        reply = Reply.model_validate_json(line)
        if reply.result is None:
            raise JobFailed(reply.error)
        return reply.result

    def _line(self, limit_s: float) -> bytes:
        """The next line; empty if the process has ended. Raises `JobFailed` after the limit."""
        late = threading.Event()

        def kill() -> None:
            late.set()
            self._popen.kill()

        timer = threading.Timer(limit_s, kill)
        timer.start()
        assert self._popen.stdout is not None
        try:
            line = self._popen.stdout.readline()
        finally:
            timer.cancel()
        if not line and late.is_set():
            raise JobFailed(f"not finished within {limit_s:.0f} s")
        return line

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace").strip()[-300:] or "no message"
