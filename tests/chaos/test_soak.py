"""A short soak with loose bounds, and a leak that is planted into its samples; `make soak` runs thirty minutes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.chaos.samples import Lag, Sample, read_lag
from tests.chaos.soak import BOUNDS, Settings, judge_samples, soak
from tests.support.platform import SERVICES


def steady(rng: random.Random) -> Sample:
    levels = {"memory, MiB": 90, "open files": 20, "threads": 8, "loop lag, ms": 3, "work files": 4, "work, MiB": 1}
    return {("synth", quantity): max(0.0, rng.gauss(level, level / 20)) for quantity, level in levels.items()}


@pytest.fixture
def samples() -> list[tuple[float, Sample]]:
    """Twenty-five minutes of a service that does not grow."""
    rng = random.Random(2)
    return [(10.0 * number, steady(rng)) for number in range(150)]


def test_what_does_not_grow_is_flat(samples: list[tuple[float, Sample]]) -> None:
    assert not any(found.grows for found in judge_samples(samples).values())


@pytest.mark.parametrize(
    ("quantity", "an_hour"),
    [("memory, MiB", 60), ("open files", 30), ("threads", 15), ("loop lag, ms", 40), ("work files", 30)],
)
def test_a_planted_leak_is_found(samples: list[tuple[float, Sample]], quantity: str, an_hour: float) -> None:
    for at, sample in samples:
        sample["synth", quantity] += an_hour * at / 3600
    assert [key[1] for key, found in judge_samples(samples).items() if found.grows] == [quantity]


def test_a_quantity_without_samples_is_not_judged(samples: list[tuple[float, Sample]]) -> None:
    samples[3][1]["trainer", "children"] = 1
    assert {part for part, _ in judge_samples(samples)} == {"synth"}


def test_the_lag_is_read_from_the_metrics() -> None:
    page = (
        "# TYPE sokhan_event_loop_lag_seconds histogram\n"
        'sokhan_event_loop_lag_seconds_bucket{le="+Inf"} 40\n'
        "sokhan_event_loop_lag_seconds_sum 0.5\nsokhan_event_loop_lag_seconds_count 40\n"
    )
    assert read_lag(page) == Lag(seconds=0.5, count=40)


@pytest.mark.siege
@pytest.mark.timeout(400)
async def test_a_minute_of_load_leaves_nothing(tmp_path: Path) -> None:
    report = await soak(Settings(tmp_path / "soak", seconds=75, warm_up=30, every=3, slack=6))
    assert report.growing == [], report.table()
    assert {part for part, _ in report.rows} == {*SERVICES, "nats", "data folder"}
    assert {quantity for _, quantity in report.rows} == set(BOUNDS)
    assert report.ends["ok"] > 30
    assert report.products["ended by themselves"] == "none"
