"""The states of a job and the transitions between them. Pure."""

from __future__ import annotations

from enum import StrEnum


class JobKind(StrEnum):
    DOWNLOAD = "download"
    SCAN = "scan"
    TRAINING = "training"
    SPEECH = "speech"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Control(StrEnum):
    """The user's last request for a job. STOP ends a training run early and keeps its voice."""

    CANCEL = "cancel"
    PAUSE = "pause"
    STOP = "stop"


TERMINAL = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})
ACTIVE = frozenset(JobState) - TERMINAL

_MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.PAUSED, JobState.CANCELLED}),
    # back to QUEUED on a retry, an expired lease, or a worker that shuts down
    JobState.RUNNING: frozenset({JobState.QUEUED, JobState.PAUSED}) | TERMINAL,
    # a resumed job waits for a slot like any other, so it goes through QUEUED (ADR 0006)
    JobState.PAUSED: frozenset({JobState.QUEUED, JobState.CANCELLED}),
}


def can_move(before: JobState, after: JobState, *, pausable: bool) -> bool:
    """Whether a job may change from one state to another. Terminal states never change."""
    if after is JobState.PAUSED and not pausable:
        return False
    return after in _MOVES.get(before, frozenset())


def sources(after: JobState, *, pausable: bool) -> list[JobState]:
    """The states that may precede `after`: the condition of a store update."""
    return [before for before in JobState if can_move(before, after, pausable=pausable)]
