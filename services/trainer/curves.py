"""What a chart of a long run is chosen from: of every block of steps, where each value was lowest and highest.

A million steps are two thousand blocks, which are read in a moment; the rows of the chosen steps are read after that.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.store import Value
from shared.store.collections import CURVE_BLOCK


class Curves:
    """Rows go in by ascending step, the same step again where it has got more values; full blocks come out."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._block = -1
        self._steps = (0, 0)
        self._keys: dict[str, list[Value]] = {}
        self._full: list[dict[str, Value]] = []

    def add(self, step: int, values: Mapping[str, Value]) -> None:
        block = (step - 1) // CURVE_BLOCK
        if block != self._block:
            self._close()
            self._block, self._steps, self._keys = block, (step, step), {}
        self._steps = (self._steps[0], max(self._steps[1], step))
        for name, value in values.items():
            assert isinstance(value, int | float)
            known = self._keys.get(name)
            if known is None:
                self._keys[name] = [step, value, step, value]
                continue
            low, high = known[1], known[3]
            assert isinstance(low, int | float)
            assert isinstance(high, int | float)
            if value < low:
                known[:2] = [step, value]
            if value > high:
                known[2:] = [step, value]

    def take(self) -> list[dict[str, Value]]:
        """The blocks that were filled since the last time, as documents of `training_curves`."""
        full, self._full = self._full, []
        return full

    def give_back(self, documents: list[dict[str, Value]]) -> None:
        """They could not be written."""
        self._full = [*documents, *self._full]

    def _close(self) -> None:
        if self._block >= 0:
            first, last = self._steps
            self._full.append(
                {
                    "id": f"{self._run}:{self._block:08}",
                    "run": self._run,
                    "block": self._block,
                    "first": first,
                    "last": last,
                    "keys": {name: list(extremes) for name, extremes in self._keys.items()},
                }
            )
