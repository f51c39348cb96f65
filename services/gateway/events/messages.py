"""The messages that a client sends on `/ws`, in our names and in the old names of Socket.IO."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError

from shared.contracts.errors import Validation

Revision = Annotated[int, Field(ge=0)]


class TopicSince(BaseModel):
    """`since`: the last revision that the client has of the job; for a wildcard revisions by job id."""

    topic: str
    since: Revision | Annotated[dict[str, Revision], Field(max_length=200)] | None = None

    def revisions(self) -> dict[str, int]:
        """By job id. Raises `Validation` for one revision with a wildcard."""
        if isinstance(self.since, dict):
            return dict(self.since)
        if self.since is None:
            return {}
        job_id = self.topic.partition(":")[2]
        if job_id in {"", "*"}:
            raise Validation("`since` of a wildcard is an object of revisions by job id.")
        return {job_id: self.since}


class Operation(BaseModel):
    op: Literal["subscribe", "unsubscribe", "ping"]
    topics: list[str | TopicSince] = Field(default_factory=list, max_length=200)

    def requests(self) -> list[TopicSince]:
        """Each topic once, in order."""
        found: dict[str, TopicSince] = {}
        for each in self.topics:
            request = TopicSince(topic=each) if isinstance(each, str) else each
            found.setdefault(request.topic, request)
        return list(found.values())


OldName = Literal["subscribe:download", "subscribe:training", "unsubscribe:download", "unsubscribe:training"]
_OLD_NAME: TypeAdapter[OldName] = TypeAdapter(OldName)


class OldOperation(BaseModel):
    """`subscribe:download` and the like. `as_event`: it came as `{"event": …, "data": …}`."""

    name: OldName
    id: Annotated[str, Field(min_length=1, max_length=64)]
    as_event: bool

    @property
    def subscribes(self) -> bool:
        return self.name.startswith("subscribe")

    @property
    def topic(self) -> str:
        return f"{self.name.partition(':')[2]}:{self.id}"


def parse_message(text: str) -> Operation | OldOperation:
    """Raises `Validation` for anything else."""
    try:
        message: JsonValue = json.loads(text)
        if isinstance(message, dict) and _is_old(message):
            return OldOperation(
                name=_OLD_NAME.validate_python(message.get("event") or message.get("op")),
                id=_id_in(message.get("data", message)),
                as_event="event" in message,
            )
        return Operation.model_validate(message)
    except (ValidationError, ValueError, RecursionError):
        raise Validation('Send {"op": "subscribe", "topics": ["training:<id>"]}.') from None


def _is_old(message: dict[str, JsonValue]) -> bool:
    return "event" in message or ":" in str(message.get("op"))


def _id_in(data: JsonValue) -> str:
    """Raises `Validation`."""
    if isinstance(data, dict):
        data = data.get("jobId") or data.get("id")
    if not isinstance(data, str):
        raise Validation('Send {"event": "subscribe:download", "data": {"jobId": "<id>"}}.')
    return data


def old_message(kind: str, encoded: bytes) -> str:
    """An event under its old name, such as `download:progress`; `data` is the public view of the job."""
    return json.dumps({"event": f"{kind}:progress", "data": json.loads(encoded)["data"]}, ensure_ascii=False)
