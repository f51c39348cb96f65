"""Every pair of states, for every kind: the whole table, written down once more by hand."""

from __future__ import annotations

import itertools

import pytest

from shared.contracts.states import TERMINAL, JobKind, JobState, can_move, sources

Q, R, P, C, F, X = JobState
ALLOWED = {(Q, R), (Q, P), (Q, X), (R, Q), (R, P), (R, C), (R, F), (R, X), (P, Q), (P, X)}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(JobState, JobState)))
def test_every_move_is_decided(before: JobState, after: JobState) -> None:
    assert can_move(JobKind.TRAINING, before, after) is ((before, after) in ALLOWED)


def test_a_scan_cannot_pause() -> None:
    assert not any(can_move(JobKind.SCAN, before, JobState.PAUSED) for before in JobState)


def test_terminal_states_never_change() -> None:
    assert not any(can_move(kind, end, after) for kind in JobKind for end in TERMINAL for after in JobState)


def test_sources_are_the_moves_seen_from_the_other_side() -> None:
    for kind, after in itertools.product(JobKind, JobState):
        assert sources(kind, after) == [before for before in JobState if can_move(kind, before, after)]
