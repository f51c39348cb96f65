"""Histograms that a plot can show: outliers are in the last bin instead of stretching all others."""

from __future__ import annotations

from array import array

import numpy as np

from shared.preview.models import Histogram

_BINS = 30
_MOST_PERCENT = 99.5


def histogram(values: array[float] | array[int], *, whole: bool = False) -> Histogram:
    """At most 30 bins of one width up to the 99.5th percentile. `whole`: the edges are whole numbers."""
    if not values:
        return Histogram()
    data = np.asarray(values, dtype=np.float64)
    low, high = float(data.min()), float(data.max())
    top = max(float(np.percentile(data, _MOST_PERCENT)), low)
    if whole:
        width = max(1, int(np.ceil((top - low + 1) / _BINS)))
        edges = np.arange(low, top + width + 0.5, width)
    else:
        edges = np.linspace(low, top if top > low else low + 1, _BINS + 1)
    edges[-1] = max(edges[-1], high)
    counts, _ = np.histogram(data, edges)
    return Histogram(edges=tuple(round(float(edge), 6) for edge in edges), counts=tuple(int(count) for count in counts))
