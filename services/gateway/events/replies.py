"""What a client sends on `/ws` and what the gateway answers, for generators of typed clients (docs/events.md).

`messages` parses what clients send; it accepts these forms and the old names too.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from services.gateway.events.messages import TopicSince
from services.gateway.events.schemas import LiveEvent
from services.gateway.events.topics import MAX_TOPICS

Topics = Annotated[list[str | TopicSince], Field(min_length=1, max_length=MAX_TOPICS)]


class Subscribe(BaseModel):
    """Follow these topics. Answered by what the client does not have, then `subscribed`."""

    op: Literal["subscribe"]
    topics: Topics


class Unsubscribe(BaseModel):
    """Answered by `unsubscribed`; topics without a subscription are ignored."""

    op: Literal["unsubscribe"]
    topics: Topics


class PingRequest(BaseModel):
    """Answered by `pong`."""

    op: Literal["ping"]


class SocketRequest(RootModel[Annotated[Subscribe | Unsubscribe | PingRequest, Field(discriminator="op")]]):
    """A message that a client may send on `/ws`, as JSON text."""


class Subscribed(BaseModel):
    op: Literal["subscribed"]
    topics: list[str]


class Unsubscribed(BaseModel):
    op: Literal["unsubscribed"]
    topics: list[str]


class PongReply(BaseModel):
    op: Literal["pong"]


class Heartbeat(BaseModel):
    """After 15 seconds without another message: the connection is open."""

    op: Literal["heartbeat"]


class SocketError(BaseModel):
    """A refused message. `topic`: the topic at fault, if one is."""

    model_config = ConfigDict(json_schema_extra={"required": ["op", "code", "message"]})

    op: Literal["error"]
    code: str
    message: str
    topic: str | None = Field(None, exclude_if=lambda topic: topic is None)


class SocketReply(
    RootModel[Annotated[Subscribed | Unsubscribed | PongReply | Heartbeat | SocketError, Field(discriminator="op")]]
):
    """A message of the gateway on `/ws` that is not an event: it has `op` in place of `type`."""


class SocketMessage(RootModel[LiveEvent | SocketReply]):
    """Any message of the gateway on `/ws`, as JSON text."""
