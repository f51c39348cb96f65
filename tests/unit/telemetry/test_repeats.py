"""A flood of one kind of line is cut; others, and the next window, are not."""

from __future__ import annotations

import logging

from shared.telemetry.repeats import RepeatFilter


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def line(message: object, name: str = "http", error: bool = False) -> logging.LogRecord:
    info = (ValueError, ValueError("x"), None) if error else None
    return logging.LogRecord(name, logging.INFO, "", 0, message, (), info)


def test_a_flood_is_cut_and_the_next_line_counts_it() -> None:
    clock = Clock()
    limit = RepeatFilter(clock)
    assert sum(limit.filter(line({"event": "request", "path": str(n)})) for n in range(10_000)) == 500
    assert limit.filter(line({"event": "other"}))
    assert limit.filter(line({"event": "request"}, name="auth"))
    clock.now = 10.0
    after = line({"event": "request"})
    assert limit.filter(after)
    assert after.msg == {"event": "request", "suppressed": 9500}
    again = line({"event": "request"})
    assert limit.filter(again)
    assert again.msg == {"event": "request"}


def test_tracebacks_are_cut_sooner_and_lines_of_libraries_count_by_template() -> None:
    clock = Clock()
    limit = RepeatFilter(clock)
    assert sum(limit.filter(line("crashed", error=True)) for _ in range(100)) == 20
    assert sum(limit.filter(line({"event": "failed", "exc_info": True})) for _ in range(100)) == 20
    assert sum(limit.filter(line("accept failed: %s", name="asyncio")) for _ in range(1000)) == 500
    clock.now = 11.0
    after = line("accept failed: %s", name="asyncio")
    limit.filter(after)
    assert after.msg == "accept failed: %s (500 suppressed)"


def test_kinds_without_end_use_bounded_memory() -> None:
    limit = RepeatFilter(Clock())
    for number in range(5000):
        assert limit.filter(line(f"message {number}"))
    assert len(limit._windows) <= 1000
