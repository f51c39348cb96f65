"""Divides the missing bytes of a file among requests.

Every request takes a share of the remaining bytes: large at first, small at the end, so that all connections end
together with few requests (guided self-scheduling). When nothing remains, an idle connection takes the second half of
the slowest segment: no file waits for its slowest connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shared.files.intervals import Interval

# Smaller requests cost more than they bring: 4 MiB is a second at 30 Mbit/s.
MIN_SEGMENT_BYTES = 4 * 1024 * 1024
# A segment that ends within this time gets no help: bytes already on their way would be wasted.
_HELP_THRESHOLD_S = 2.0
_MIN_HALF_BYTES = 1024 * 1024


@dataclass(slots=True, eq=False)
class Segment:
    """Bytes `at` to `end` are missing; the owner advances `at`, a helper may reduce `end`. `began` in seconds."""

    at: int
    end: int
    began_at: int
    began: float

    def seconds_left(self, now: float) -> float:
        """An estimate from its speed so far."""
        brought = self.at - self.began_at
        return self.left * (now - self.began) / brought if brought else now - self.began

    @property
    def left(self) -> int:
        return self.end - self.at


class Segments:
    """The missing bytes of one file. `whole`: one request fetches all, for servers without ranges."""

    def __init__(self, missing: Iterable[Interval], connections: int) -> None:
        self._gaps = sorted(missing)
        self._connections = connections
        self._taken: list[Segment] = []
        self.whole = False

    @property
    def done(self) -> bool:
        return not self._gaps and not self._taken

    def take(self, now: float) -> Segment | None:
        """The next share of the bytes that no request fetches; None if there are none."""
        if not self._gaps or (self.whole and self._taken):
            return None
        if self.whole:
            share, self._gaps = (self._gaps[0][0], self._gaps[-1][1]), []
        else:
            share = self._cut()
        return self._hand_out(*share, now)

    def help(self, now: float) -> Segment | None:
        """The second half of the segment that will take longest; None if that is not worth a request."""
        slowest = max(self._taken, key=lambda segment: segment.seconds_left(now), default=None)
        if self.whole or slowest is None or slowest.left < 2 * _MIN_HALF_BYTES:
            return None
        if slowest.seconds_left(now) < _HELP_THRESHOLD_S:
            return None
        middle, end = slowest.at + slowest.left // 2, slowest.end
        slowest.end = middle
        return self._hand_out(middle, end, now)

    def _hand_out(self, start: int, end: int, now: float) -> Segment:
        segment = Segment(start, end, start, now)
        self._taken.append(segment)
        return segment

    def _cut(self) -> Interval:
        start, end = self._gaps.pop(0)
        left = end - start + sum(e - s for s, e in self._gaps)
        share = max(MIN_SEGMENT_BYTES, left // (2 * self._connections))
        # Include a remainder that would not be worth a request.
        stop = end if end - start < share + MIN_SEGMENT_BYTES // 2 else start + share
        if stop < end:
            self._gaps.insert(0, (stop, end))
        return start, stop

    def give_back(self, segment: Segment) -> None:
        """End a request; its missing bytes become available again."""
        self._taken.remove(segment)
        if segment.left > 0:
            self._gaps.append((segment.at, segment.end))
            self._gaps.sort()
