"""Speech through the synth service: audio leaves as it is spoken."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from services.gateway.speech.schemas import SpeechRequest
from services.gateway.speech.wav import stream_header
from shared.bus import Bus, call, open_stream
from shared.contracts import subjects
from shared.contracts.errors import TooLarge, Unavailable, Validation
from shared.contracts.rpc import ListVoices, Phonemize, Phonemized, Speak, SpeechChunk, Voice, VoiceList

_RPC_S = 10.0


@dataclass(frozen=True, slots=True)
class Spoken:
    media_type: str
    sample_rate: int
    body: AsyncIterator[bytes]


class SpeechService:
    def __init__(self, bus: Bus, max_characters: int) -> None:
        self._bus = bus
        self._max = max_characters

    async def speak(self, wish: SpeechRequest) -> Spoken:
        """Returns once the first audio is there, so that every error before it is an answer of its own.

        Raises `Validation` for nothing to say, `TooLarge`, `NotFound` for an unknown voice, `Unavailable`.
        """
        if not wish.input.strip():
            raise Validation("The input is empty: there is nothing to say.")
        if len(wish.input) > self._max:
            raise TooLarge(
                f"The input has {len(wish.input):,} characters; the limit is {self._max:,}.",
                hint="Split it, or raise SOKHAN_SPEECH_MAX_CHARACTERS.",
            )
        question = Speak(voice=wish.speaker, text=wish.input, speed=wish.speed, seed=wish.seed)
        stream = open_stream(self._bus, subjects.SPEAK, question)
        async for chunk, samples in stream:
            wav = wish.response_format == "wav"
            head = stream_header(chunk.sample_rate) if wav else b""
            media_type = "audio/wav" if wav else f"audio/pcm;rate={chunk.sample_rate};channels=1"
            return Spoken(media_type, chunk.sample_rate, self._body(head + samples, stream))
        raise Unavailable("The synth service said nothing.", hint="Try again.")

    @staticmethod
    async def _body(first: bytes, rest: AsyncGenerator[tuple[SpeechChunk, bytes]]) -> AsyncIterator[bytes]:
        # Closed here and now when the client hangs up: that is how the synth learns that nobody listens.
        async with aclosing(rest):
            yield first
            async for _, samples in rest:
                yield samples

    async def voices(self) -> tuple[Voice, ...]:
        return (await call(self._bus, subjects.VOICES, ListVoices(), VoiceList, timeout=_RPC_S)).voices

    async def phonemize(self, text: str) -> Phonemized:
        return await call(self._bus, subjects.PHONEMIZE, Phonemize(input=text), Phonemized, timeout=_RPC_S)
