from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.training.schemas import MetricPoint
from services.gateway.training.thin import thin


def curve(values: list[float]) -> list[MetricPoint]:
    now = datetime.now(UTC)
    return [MetricPoint(step=n, epoch=0, time=now, values={"loss": value}) for n, value in enumerate(values, 1)]


def test_a_short_curve_is_left_alone() -> None:
    points = curve([3, 2, 1])
    assert thin(points, ["loss"], 10) == points


@given(st.lists(st.floats(-1e6, 1e6), min_size=300, max_size=2000), st.integers(10, 200))
def test_peaks_and_ends_stay_and_order_is_kept(values: list[float], limit: int) -> None:
    points = curve(values)
    kept = thin(points, ["loss"], limit)
    assert len(kept) <= limit + 2
    assert kept[0] == points[0]
    assert kept[-1] == points[-1]
    assert [p.step for p in kept] == sorted({p.step for p in kept})
    shown = [p.values["loss"] for p in kept]
    assert (max(shown), min(shown)) == (max(values), min(values))
