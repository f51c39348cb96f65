"""Whose job is next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.contracts.kinds.training import TrainingJob, TrainingProgress, TrainingSpec
from shared.contracts.states import JobKind, JobState
from shared.jobs import fair_order

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def job(id_: str, owner: str, minute: int = 0, state: JobState = JobState.QUEUED) -> TrainingJob:
    at = NOON + timedelta(minutes=minute)
    spec = TrainingSpec(name=id_, recipe="vits", datasets=("local/d",))
    return TrainingJob(
        id=id_, kind=JobKind.TRAINING, owner=owner, state=state, created_at=at, updated_at=at, available_at=at,
        spec=spec, progress=TrainingProgress(),
    )  # fmt: skip


def order(waiting: list[TrainingJob], running: list[TrainingJob] | None = None) -> list[str]:
    return [found.id for found in fair_order(waiting, running or [])]


def test_one_users_jobs_come_in_their_order() -> None:
    assert order([job("c", "zahra", 3), job("a", "zahra", 1), job("b", "zahra", 2)]) == ["a", "b", "c"]


def test_users_take_turns_however_many_jobs_one_of_them_sent_first() -> None:
    many = [job(f"z{n}", "zahra", n) for n in range(3)]
    assert order([*many, job("a1", "ali", 10), job("a2", "ali", 11)]) == ["z0", "a1", "z1", "a2", "z2"]


def test_who_has_a_running_job_waits_for_who_has_none() -> None:
    running = [job("r", "zahra", state=JobState.RUNNING)]
    assert order([job("z", "zahra", 1), job("a", "ali", 5)], running) == ["a", "z"]
    assert order([job("z", "zahra", 1), job("a1", "ali", 5), job("a2", "ali", 6)], running) == ["a1", "z", "a2"]


def test_a_job_that_was_put_back_keeps_its_place() -> None:
    retried = job("early", "zahra", 1).model_copy(update={"available_at": NOON + timedelta(minutes=30)})
    assert order([job("late", "zahra", 9), retried]) == ["early", "late"]
    assert order([]) == []
