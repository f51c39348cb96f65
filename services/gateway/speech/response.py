"""An answer that is still being made when it begins, and what becomes of it when it breaks or nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from services.gateway.speech.encoding import EncodedSpeech
from shared.contracts.errors import SokhanError
from shared.telemetry import get_logger

_LOG = get_logger("gateway")
# A player on pause reads nothing; after five minutes it has gone, whatever its socket says. The bus waits as long.
_STALLED_S = 300.0


class LiveResponse(StreamingResponse):
    """Closes its source however it ends.

    An error in the middle cannot be an answer any more, and a clean end would be a lie: without the end of the body
    the server breaks the connection, and every client sees that audio is missing.
    """

    def __init__(
        self,
        body: AsyncIterator[bytes],
        *,
        close: Callable[[], Awaitable[None]],
        media_type: str,
        headers: Mapping[str, str],
        stalled: float = _STALLED_S,
    ) -> None:
        super().__init__(body, media_type=media_type, headers=headers)
        self._close = close
        self._stalled = stalled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._close()

    async def stream_response(self, send: Send) -> None:
        async def patient(message: Message) -> None:
            async with asyncio.timeout(self._stalled):
                await send(message)

        try:
            await super().stream_response(patient)
        except TimeoutError:
            _LOG.info("listener_stalled", seconds=self._stalled)
        except SokhanError as error:
            _LOG.warning("speech_interrupted", code=error.code, error=error.message)


async def as_audio(speech: EncodedSpeech) -> AsyncIterator[bytes]:
    """The body of the answer. Raises what the synth raises."""
    async for piece in speech.pieces():
        if piece.audio:
            yield piece.audio
