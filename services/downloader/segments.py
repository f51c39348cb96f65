"""Which bytes of a file which request fetches.

Every request takes a share of what is left: large at first, small at the end, so that all connections end together
and few requests are made (guided self-scheduling). When nothing is left to take, an idle connection helps the segment
that has the most to go by taking its second half: no file waits for its slowest connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shared.files.intervals import Interval

# Below this a request of its own costs more than it brings: 4 MiB is a second on a line of 30 Mbit/s.
MIN_SEGMENT_BYTES = 4 * 1024 * 1024
# A helper leaves alone what its owner will have brought in so many seconds: cutting it short would waste the bytes that
# are on their way already.
_HELP_THRESHOLD_S = 2.0
_MIN_HALF_BYTES = 1024 * 1024


@dataclass(slots=True, eq=False)
class Segment:
    """Bytes `at` to `end` are still to come; the owner moves `at`, a helper may pull `end` in. `began` in seconds."""

    at: int
    end: int
    began_at: int
    began: float

    def seconds_left(self, now: float) -> float:
        """At the speed it had so far."""
        brought = self.at - self.began_at
        return self.left * (now - self.began) / brought if brought else now - self.began

    @property
    def left(self) -> int:
        return self.end - self.at


class Segments:
    """The missing bytes of one file. `whole` has one request fetch all, for servers that give no ranges."""

    def __init__(self, missing: Iterable[Interval], connections: int) -> None:
        self._gaps = sorted(missing)
        self._connections = connections
        self._taken: list[Segment] = []
        self.whole = False

    @property
    def done(self) -> bool:
        return not self._gaps and not self._taken

    def take(self, now: float) -> Segment | None:
        """The next share of what nobody fetches yet."""
        if not self._gaps or (self.whole and self._taken):
            return None
        if self.whole:
            share, self._gaps = (self._gaps[0][0], self._gaps[-1][1]), []
        else:
            share = self._cut()
        return self._hand_out(*share, now)

    def help(self, now: float) -> Segment | None:
        """Half of the segment that will take longest, where that is worth a request."""
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
        # A rest that would not be worth a request goes along.
        stop = end if end - start < share + MIN_SEGMENT_BYTES // 2 else start + share
        if stop < end:
            self._gaps.insert(0, (stop, end))
        return start, stop

    def give_back(self, segment: Segment) -> None:
        """The request has ended; what it did not bring is to be had again."""
        self._taken.remove(segment)
        if segment.left > 0:
            self._gaps.append((segment.at, segment.end))
            self._gaps.sort()
