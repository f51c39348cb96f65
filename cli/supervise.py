"""Supervises processes: starts them, restarts those that die, and ends all of them together."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.log_files import ROTATE_EVERY_S, rotate

# A part that has run this long is healthy: after its next death the backoff starts from its minimum.
_HEALTHY_S = 30.0
_MIN_RESTART_DELAY_S, _MAX_RESTART_DELAY_S = 0.2, 15.0
_PR_SET_PDEATHSIG = 1


@dataclass
class SupervisedProcess:
    """`environment` is added to the supervisor's; `last` parts are ended after the others; a part that runs `once` is
    not started again after it has succeeded.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    deaths: int = 0
    last: bool = False
    once: bool = False

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process is not None and self.process.returncode is None else None


class Supervisor:
    def __init__(
        self, parts: Sequence[SupervisedProcess], report: Callable[[str], None], on_change: Callable[[], None]
    ) -> None:
        self._parts = parts
        self._report = report
        self._on_change = on_change
        self._stopping = False

    async def run(self, stop: asyncio.Event, grace: float) -> None:
        """Keep every part running until `stop` is set; then end them, each within `grace` seconds."""
        keepers = [asyncio.create_task(self._keep(part), name=part.name) for part in self._parts]
        keepers.append(asyncio.create_task(self._rotate_logs(), name="logs"))
        try:
            await stop.wait()
        finally:
            self._stopping = True
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            await self._end_all(grace)

    async def _rotate_logs(self) -> None:
        while True:
            await asyncio.sleep(ROTATE_EVERY_S)
            for part in self._parts:
                await asyncio.to_thread(rotate, part.log)

    async def _keep(self, part: SupervisedProcess) -> None:
        wait = _MIN_RESTART_DELAY_S
        while True:
            started = time.monotonic()
            await self._start(part)
            assert part.process is not None
            status = await part.process.wait()
            if self._stopping or (part.once and status == 0):
                return
            part.deaths += 1
            wait = (
                _MIN_RESTART_DELAY_S if time.monotonic() - started > _HEALTHY_S else min(wait * 2, _MAX_RESTART_DELAY_S)
            )
            self._report(f"{part.name:<11}died ({_reason(status)}); restarting it. Log: {part.log}")
            await asyncio.sleep(wait)

    async def _start(self, part: SupervisedProcess) -> None:
        part.log.parent.mkdir(parents=True, exist_ok=True)
        rotate(part.log)
        with part.log.open("ab") as log:
            part.process = await asyncio.create_subprocess_exec(
                *part.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **part.environment},
                start_new_session=True,  # only the supervisor gets Ctrl-C, and ends the parts in order
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        self._on_change()

    async def _end_all(self, grace: float) -> None:
        # The bus is ended last, so that the services can requeue their jobs.
        for last in (False, True):
            group = [part for part in self._parts if part.pid and part.last is last]
            await asyncio.gather(*(self._end(part, grace) for part in group))

    async def _end(self, part: SupervisedProcess, grace: float) -> None:
        assert part.process is not None
        part.process.terminate()
        try:
            async with asyncio.timeout(grace):
                await part.process.wait()
        except TimeoutError:
            self._report(f"{part.name:<11}did not stop within {grace:.0f} s and was killed")
            part.process.kill()
            await part.process.wait()


def _die_with_parent() -> None:
    """End the process with its parent, also after a `kill -9` of `sokhan up` (Linux: prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _reason(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit {status}"
