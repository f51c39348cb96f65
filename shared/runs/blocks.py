"""Builds curve blocks from metric rows (ADR 12).

A million steps are two thousand blocks. A chart reads the blocks, chooses steps from their extremes, and then reads
only the rows of those steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.runs.records import BLOCK_STEPS, CurveBlock, Extremes, MetricRow


class CurveBlocks:
    """Collects the rows of one run, by ascending step; a step may occur again with further values."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._block = -1
        self._steps = (0, 0)
        self._keys: dict[str, Extremes] = {}
        self._full: list[CurveBlock] = []

    def add(self, step: int, values: Mapping[str, float]) -> None:
        block = (step - 1) // BLOCK_STEPS
        if block != self._block:
            self._close()
            self._block, self._steps, self._keys = block, (step, step), {}
        self._steps = (self._steps[0], max(self._steps[1], step))
        for name, value in values.items():
            self._keys[name] = _widened(self._keys.get(name), step, value)

    def take(self) -> list[CurveBlock]:
        """The blocks that have been completed since the last call."""
        full, self._full = self._full, []
        return full

    def give_back(self, blocks: Sequence[CurveBlock]) -> None:
        """Blocks that could not be written; `take` returns them again."""
        self._full = [*blocks, *self._full]

    def _close(self) -> None:
        if self._block >= 0:
            self._full.append(CurveBlock(self._run, self._block, *self._steps, self._keys))


def extremes_of(rows: Sequence[MetricRow]) -> dict[str, Extremes]:
    """The extremes of these rows."""
    keys: dict[str, Extremes] = {}
    for row in rows:
        for name, value in row.values.items():
            keys[name] = _widened(keys.get(name), row.step, value)
    return keys


def _widened(known: Extremes | None, step: int, value: float) -> Extremes:
    """The first step of the lowest value, and the first of the highest."""
    if known is None:
        return (step, value, step, value)
    low_step, low, high_step, high = known
    if value < low:
        low_step, low = step, value
    if value > high:
        high_step, high = step, value
    return (low_step, low, high_step, high)
