"""`/ws` and `/api/events`: the same events over WebSocket and SSE."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response, WebSocket

from services.gateway.auth import Caller, caller_of
from services.gateway.auth.policy import topic_kinds
from services.gateway.auth.revocation import Revoked
from services.gateway.dependencies import provided
from services.gateway.envelope import error_response
from services.gateway.events.live import LiveEvents
from services.gateway.events.reader import EventReader
from services.gateway.events.socket import EventSocket
from services.gateway.events.stream import event_frames
from services.gateway.events.topics import Since, distinct, parse_since
from services.gateway.fair_use import FairUse
from services.gateway.server_sent_events import EventStream
from shared.contracts.errors import RateLimited, Validation

router = APIRouter(tags=["live"])

LiveDep = Annotated[LiveEvents, Depends(provided(LiveEvents))]


@router.websocket("/ws")
async def websocket(socket: WebSocket, revoked: Revoked) -> None:
    """Subscribe and unsubscribe; every event of the topics is sent as JSON text (docs/events.md)."""
    live = provided(LiveEvents)(socket)
    caller = caller_of(socket)
    with ExitStack() as opened:
        try:
            subscriber = opened.enter_context(live.listener(caller.owner, "websocket", topic_kinds(caller)))
        except RateLimited as error:
            await socket.send_denial_response(error_response(socket, error))
            return
        await socket.accept()
        await EventSocket(socket, live, subscriber, provided(FairUse)(socket), caller, revoked).run()


@router.get("/api/events", summary="Live events as server-sent events", response_class=EventStream)
async def events(
    live: LiveDep,
    caller: Caller,
    revoked: Revoked,
    topics: Annotated[str, Query(examples=["training:*,download:*"])],
    since: Annotated[
        str | None, Query(description="the last revision that you have, or <job id>:<revision>,… for several jobs")
    ] = None,
    last_event_id: Annotated[
        str | None, Header(alias="Last-Event-ID", description="the id of the last event; counts before `since`")
    ] = None,
) -> Response:
    """Ends after the terminal event when every topic is one job. A client that has it already gets 204."""
    wanted = distinct(topic.strip() for topic in topics.split(","))
    known = _known(last_event_id, since, wanted)
    with ExitStack() as opened:
        subscriber = opened.enter_context(live.listener(caller.owner, "sse", topic_kinds(caller)))
        for topic in wanted:
            await live.subscribe(subscriber, topic, known)
        if last_event_id and subscriber.queue.empty() and subscriber.all_final:
            return Response(status_code=204)  # EventSource then stops to connect again
        # From here on the stream closes the subscription; an error above has closed it already.
        reader = EventReader(subscriber, revoked, live.stopping)
        frames = event_frames(subscriber, reader, opened.pop_all(), known)
    return EventStream(frames, revoked=revoked)


def _known(last_event_id: str | None, since: str | None, topics: tuple[str, ...]) -> Since:
    """The revisions of the address, and the later ones of the header.

    Raises `Validation` for an invalid `since`. A browser cannot correct its header, so an invalid one is ignored.
    """
    known = dict(parse_since(since, topics)) if since else {}
    if last_event_id:
        with suppress(Validation):
            known |= parse_since(last_event_id, topics)
    return known
