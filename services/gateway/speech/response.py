"""A response that starts before its audio is complete: errors, stalled clients and the release of its source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from services.gateway.revocable import until_revoked
from services.gateway.speech.encoding import EncodedSpeech
from shared.contracts.errors import SokhanError
from shared.telemetry import get_logger

_LOG = get_logger("gateway")
# A paused player reads nothing. After five minutes without a read the client counts as gone; the bus waits as long.
_STALLED_S = 300.0


class LiveResponse(StreamingResponse):
    """Closes its source in every case. It stops in the middle when `revoked` is set.

    The status has been sent when an error happens in the middle. The body then ends without its last chunk, so the
    server resets the connection and every client sees that audio is missing.
    """

    def __init__(
        self,
        body: AsyncIterator[bytes],
        *,
        close: Callable[[], Awaitable[None]],
        media_type: str,
        headers: Mapping[str, str],
        revoked: asyncio.Event | None = None,
        stalled: float = _STALLED_S,
    ) -> None:
        super().__init__(body, media_type=media_type, headers=headers)
        self._close = close
        self._revoked = revoked or asyncio.Event()
        self._stalled = stalled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._close()

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(self._stalled):
                await send(message)

        try:
            await until_revoked(super().stream_response(send_in_time), self._revoked)
        except TimeoutError:
            _LOG.info("listener_stalled", seconds=self._stalled)
        except SokhanError as error:
            _LOG.warning("speech_interrupted", code=error.code, error=error.message)


async def as_audio(speech: EncodedSpeech) -> AsyncIterator[bytes]:
    """The body of the response. Raises what the synth raises."""
    async for chunk in speech.chunks():
        if chunk.audio:
            yield chunk.audio
