"""An event with another kind or job than its subject is dropped."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.gateway.events.live import _is_of
from shared.contracts.events import Event
from shared.contracts.subjects import matches


def event(kind: str, topic: str, job_id: str | None) -> Event:
    return Event(
        id="x:1", topic=topic, kind=kind, job_id=job_id, revision=1, type="state", data={},
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "kind", "topic", "job_id", "expected"),
    [
        ("evt.training.a", "training", "training:a", "a", True),
        ("evt.asset.0f3c", "asset", "asset:model:ns/a", None, True),
        ("evt.speech.a", "training", "training:a", "a", False),
        ("evt.speech.a", "speech", "training:a", "a", False),
        ("evt.speech.a", "speech", "speech:b", "b", False),
        ("evt.speech.a", "asset", "asset:model:ns/a", None, False),
        ("evt.speech.a", "speech", "training:a", None, False),
    ],
)
def test_kind_and_job_are_those_of_the_subject(
    subject: str, kind: str, topic: str, job_id: str | None, expected: bool
) -> None:
    assert _is_of(subject, event(kind, topic, job_id)) is expected


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        ("evt.>", "evt.training.x", True),
        ("evt.>", "evt", False),
        ("evt.>", "cmd.train.start", False),
        ("ctl.speech.*", "ctl.speech.x", True),
        ("ctl.speech.*", "ctl.speech.x.y", False),
        ("ctl.speech.*", "ctl.training.x", False),
        ("rpc.trainer.check", "rpc.trainer.check", True),
        ("rpc.trainer.check", "cmd.train.start", False),
    ],
)
def test_subjects_match_as_nats_matches_them(pattern: str, subject: str, expected: bool) -> None:
    assert matches(pattern, subject) is expected
