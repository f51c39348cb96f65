"""Events: what happened, in the past tense; the same on the bus, on `/ws` and on SSE."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from shared.contracts.wire import Wire

EventType = Literal["snapshot", "state", "progress", "metrics", "log", "asset"]


class Event(Wire):
    """`revision` orders the events of one topic; `data` is the public view of the job plus what the type adds.

    A subscriber that sees a revision it has seen drops the event; one that sees a jump has missed something and
    gets a `snapshot`. `final` is set on a terminal state only.
    """

    schema_: Literal["evt/1"] = Field("evt/1", alias="schema")
    id: str
    topic: str
    kind: str
    job_id: str | None = None
    owner: str | None = Field(None, description="who may see it; taken off before it leaves the gateway")
    revision: int
    type: EventType
    time: AwareDatetime
    data: dict[str, JsonValue]
    final: bool = False


def topic(kind: str, subject_id: str) -> str:
    return f"{kind}:{subject_id}"


class ControlSignal(Wire):
    """Makes a worker look at the job's `control` field now instead of at its next heartbeat."""

    schema_: Literal["ctl/1"] = Field("ctl/1", alias="schema")
    job_id: str


class DeadLetter(Wire):
    """A message that could not be read, with the reason; the payload as text, cut to what a person can look at."""

    schema_: Literal["dlq/1"] = Field("dlq/1", alias="schema")
    subject: str
    reason: str
    payload: str
    time: AwareDatetime
