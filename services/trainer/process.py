"""A run's child process: started, listened to, told what to do, and never left behind."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

from pydantic import ValidationError

from services.trainer.child.protocol import Control, Message, RunSpec, parse_message
from shared.telemetry import get_logger

_LOG = get_logger("trainer")
# A log line may carry a traceback; a line beyond this is not one of ours.
_LINE_LIMIT = 1 << 20
_END_S = 10.0
# OpenMP threads that wait by spinning take the cores from the services beside them.
_POLITE = {"OMP_WAIT_POLICY": "PASSIVE"}


class ChildProcess:
    """Closing its stdin ends it, so a killed supervisor leaves no child at work."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, spec: RunSpec) -> ChildProcess:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.trainer.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
            env={**os.environ, **_POLITE},
        )
        child = cls(process)
        await child._write(spec.line())
        return child

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

    async def tell(self, control: Control) -> None:
        await self._write(control.line())

    async def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(ConnectionError):  # it has ended; its last words or its exit status say why
            self._process.stdin.write(line)
            await self._process.stdin.drain()

    async def wait(self) -> int:
        return await self._process.wait()

    async def end(self) -> None:
        """Make sure that it is gone. Its files are whole at any moment, so it can be killed at any moment."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_S):
                    await self._process.wait()
