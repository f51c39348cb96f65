"""The child's output: the protocol's lines on a separate descriptor."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from typing import Protocol

from services.trainer.interface.protocol import Failed, Level, Log, Message

_LEVELS: tuple[tuple[int, Level], ...] = (
    (logging.ERROR, "error"),
    (logging.WARNING, "warning"),
    (logging.INFO, "info"),
)
_MAX_LOG_CHARACTERS = 8000  # characters; a traceback through torch has some 4,000
EXIT_ORPHANED = 75


class Channel(Protocol):
    def send(self, message: Message) -> None: ...


class PipeChannel:
    """Safe for several threads. Exits the process when the pipe has no reader."""

    def __init__(self, descriptor: int, *, failures_only: bool = False) -> None:
        self._descriptor = descriptor
        self._failures_only = failures_only
        self._lock = threading.Lock()

    @classmethod
    def take_stdout(cls, *, failures_only: bool = False) -> PipeChannel:
        """Reserve stdout for the protocol; redirects the output of libraries, from Python or C, to stderr.

        `failures_only`: for all processes of a run but the first, whose pipe they share.
        """
        descriptor = os.dup(1)
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        return cls(descriptor, failures_only=failures_only)

    def send(self, message: Message) -> None:
        if self._failures_only and not isinstance(message, Failed):
            return
        line = memoryview(message.line())
        try:
            with self._lock:
                while line:
                    line = line[os.write(self._descriptor, line) :]
        except BrokenPipeError:
            os._exit(EXIT_ORPHANED)


class ChannelHandler(logging.Handler):
    """Forwards log records as `Log` messages."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        level = next((name for number, name in _LEVELS if record.levelno >= number), "debug")
        try:
            text = self.format(record)[:_MAX_LOG_CHARACTERS]
        except Exception:
            self.handleError(record)
            return
        self._channel.send(Log(level=level, message=text, time=time.time()))
