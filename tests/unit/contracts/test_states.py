"""Every pair of states, for every kind: the whole table, written down once more by hand."""

from __future__ import annotations

import itertools

import pytest

from shared.contracts.kinds import JOB_TYPES
from shared.contracts.states import TERMINAL, JobKind, JobState, can_move, sources

Q, R, P, C, F, X = JobState
ALLOWED = {(Q, R), (Q, P), (Q, X), (R, Q), (R, P), (R, C), (R, F), (R, X), (P, Q), (P, X)}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(JobState, JobState)))
def test_every_move_is_decided(before: JobState, after: JobState) -> None:
    assert can_move(before, after, pausable=True) is ((before, after) in ALLOWED)


def test_a_kind_that_cannot_pause_never_does() -> None:
    assert not any(can_move(before, JobState.PAUSED, pausable=False) for before in JobState)


def test_only_a_scan_cannot_pause() -> None:
    assert [kind for kind, job_type in JOB_TYPES.items() if not job_type.pausable] == [JobKind.SCAN]


@pytest.mark.parametrize("pausable", [True, False])
def test_terminal_states_never_change(pausable: bool) -> None:
    assert not any(can_move(end, after, pausable=pausable) for end in TERMINAL for after in JobState)


@pytest.mark.parametrize(("pausable", "after"), list(itertools.product([True, False], JobState)))
def test_sources_are_the_moves_seen_from_the_other_side(pausable: bool, after: JobState) -> None:
    expected = [before for before in JobState if can_move(before, after, pausable=pausable)]
    assert sources(after, pausable=pausable) == expected
