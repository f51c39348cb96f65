"""Rounds the values of curves to what a plot can show: noise in the last digits is most of an answer's size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from services.gateway.training.schemas import ColumnsView, MetricsView

# Four digits are what people read off a curve.
_DIGITS = 4
# Of a key's range: the error is then less than a pixel of a plot of 1000, and noise fits into three bytes.
_LEVELS = 500


def rounded(view: MetricsView) -> MetricsView:
    """Values with four significant digits, and with more where those of a key lie close together: the error is at most
    a thousandth of the key's range."""
    finest = {key: _decimals_of(values) for key, values in _values(view).items()}
    points = tuple(
        {
            name: _round(value, finest[name]) if name in finest and isinstance(value, int | float) else value
            for name, value in point.items()
        }
        for point in view.points
    )
    return MetricsView(keys=view.keys, points=points)


def columns(view: MetricsView) -> ColumnsView:
    """The same values by key, without epochs and times."""
    return ColumnsView(
        keys=view.keys,
        steps=tuple(int(point["step"]) for point in view.points),
        values={key: tuple(_number(point.get(key)) for point in view.points) for key in view.keys},
    )


def _values(view: MetricsView) -> Mapping[str, list[float]]:
    found = {key: [_number(point.get(key)) for point in view.points] for key in view.keys}
    return {key: [value for value in values if value is not None] for key, values in found.items()}


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None


def _decimals_of(values: Iterable[float]) -> int:
    """Decimal places that resolve a five-hundredth of the range of these values."""
    known = list(values)
    spread = max(known) - min(known) if known else 0.0
    return -math.floor(math.log10(spread / _LEVELS)) if spread > 0 and math.isfinite(spread) else 0


def _round(value: float, least: int) -> float:
    if value == 0 or not math.isfinite(value):
        return value
    digits = _DIGITS - 1 - math.floor(math.log10(abs(value)))
    return round(value, max(digits, least))
