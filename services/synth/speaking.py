"""Speaks a text sentence by sentence: the first audio leaves before the last sentence is spoken."""

from __future__ import annotations

import asyncio

import numpy as np

from services.synth.engines.protocol import Samples, SpeakingVoice
from services.synth.pool import ModelPool
from services.synth.voices import VoiceBook
from shared.bus import SendChunk
from shared.contracts.errors import Validation
from shared.contracts.rpc import Phonemize, Phonemized, Speak, SpeechChunk, TraceStep
from shared.persian import Frontend
from shared.telemetry import get_logger, log_context, span

_LOG = get_logger("synth")
# NATS carries 1 MiB a message at most; 256 KiB is six seconds of speech.
_CHUNK_BYTES = 256 * 1024
_PAUSE_S = 0.25
# A guard behind the gateway's own limit, for whoever speaks to the bus directly.
_MAX_CHARACTERS = 1_000_000


class Speaking:
    """At most `at_once` sentences are computed at the same time; more would only share the same cores."""

    def __init__(self, book: VoiceBook, pool: ModelPool, frontend: Frontend, at_once: int) -> None:
        self._book = book
        self._pool = pool
        self._frontend = frontend
        self._turns = asyncio.Semaphore(at_once)

    async def speak(self, wish: Speak, send: SendChunk) -> None:
        """Raises `Validation` for a text with nothing to say, `NotFound` for an unknown voice."""
        if len(wish.text) > _MAX_CHARACTERS:
            raise Validation("The text is too long.")
        found = await self._book.find(wish.voice)
        sentences = await asyncio.to_thread(self._frontend.sentences, wish.text)
        sequence = 0
        with log_context(voice=found.voice.id):
            async with self._pool.use(found) as voice:
                for number, sentence in enumerate(sentences):
                    with span("synthesise", voice=found.voice.id, sentence=number):
                        samples = await self._one(voice, sentence, wish)
                    last = number == len(sentences) - 1
                    body = samples if last else samples + bytes(2 * int(_PAUSE_S * voice.sample_rate))
                    for start in range(0, len(body), _CHUNK_BYTES):
                        chunk = SpeechChunk(
                            type="audio", sequence=sequence, sample_rate=voice.sample_rate, sentence=number
                        )
                        await send(chunk, body[start : start + _CHUNK_BYTES])
                        sequence += 1
            _LOG.info("spoken", sentences=len(sentences), characters=len(wish.text))

    async def _one(self, voice: SpeakingVoice, sentence: str, wish: Speak) -> bytes:
        async with self._turns:
            samples = await asyncio.to_thread(voice.speak, sentence, speed=wish.speed, noise=None, seed=wish.seed)
        return _to_s16(samples)

    async def phonemize(self, wish: Phonemize) -> Phonemized:
        analysis = await asyncio.to_thread(self._frontend.analyse, wish.input)
        return Phonemized(
            normalized=analysis.normalized,
            sentences=analysis.sentences,
            phonemes=analysis.phonemes,
            trace=tuple(TraceStep(stage=step.stage, text=step.text) for step in analysis.trace),
        )


def _to_s16(samples: Samples) -> bytes:
    scaled: bytes = (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
    return scaled
