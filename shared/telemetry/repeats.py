"""Limits log lines of one kind, so that a flood of requests or errors does not fill the disk."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_WINDOW_S = 10.0
# 50 requests a second are logged one by one. A traceback has forty lines.
_LINES, _TRACEBACKS = 500, 20
_MAX_KINDS = 1000


@dataclass(slots=True)
class _LineWindow:
    started: float
    lines: int = 0
    suppressed: int = 0


class RepeatFilter(logging.Filter):
    """Drops lines of one logger and event above the limit of ten seconds; the next line has their number."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._windows: dict[tuple[str, str], _LineWindow] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        window = self._window(record)
        window.lines += 1
        if window.lines > (_TRACEBACKS if _has_traceback(record) else _LINES):
            window.suppressed += 1
            return False
        return True

    def _window(self, record: logging.LogRecord) -> _LineWindow:
        key = (record.name, _event(record))
        now = self._clock()
        window = self._windows.get(key)
        if window is not None and now - window.started < _WINDOW_S:
            return window
        if window is not None and window.suppressed:
            _note(record, window.suppressed)
        if len(self._windows) >= _MAX_KINDS:
            self._windows.clear()
        window = self._windows[key] = _LineWindow(now)
        return window


def _event(record: logging.LogRecord) -> str:
    """The event of a structured line; the template of another library's."""
    message: object = record.msg
    return str(message.get("event")) if isinstance(message, Mapping) else str(message)[:100]


def _has_traceback(record: logging.LogRecord) -> bool:
    structured = isinstance(record.msg, Mapping) and record.msg.get("exc_info")
    return bool(record.exc_info or structured)


def _note(record: logging.LogRecord, suppressed: int) -> None:
    if isinstance(record.msg, dict):
        record.msg = {**record.msg, "suppressed": suppressed}
    else:
        record.msg = f"{record.msg} ({suppressed} suppressed)"
