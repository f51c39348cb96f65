"""The frames of a stream of server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack

from services.gateway.events.closing import SSE_ERRORS, CloseCode
from services.gateway.events.outbox import Outgoing
from services.gateway.events.reader import EventReader
from services.gateway.events.subscriber import Subscriber
from services.gateway.events.topics import Since, since_text
from services.gateway.server_sent_events import KEEP_ALIVE, KEEP_ALIVE_S, frame

# Jobs in the id of a frame, the latest ones: proxies limit a header, and browsers send the id back as one.
_MOST_JOBS = 16


async def event_frames(
    subscriber: Subscriber, reader: EventReader, joined: ExitStack, known: Since
) -> AsyncIterator[bytes]:
    """Frames until every topic has ended, or the connection must end. Closes `joined`.

    `known`: the revisions with which the client has come.
    """
    with joined:
        position = _Position(known)
        while not (subscriber.queue.empty() and subscriber.all_final):
            found = await reader.next(KEEP_ALIVE_S)
            if found is None:
                yield KEEP_ALIVE
            elif isinstance(found, CloseCode):
                if found in SSE_ERRORS:
                    yield frame(f'{{"code": "{SSE_ERRORS[found]}"}}', event="error")
                return
            else:
                yield frame(found.encoded.decode(), id=position.after(found))


class _Position:
    """The revisions that the client has: the id of each frame, which it sends as `Last-Event-ID`."""

    def __init__(self, known: Since) -> None:
        self._revisions = dict(known)

    def after(self, item: Outgoing) -> str | None:
        if item.job_id is not None:
            self._revisions.pop(item.job_id, None)
            self._revisions[item.job_id] = item.revision
            while len(self._revisions) > _MOST_JOBS:
                del self._revisions[next(iter(self._revisions))]
        return since_text(self._revisions) or None
