"""A run's child process: started, listened to, told what to do, and never left behind."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import psutil
from pydantic import ValidationError

from services.trainer.interface.protocol import SPEC_VARIABLE, ChildControl, Message, RunSpec, parse_message
from shared.telemetry import get_logger

_LOG = get_logger("trainer")
# A log line may carry a traceback; a line beyond this is not one of ours.
_LINE_LIMIT = 1 << 20
_END_S = 10.0
# OpenMP threads that wait by spinning take the cores from the services beside them.
_POLITE = {"OMP_WAIT_POLICY": "PASSIVE"}


_LAUNCHER = ("-m", "accelerate.commands.launch", "--multi_gpu", "--num_machines=1", "--mixed_precision=no")


class ChildProcess:
    """Closing its stdin ends it, so a killed supervisor leaves no child at work."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, spec: RunSpec, environment: Mapping[str, str], processes: int = 1) -> ChildProcess:
        """Start the child, or accelerate's launcher of several. All of them find the spec in the environment."""
        process = await asyncio.create_subprocess_exec(
            *launch_command(processes, "services.trainer.child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
            env={**os.environ, **_POLITE, **environment, SPEC_VARIABLE: spec.line().decode()},
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def messages(self) -> AsyncIterator[Message]:
        """Everything it says, until it ends."""
        assert self._process.stdout is not None
        while True:
            try:
                line = await self._process.stdout.readline()
            except ValueError:
                _LOG.warning("child_line_too_long")
                continue
            if not line:
                return
            try:
                yield parse_message(line)
            except ValidationError:
                _LOG.warning("child_line_unreadable", line=line[:200].decode(errors="replace"))

    async def tell(self, control: ChildControl) -> None:
        await self._write(control.line())

    async def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(ConnectionError):  # it has ended; its last words or its exit status say why
            self._process.stdin.write(line)
            await self._process.stdin.drain()

    def _family(self) -> list[psutil.Process]:
        """Of several processes this is accelerate's launcher, and the others are below it, in sessions of their own."""
        try:
            launcher = psutil.Process(self._process.pid)
            return [launcher, *launcher.children(recursive=True)] if self._process.returncode is None else []
        except psutil.NoSuchProcess:
            return []

    async def wait(self) -> int:
        return await self._process.wait()

    async def end(self) -> None:
        """Make sure that it is gone. Its files are whole at any moment, so it can be killed at any moment."""
        for process in await asyncio.to_thread(self._family):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.returncode is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_S):
                    await self._process.wait()


def launch_command(processes: int, module: str) -> list[str]:
    """`python -m module`, so many times side by side; accelerate tells each which it is."""
    if processes == 1:
        return [sys.executable, "-m", module]
    return [sys.executable, *_LAUNCHER, f"--num_processes={processes}", "--main_process_port=0", "-m", module]
