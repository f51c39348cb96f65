"""Encodes speech while the synth produces it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from shared.audio import AudioEncoder, AudioFormat, instant
from shared.contracts.errors import Unavailable
from shared.contracts.rpc import SentenceTiming, SpeechChunk

_BYTES_A_SAMPLE = 2
Chunks = AsyncGenerator[tuple[SpeechChunk, bytes]]


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """Encoded audio, possibly empty, and the timing of the sentence that starts with it."""

    audio: bytes
    sentence: int = 0
    timing: SentenceTiming | None = None


class EncodedSpeech:
    """Iterate once, and always close it: closing stops the synth and frees libav's memory."""

    def __init__(self, first: tuple[SpeechChunk, bytes], rest: Chunks, encoder: AudioEncoder) -> None:
        self._first = first
        self._rest = rest
        self._encoder = encoder
        self.media_type = encoder.media_type
        self.sample_rate = encoder.sample_rate
        self.characters = first[0].characters
        """Characters of the whole text as it is read aloud."""
        self.seconds = 0.0
        """Seconds of speech encoded so far."""

    async def chunks(self) -> AsyncGenerator[EncodedChunk]:
        """As they become ready. Raises what the synth raises."""
        yield await self._encoded(*self._first)
        async for chunk, samples in self._rest:
            yield await self._encoded(chunk, samples)
        yield EncodedChunk(
            self._encoder.finish() if self._encoder.instant else await asyncio.to_thread(self._encoder.finish)
        )

    async def _encoded(self, chunk: SpeechChunk, samples: bytes) -> EncodedChunk:
        self.seconds += len(samples) / _BYTES_A_SAMPLE / chunk.sample_rate
        encode = self._encoder.encode
        audio = encode(samples) if self._encoder.instant else await asyncio.to_thread(encode, samples)
        return EncodedChunk(audio, chunk.sentence, chunk.timing)

    async def aclose(self) -> None:
        self._encoder.close()
        await self._rest.aclose()


async def encode_speech(chunks: Chunks, format: AudioFormat) -> EncodedSpeech:
    """Returns after the first audio. Raises what the synth raises before it, `Unavailable` if there is no audio."""
    try:
        first = await anext(chunks, None)
        if first is None:
            raise Unavailable("The synth service sent no audio.", hint="Try again.")
        rate = first[0].sample_rate
        encoder = AudioEncoder(format, rate) if instant(format) else await asyncio.to_thread(AudioEncoder, format, rate)
    except BaseException:
        await chunks.aclose()
        raise
    return EncodedSpeech(first, chunks, encoder)
