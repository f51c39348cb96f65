"""Fewer points of a curve without losing its peaks: of each stretch, the rows that hold a lowest or highest value."""

from __future__ import annotations

from collections.abc import Sequence

from services.gateway.training.schemas import MetricPoint


def thin(points: Sequence[MetricPoint], keys: Sequence[str], limit: int) -> list[MetricPoint]:
    """At most about `limit` of `points`, the first and the last among them, in order."""
    if len(points) <= limit:
        return list(points)
    kept = {0, len(points) - 1}
    # Each key may keep two rows of a stretch.
    stretches = max(1, limit // max(1, 2 * len(keys)))
    width = len(points) / stretches
    for number in range(stretches):
        span = range(int(number * width), int((number + 1) * width))
        for key in keys:
            known = [i for i in span if key in points[i].values]
            if known:
                kept.add(min(known, key=lambda i: points[i].values[key]))
                kept.add(max(known, key=lambda i: points[i].values[key]))
    return [points[i] for i in sorted(kept)]
