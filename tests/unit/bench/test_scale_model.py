"""The model answers as it must where the answer is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.scale.capacity import FULL, full_at, utilisation
from bench.scale.checking import simulated
from bench.scale.checking_jobs import simulated_waits
from bench.scale.closed_forms import mean_wait
from bench.scale.costs import BusCosts, Costs, GatewayCosts, JobCosts, SentenceCosts, StoreCosts
from bench.scale.report import busy, checked, first, measured
from bench.scale.sites import sites
from bench.scale.users import USER
from bench.scale.waiting import waits

SENTENCE = SentenceCosts(
    voice="local/v", alone=(0.2,), crowded=(0.2,), audio=2.0, around=0.01, before_audio=0.002, gateway_cpu=0.005,
    synth_cpu=0.2, writes=0.0,
)  # fmt: skip
COSTS = Costs(
    cores=2,
    gateway=GatewayCosts(0.001, 700, 0.004, 0.0001, 0.0002),
    store=StoreCosts(0.0005, 3.0, 300),
    bus=BusCosts(0.0001, 20_000, 0.00003),
    sentence=SENTENCE,
    espeak=SENTENCE,
    jobs=JobCosts(200e6, 2e-9, 2e6, 0.5, 10.0, 1.5),
)
LAPTOP, SERVER, CLUSTER, REGION = sites(COSTS)


def test_utilisation_is_what_is_needed_of_what_there_is() -> None:
    shares = utilisation(COSTS, SERVER, USER, 1000)
    assert shares["synth"] == pytest.approx(1000 * 60 * 0.2 / 3600 * 0.2 / SERVER.synths)
    assert shares["downloader's line"] == pytest.approx(1000 / 5 * 0.2 / 3600 * 500e6 / SERVER.line)
    assert utilisation(COSTS, REGION, USER, 1000)["synth"] < shares["synth"]


def test_the_part_that_gives_first_is_full_and_no_other_is() -> None:
    for site in (SERVER, CLUSTER, REGION):
        users = full_at(COSTS, site, USER)
        part, number = next(iter(users.items()))
        shares = utilisation(COSTS, site, USER, round(number))
        assert shares[part] == pytest.approx(FULL, rel=0.01)
        assert max(shares.values()) == pytest.approx(FULL, rel=0.01)


def test_speech_is_slower_beside_training_on_shared_cores_only() -> None:
    heavy = replace(USER, runs_a_week=100.0)
    assert utilisation(COSTS, LAPTOP, heavy, 100)["synth"] == pytest.approx(
        1.5 * utilisation(COSTS, LAPTOP, replace(USER, runs_a_week=0.0), 100)["synth"]
    )
    assert utilisation(COSTS, SERVER, heavy, 100)["synth"] == utilisation(COSTS, SERVER, USER, 100)["synth"]


def test_more_users_wait_longer_and_too_many_for_ever() -> None:
    few, many, too_many = (waits(COSTS, LAPTOP, USER, users) for users in (10, 600, 5000))
    assert few.sentence is not None
    assert many.sentence is not None
    assert few.sentence < many.sentence
    assert too_many.sentence is too_many.run is too_many.download is None
    assert few.answered == pytest.approx(0.2 + 0.005 + 0.01, rel=0.5)


def test_a_seed_gives_the_same_waits() -> None:
    assert waits(COSTS, LAPTOP, USER, 300, seed=3) == waits(COSTS, LAPTOP, USER, 300, seed=3)


def test_one_user_of_the_closed_loop_never_waits() -> None:
    outcome = simulated(SENTENCE, 1, 2000, seed=1)
    assert outcome.wait == 0
    assert (outcome.p50 + outcome.p95) / 2 == pytest.approx(0.2 + 0.005 + 0.01)
    assert outcome.rate == pytest.approx(1 / (1.0 + 0.215 + 0.01), rel=0.06)


def test_many_users_of_the_closed_loop_keep_the_synth_busy() -> None:
    assert simulated(SENTENCE, 40, 1000, seed=1).rate == pytest.approx(1 / 0.2, rel=0.01)


def test_waits_of_known_arrivals() -> None:
    assert simulated_waits([0, 1, 5, 5, 9], 2.0) == pytest.approx([0, 1, 0, 2, 0])


def test_rare_users_wait_as_at_a_queue_with_arrivals_at_random() -> None:
    """M/D/1 waits half as long as M/M/1 (Pollaczek and Khinchine)."""
    rate = 0.5 * 1 / 0.2
    site = replace(SERVER, synths=1)
    user = replace(USER, sentences_a_day=rate * 3600 / USER.busy_share, requests_a_day=0, sockets=0, runs_a_week=0.001)
    waited = waits(COSTS, site, user, 1)
    assert waited.sentence is not None
    assert 0.2 * mean_wait(1, rate, 1 / 0.2) < waited.sentence < 6 * 0.5 * mean_wait(1, rate, 1 / 0.2)


def test_the_tables_have_every_site_and_every_part() -> None:
    tables = measured(COSTS) + checked([]) + busy(COSTS, [100, 3000]) + first(COSTS)
    for words in ("laptop", "server", "cluster", "region", "gateway", "store writes", "trainer", "3,000", "grows"):
        assert words in tables
