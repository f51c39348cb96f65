"""Events of jobs and assets; the same JSON on the bus, on `/ws` and on SSE."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from shared.contracts.owners import SOLE_OWNERS
from shared.contracts.wire import Wire

EventType = Literal["snapshot", "state", "progress", "metrics", "log", "asset", "hidden", "system"]


class Event(Wire):
    """`revision` orders the events of one topic; `data` is the public view of the job plus the fields of the type.

    A subscriber drops an event with a revision that it already has; after a gap it has missed events and gets a
    `snapshot`. `final` is set on a terminal state only.
    """

    schema_: Literal["evt/1"] = Field("evt/1", alias="schema")
    id: str
    topic: str
    kind: str
    job_id: str | None = None
    owner: str | None = Field(
        None, description="the user who may see it; the gateway removes it before it sends the event"
    )
    audience: tuple[str, ...] | None = Field(
        None, description="of an asset's event: the accounts that may receive it; null for everyone"
    )
    revision: int
    type: EventType
    time: AwareDatetime
    data: dict[str, JsonValue]
    final: bool = False

    def may_reach(self, viewer: str) -> bool:
        """Whether an owner may receive it: of a job as `may_see_job`, of an asset by `audience`."""
        if viewer in SOLE_OWNERS:
            return True
        if self.audience is not None:
            return viewer in self.audience
        return self.owner in {None, viewer} or self.data.get("visibility") == "shared"


def topic(kind: str, subject_id: str) -> str:
    return f"{kind}:{subject_id}"


class ControlSignal(Wire):
    """Makes a worker read the job's `control` field now instead of at its next heartbeat."""

    schema_: Literal["ctl/1"] = Field("ctl/1", alias="schema")
    job_id: str


class DeadLetter(Wire):
    """A message that cannot be parsed, with the reason; the payload as text, truncated."""

    schema_: Literal["dlq/1"] = Field("dlq/1", alias="schema")
    subject: str
    reason: str
    payload: str
    time: AwareDatetime
