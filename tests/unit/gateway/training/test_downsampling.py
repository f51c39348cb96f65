"""Fewer points of a curve: the peaks stay, and LTTB is the paper's."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.training.downsampling import Curve, choose, lttb, min_max, min_max_lttb

finite = st.floats(-1e6, 1e6)


def curve(values: list[float], every: int = 1) -> Curve:
    return Curve([1 + n * every for n in range(len(values))], values)


def reference(steps: list[int], values: list[float], count: int) -> list[int]:
    """Steinarsson's figure 4.2 to the letter: every triangle of every bucket."""
    inner = list(range(1, len(steps) - 1))
    width = len(inner) / (count - 2)
    buckets = [[0], *(inner[int(n * width) : int((n + 1) * width)] for n in range(count - 2)), [len(steps) - 1]]
    kept = [0]
    for bucket, following in itertools.pairwise(buckets[1:]):
        cx = sum(steps[i] for i in following) / len(following)
        cy = sum(values[i] for i in following) / len(following)
        ax, ay = steps[kept[-1]], values[kept[-1]]
        areas = [abs((ax - cx) * (values[i] - ay) - (ax - steps[i]) * (cy - ay)) for i in bucket]
        kept.append(bucket[areas.index(max(areas))])
    return [*kept, len(steps) - 1]


@given(st.lists(finite, min_size=3, max_size=400), st.integers(3, 60), st.integers(1, 50))
def test_lttb_is_the_papers(values: list[float], count: int, every: int) -> None:
    given_curve = curve(values, every)
    kept = lttb(given_curve.steps, given_curve.values, count)
    if len(values) <= count:
        assert kept == list(range(len(values)))
    else:
        assert kept == reference(given_curve.steps, values, count)
        assert len(kept) == count


@given(st.lists(finite, min_size=1, max_size=1000), st.integers(4, 100))
def test_the_preselection_has_the_ends_and_the_extremes(values: list[float], count: int) -> None:
    kept = min_max(values, count)
    assert kept == sorted(set(kept))
    assert len(kept) <= count
    assert (kept[0], kept[-1]) == (0, len(values) - 1)
    shown = [values[i] for i in kept]
    assert (min(shown), max(shown)) == (min(values), max(values))


@given(
    st.dictionaries(st.sampled_from("abcde"), st.tuples(st.lists(finite, min_size=1, max_size=600), st.integers(1, 9))),
    st.integers(2, 200),
)
def test_the_union_is_bounded_and_every_peak_is_in_it(drawn: dict[str, tuple[list[float], int]], points: int) -> None:
    curves = {name: curve(values, every) for name, (values, every) in drawn.items()}
    last = max((each.steps[-1] for each in curves.values()), default=1)
    chosen = choose(curves, (1, last), points)
    assert len(chosen) <= points
    assert {1, last} <= chosen
    if points >= 2 + 2 * len(curves):
        for each in curves.values():
            shown = [value for step, value in zip(each.steps, each.values, strict=True) if step in chosen]
            assert (min(shown), max(shown)) == (min(each.values), max(each.values))


def test_a_curve_with_few_points_keeps_them_all_beside_a_long_one() -> None:
    losses = curve([math.sin(n / 50) for n in range(10_000)])
    evaluations = Curve(list(range(100, 10_001, 100)), [n / 7 for n in range(100)])
    chosen = choose({"loss": losses, "val_loss": evaluations}, (1, 10_000), 1000)
    assert set(evaluations.steps) <= chosen
    assert 900 < len(chosen) <= 1000


def test_one_spike_among_a_hundred_thousand_stays() -> None:
    values = [1.0] * 100_000
    values[77_777] = 9.0
    assert 77_778 in min_max_lttb(curve(values), 50).steps
