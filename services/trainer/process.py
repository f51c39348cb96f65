"""A run's child process: its start, its messages, its controls, and its end."""

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
# Bytes. A log line may contain a traceback; a longer line is not part of the protocol.
_LINE_LIMIT = 1 << 20
_END_S = 10.0
# Spinning OpenMP threads would take the cores from the services on this machine.
_PASSIVE_WAIT = {"OMP_WAIT_POLICY": "PASSIVE"}
# As -P, for the processes that accelerate's launcher starts: no module is imported from the current directory.
_SAFE_PATH = {"PYTHONSAFEPATH": "1"}


_LAUNCHER = ("-m", "accelerate.commands.launch", "--multi_gpu", "--num_machines=1", "--mixed_precision=no")


class ChildProcess:
    """A child that exits when its stdin is closed, so a killed supervisor leaves none running."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, spec: RunSpec, environment: Mapping[str, str], processes: int = 1) -> ChildProcess:
        """Start the child, or accelerate's launcher of several. Each reads the spec from the environment."""
        process = await asyncio.create_subprocess_exec(
            *launch_command(processes, "services.trainer.child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
            env={**os.environ, **_PASSIVE_WAIT, **_SAFE_PATH, **environment, SPEC_VARIABLE: spec.line().decode()},
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def messages(self) -> AsyncIterator[Message]:
        """The child's messages, until it ends. Other output is logged and skipped."""
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

    async def send(self, control: ChildControl) -> None:
        """Send a control. Does nothing if the child has ended."""
        await self._write(control.line())

    async def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(ConnectionError):  # it has ended; its last message or exit status gives the reason
            self._process.stdin.write(line)
            await self._process.stdin.drain()

    def _family(self) -> list[psutil.Process]:
        """The child with its descendants: accelerate's launcher starts several, in sessions of their own."""
        try:
            launcher = psutil.Process(self._process.pid)
            return [launcher, *launcher.children(recursive=True)] if self._process.returncode is None else []
        except psutil.NoSuchProcess:
            return []

    async def wait(self) -> int:
        return await self._process.wait()

    async def end(self) -> None:
        """Kill the child and its descendants, at any time: all its writes are atomic."""
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
    """The command for `python -m module`, in several processes by accelerate, which numbers them."""
    if processes == 1:
        return [sys.executable, "-P", "-m", module]
    return [sys.executable, "-P", *_LAUNCHER, f"--num_processes={processes}", "--main_process_port=0", "-m", module]
