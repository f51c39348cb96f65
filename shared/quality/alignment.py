"""Dynamic time warping (Sakoe and Chiba 1978) within a band around the diagonal, vectorised over its antidiagonals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from shared.quality.frames import Floats

_BAND, _NARROWEST = 0.25, 50
"""Half the width of the band: a quarter of the longer sequence, at least half a second."""
_DIAGONAL, _LEFT, _UP = 0, 1, 2


def align(one: Floats, other: Floats) -> NDArray[np.intp]:
    """The path [steps, 2] of pairs of frames with the least sum of distances; from (0, 0) to the last of both.

    `one` [n, dimensions], `other` [m, dimensions], both not empty. Time and memory grow with n * m.
    """
    n, m = len(one), len(other)
    costs = _skewed(cdist(one, other))
    moves = np.zeros((n + m - 1, n), dtype=np.int8)
    before, last = np.full(n, np.inf), np.full(n, np.inf)
    last[0] = costs[0, 0]
    for diagonal in range(1, n + m - 1):
        # Cell (i, j) of the antidiagonal i + j stands at place i; its neighbours stand at i and i - 1.
        choices = np.stack([_shifted(before), last, _shifted(last)])
        moves[diagonal] = choices.argmin(axis=0)
        before, last = last, choices.min(axis=0) + costs[diagonal]
    return _path(moves, n, m)


def _skewed(costs: Floats) -> Floats:
    """Costs [n, m] as antidiagonals [n + m - 1, n]; infinite outside the band and outside the matrix."""
    n, m = costs.shape
    rows, columns = np.indices((n, m), sparse=True)
    width = max(_NARROWEST, _BAND * max(n, m))
    slope = (m - 1) / max(1, n - 1)
    inside = np.abs(columns - rows * slope) <= max(width, slope)
    skewed = np.full((n + m - 1, n), np.inf)
    skewed[rows + columns, np.broadcast_to(rows, (n, m))] = np.where(inside, costs, np.inf)
    return skewed


def _shifted(values: Floats) -> Floats:
    return np.concatenate([[np.inf], values[:-1]])


def _path(moves: NDArray[np.int8], n: int, m: int) -> NDArray[np.intp]:
    i, j = n - 1, m - 1
    path = [(i, j)]
    while i or j:
        move = moves[i + j, i]
        i, j = (i - (move != _LEFT), j - (move != _UP))
        path.append((i, j))
    return np.array(path[::-1], dtype=np.intp)
