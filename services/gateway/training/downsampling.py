"""Fewer points of a curve without losing its shape or its peaks.

LTTB (S. Steinarsson, "Downsampling Time Series for Visual Representation", 2013) keeps of each stretch the point that
spans the largest triangle with its neighbours. It looks at every point, so a min/max preselection goes first, as in
MinMaxLTTB (J. Van Der Donckt et al., 2023): four times as many points as wanted, the lowest and the highest of each
stretch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_PRESELECTED = 4
"""Preselected points per requested point; at this ratio the paper sees no difference to LTTB on all points."""


@dataclass(slots=True)
class Curve:
    """The values of one key: one step per value, steps unique and ascending."""

    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, step: int, value: float) -> None:
        self.steps.append(step)
        self.values.append(value)

    def __len__(self) -> int:
        return len(self.steps)

    def at(self, indexes: Iterable[int]) -> Curve:
        checkpoint = list(indexes)
        return Curve([self.steps[i] for i in checkpoint], [self.values[i] for i in checkpoint])


def choose(curves: Mapping[str, Curve], ends: tuple[int, int], points: int) -> set[int]:
    """At most `points` (2 or more) steps to show all the curves at: the ends, each curve's extremes, and its shape.

    Where even the extremes are more than `points`, the first curves' have their place.
    """
    chosen = set(ends)
    for curve in curves.values():
        for step in _extremes(curve):
            if len(chosen) < points:
                chosen.add(step)
    # A curve with few points (evaluations) leaves its unused share to the others.
    ordered = sorted(curves.values(), key=len)
    for number, curve in enumerate(ordered):
        share = (points - len(chosen)) // (len(ordered) - number)
        chosen.update(min_max_lttb(curve, share).steps)
    return chosen


def min_max_lttb(curve: Curve, count: int) -> Curve:
    """At most `count` points of the curve; none if `count` is below 2."""
    if len(curve) <= count:
        return curve
    if count < 2:
        return Curve()
    few = curve.at(min_max(curve.values, _PRESELECTED * count))
    return few.at(lttb(few.steps, few.values, count))


def min_max(values: Sequence[float], count: int) -> list[int]:
    """Indexes of the ends and of the lowest and highest value of each of `(count - 2) / 2` stretches, ascending."""
    if len(values) <= count:
        return list(range(len(values)))
    checkpoint = {0, len(values) - 1}
    stretches = max(1, (count - 2) // 2)
    width = len(values) / stretches
    for number in range(stretches):
        start, end = int(number * width), int((number + 1) * width)
        stretch = values[start:end]
        checkpoint.add(start + stretch.index(min(stretch)))
        checkpoint.add(start + stretch.index(max(stretch)))
    return sorted(checkpoint)


def lttb(steps: Sequence[int], values: Sequence[float], count: int) -> list[int]:
    """Indexes of `count` (2 or more) points, the first and the last among them, ascending; of fewer points all."""
    last = len(steps) - 1
    if len(steps) <= count:
        return list(range(len(steps)))
    checkpoint = [0]
    width = (last - 1) / (count - 2) if count > 2 else 0.0
    for number in range(count - 2):
        start, end = int(number * width) + 1, int((number + 1) * width) + 1
        after = min(int((number + 2) * width) + 1, last + 1) if number < count - 3 else last + 1
        # The corner on the right: the middle of the next stretch, which for the last stretch is the last point.
        x, y = sum(steps[end:after]) / (after - end), sum(values[end:after]) / (after - end)
        checkpoint.append(_widest(steps, values, range(start, end), checkpoint[-1], (x, y)))
    return [*checkpoint, last]


def _widest(
    steps: Sequence[int], values: Sequence[float], stretch: range, before: int, right: tuple[float, float]
) -> int:
    """The point of the bucket with the largest triangle to the last selected point and the corner on the right."""
    x, y = steps[before], values[before]
    run, rise = x - right[0], right[1] - y
    best, largest = stretch[0], -1.0
    for i in stretch:
        area = abs(run * (values[i] - y) - (x - steps[i]) * rise)
        if area > largest:
            best, largest = i, area
    return best


def _extremes(curve: Curve) -> list[int]:
    if not curve.steps:
        return []
    places = {curve.values.index(min(curve.values)), curve.values.index(max(curve.values))}
    return [curve.steps[place] for place in sorted(places)]
