"""Draws curves in a terminal: one mark per curve, values on the left, steps below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

MARKS = "•×+o*#%@"
_HEIGHT = 12
_WIDTH = 64
_DECADE = 10  # values that span more are drawn on a logarithmic scale

Curve = Sequence[tuple[float, float]]


def chart(curves: Mapping[str, Curve], width: int = _WIDTH, height: int = _HEIGHT) -> str:
    """A chart as text. `curves`: for each name the points (step, value). Empty without points."""
    points = [point for curve in curves.values() for point in curve]
    if not points:
        return ""
    steps, values = [step for step, _ in points], [value for _, value in points]
    log = min(values) > 0 and max(values) > _DECADE * min(values)
    low, high = _scaled(min(values), log), _scaled(max(values), log)
    canvas = [[" "] * width for _ in range(height)]
    for mark, curve in zip(MARKS, curves.values(), strict=False):
        for step, value in curve:
            column = _place(step, min(steps), max(steps), width)
            row = height - 1 - _place(_scaled(value, log), low, high, height)
            canvas[row][column] = mark
    middle = _unscaled((low + high) / 2, log)
    labels = {0: max(values), height // 2: middle, height - 1: min(values)}
    lines = [f"{_short(labels[n]) if n in labels else '':>9} ┤{''.join(row).rstrip()}" for n, row in enumerate(canvas)]
    left, right = f"{min(steps):,.0f}", f"{max(steps):,.0f}"
    lines.append(f"{'':>9} └{'─' * width}")
    lines.append(f"{'':>11}{left}{right:>{max(1, width - len(left))}}")
    lines += [f"{'':>11}{mark} {name}" for mark, name in zip(MARKS, curves, strict=False)]
    return "\n".join(lines)


def _place(value: float, low: float, high: float, size: int) -> int:
    return round((value - low) / (high - low) * (size - 1)) if high > low else 0


def _scaled(value: float, log: bool) -> float:
    return math.log(value) if log else value


def _unscaled(value: float, log: bool) -> float:
    return math.exp(value) if log else value


def _short(value: float) -> str:
    return f"{value:.4g}"
