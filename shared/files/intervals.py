"""The received bytes of a file, as sorted half-open intervals that never touch."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

Interval = tuple[int, int]


class Intervals:
    def __init__(self, intervals: Iterable[Interval] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in intervals:
            self.add(start, end)

    def __iter__(self) -> Iterator[Interval]:
        return iter(zip(self._starts, self._ends, strict=True))

    def add(self, start: int, end: int) -> None:
        if start >= end:
            return
        first = bisect_left(self._ends, start)
        last = first
        while last < len(self._starts) and self._starts[last] <= end:
            start, end = min(start, self._starts[last]), max(end, self._ends[last])
            last += 1
        self._starts[first:last], self._ends[first:last] = [start], [end]

    @property
    def total(self) -> int:
        return sum(end - start for start, end in self)

    @property
    def prefix(self) -> int:
        """The number of bytes from the start of the file without a gap."""
        return self._ends[0] if self._starts and self._starts[0] == 0 else 0

    def missing(self, size: int) -> list[Interval]:
        """The gaps below `size`."""
        gaps: list[Interval] = []
        at = 0
        for start, end in self:
            if start > at:
                gaps.append((at, min(start, size)))
            at = end
        if at < size:
            gaps.append((at, size))
        return gaps
