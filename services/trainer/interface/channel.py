"""The child's way out: protocol lines on a descriptor of their own, and nothing else there."""

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
    """Safe to use from several threads. When nobody reads any more, the process has nothing left to do."""

    def __init__(self, descriptor: int, *, failures_only: bool = False) -> None:
        self._descriptor = descriptor
        self._failures_only = failures_only
        self._lock = threading.Lock()

    @classmethod
    def take_stdout(cls, *, failures_only: bool = False) -> PipeChannel:
        """Keep stdout for the protocol; what libraries print there, from Python or C, goes to stderr from now on.

        `failures_only`: for the other processes of a run, which share the first one's pipe.
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
