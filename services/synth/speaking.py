"""Answers `Speak`: the first audio leaves before the last sentence is spoken."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing

from services.synth.cache import Kept
from services.synth.lexicons import Lexicons
from services.synth.pieces import Piece, pieces_of
from services.synth.reader import Manner, Readers
from services.synth.sound import silence
from services.synth.voices import FoundVoice, VoiceBook
from shared.bus import SendChunk
from shared.contracts.errors import Validation
from shared.contracts.rpc import Phonemize, Phonemized, SentenceTiming, Speak, SpeechChunk, TraceStep, Word
from shared.contracts.voices import speaks
from shared.persian import Frontend, speakable
from shared.persian.espeak import SAMPLE_RATE as ESPEAK_RATE
from shared.telemetry import get_logger, log_context

_LOG = get_logger("synth")
# NATS carries 1 MiB a message at most; 256 KiB is six seconds of speech.
_CHUNK_BYTES = 256 * 1024
# A guard behind the gateway's own limit, for whoever speaks to the bus directly.
_MAX_CHARACTERS = 1_000_000


class Speaking:
    def __init__(self, book: VoiceBook, readers: Readers, lexicons: Lexicons, *, silence: bool = False) -> None:
        """`silence`: a text with nothing to say is answered with one chunk without samples, not with `Validation`."""
        self._silence = silence
        self._book = book
        self._readers = readers
        self._lexicons = lexicons

    async def speak(self, wish: Speak, send: SendChunk) -> None:
        """Raises `Validation` for a text with nothing to say, `NotFound` for an unknown voice, `Unavailable`."""
        if len(wish.text) > _MAX_CHARACTERS:
            raise Validation("The text is too long.").about("input")
        found = await self._book.find(wish.voice)
        require_language(found, wish.language)
        pieces, manner = await asyncio.to_thread(self._prepare, wish)
        if not pieces:
            await send(
                SpeechChunk(type="audio", sequence=0, sample_rate=found.voice.sample_rate or ESPEAK_RATE, sentence=0),
                b"",
            )
            return
        sequence, now = 0, 0.0
        with log_context(voice=found.voice.id):
            async with aclosing(self._readers.read(found, [p.text for p in pieces], manner, wish.owner)) as spoken:
                number = 0
                async for kept in spoken:
                    piece = pieces[number]
                    timing = _timing(piece, kept, now) if wish.timestamps else None
                    for body in _bodies(piece, kept):
                        chunk = SpeechChunk(
                            type="audio",
                            sequence=sequence,
                            sample_rate=kept.sample_rate,
                            sentence=number,
                            timing=timing,
                        )
                        await send(chunk, body)
                        sequence, timing = sequence + 1, None
                    number += 1
                    now += kept.seconds + piece.pause
            _LOG.info("speech_finished", sentences=len(pieces), characters=len(wish.text))

    def _prepare(self, wish: Speak) -> tuple[list[Piece], Manner]:
        readings = self._lexicons.readings(wish.lexicon)
        frontend = Frontend(lexicon=readings.lexicon)
        manner = Manner(frontend, readings.version, wish.speed, wish.seed, wish.speaker, wish.timestamps)
        if self._silence and not speakable(frontend.normalize(wish.text)):
            return [], manner
        return pieces_of(frontend, wish.text), manner

    async def phonemize(self, wish: Phonemize) -> Phonemized:
        readings = await asyncio.to_thread(self._lexicons.readings)
        analysis = await asyncio.to_thread(Frontend(lexicon=readings.lexicon).analyse, wish.input)
        return Phonemized(
            normalized=analysis.normalized,
            sentences=analysis.sentences,
            phonemes=analysis.phonemes,
            trace=tuple(TraceStep(stage=step.stage, text=step.text) for step in analysis.trace),
        )


def _bodies(piece: Piece, kept: Kept) -> Iterator[bytes]:
    body = kept.pcm + silence(piece.pause, kept.sample_rate)
    for start in range(0, len(body), _CHUNK_BYTES):
        yield body[start : start + _CHUNK_BYTES]


def _timing(piece: Piece, kept: Kept, start: float) -> SentenceTiming:
    words = tuple(
        Word(word=each.word, start=round(start + each.start, 3), end=round(start + each.end, 3)) for each in kept.words
    )
    return SentenceTiming(text=piece.text, start=round(start, 3), end=round(start + kept.seconds, 3), words=words)


def require_language(found: FoundVoice, wanted: str | None) -> None:
    """Raises `Validation` where the voice speaks another one."""
    if wanted is not None and not speaks(found.voice, wanted):
        raise Validation(
            f"{found.voice.id} speaks {found.voice.language}, not {wanted[:20]}.", hint="Leave `language` out."
        ).about("language")
