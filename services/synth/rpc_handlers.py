"""Answers `Speak` and `Phonemize`: audio is streamed sentence by sentence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing

from services.synth.cache import CachedAudio
from services.synth.engines.piper_config import config_of, find_model, phoneme_ids
from services.synth.lexicons import Lexicons, VersionedLexicon, over_request
from services.synth.metrics import SpeechMetrics
from services.synth.pipeline import SynthesisOptions, SynthesisPipeline
from services.synth.postprocess import silence
from services.synth.segmentation import SpeechSegment, segment_text
from services.synth.voice_readings import reading_of
from services.synth.voices import ResolvedVoice, VoiceRegistry
from shared.bus import SendChunk
from shared.contracts.errors import TooLarge, Validation
from shared.contracts.readings import NEWEST
from shared.contracts.rpc import Phonemize, Phonemized, ReadWord, SentenceTiming, Speak, SpeechChunk, TraceStep, Word
from shared.contracts.voices import supports_language
from shared.persian.espeak import SAMPLE_RATE as ESPEAK_RATE
from shared.persian.frontend import Frontend
from shared.persian.lexicon import Lexicon
from shared.persian.readings.spoken import SpokenWord
from shared.persian.speakable import speakable
from shared.telemetry import get_logger, log_context

_LOG = get_logger("synth")
# NATS limits a message to 1 MiB; 256 KiB is six seconds of speech.
_CHUNK_BYTES = 256 * 1024
# A limit for direct clients of the bus; the gateway's own is lower.
_MAX_CHARACTERS = 1_000_000


class SpeechHandlers:
    def __init__(
        self,
        registry: VoiceRegistry,
        pipeline: SynthesisPipeline,
        lexicons: Lexicons,
        metrics: SpeechMetrics,
        *,
        clock: Callable[[], float] = time.monotonic,
        most_spoken: int = _MAX_CHARACTERS,
        silence: bool = False,
    ) -> None:
        """`most_spoken`: the limit of characters after normalisation.

        `silence`: a text without speakable characters is answered with one empty chunk, not with `Validation`.
        """
        self._most_spoken = most_spoken
        self._silence = silence
        self._registry = registry
        self._pipeline = pipeline
        self._lexicons = lexicons
        self._metrics = metrics
        self._clock = clock

    async def speak(self, request: Speak, send: SendChunk) -> None:
        """Stream the speech of a text.

        Raises `Validation` for a text without speakable characters, `TooLarge` after normalisation, `NotFound` for an
        unknown voice, `RateLimited`, `Unavailable`.
        """
        asked = self._clock()
        if len(request.text) > _MAX_CHARACTERS:
            raise Validation("The text is too long.").about("input")
        resolved = await self._registry.find(request.voice, request.owner)
        require_language(resolved, request.language)
        await self._lexicons.fetch(request.owner)
        segments, options = await asyncio.to_thread(self._prepare, request)
        if not segments:
            await send(
                SpeechChunk(
                    type="audio", sequence=0, sample_rate=resolved.voice.sample_rate or ESPEAK_RATE, sentence=0
                ),
                b"",
            )
            return
        characters = sum(len(segment.text) for segment in segments)
        if characters > self._most_spoken:
            raise TooLarge(
                f"The input has {characters:,} characters as it is read aloud; the limit is {self._most_spoken:,}.",
                hint="Split it, or use POST /api/speech.",
            ).about("input")
        sequence, now = 0, 0.0
        with log_context(voice=resolved.voice.id):
            async with aclosing(
                self._pipeline.read(resolved, [p.text for p in segments], options, request.owner)
            ) as spoken:
                number = 0
                async for audio in spoken:
                    segment = segments[number]
                    timing = _timing(segment, audio, now) if request.timestamps else None
                    for body in _bodies(segment, audio):
                        chunk = SpeechChunk(
                            type="audio",
                            sequence=sequence,
                            sample_rate=audio.sample_rate,
                            sentence=number,
                            timing=timing,
                            characters=0 if sequence else characters,
                        )
                        await send(chunk, body)
                        if sequence == 0:
                            self._metrics.first_audio_after(self._clock() - asked)
                        sequence, timing = sequence + 1, None
                    number += 1
                    now += audio.seconds + segment.pause
            _LOG.info("speech_finished", sentences=len(segments), characters=len(request.text))

    def _prepare(self, request: Speak) -> tuple[list[SpeechSegment], SynthesisOptions]:
        current = self._lexicons.current(request.lexicon, request.owner)
        frontend = Frontend(lexicon=current.lexicon)
        options = SynthesisOptions(
            frontend,
            current.version,
            request.speed,
            request.seed,
            request.speaker,
            request.timestamps,
            request.reading,
        )
        if self._silence and not speakable(frontend.normalize(request.text)):
            return [], options
        return segment_text(frontend, request.text), options

    def _lexicon_of(self, request: Phonemize) -> VersionedLexicon:
        if not request.stored:
            return over_request(request.lexicon, VersionedLexicon(Lexicon(), ""))
        return self._lexicons.current(request.lexicon, request.owner)

    async def phonemize(self, request: Phonemize) -> Phonemized:
        """The normalized text, its sentences and phonemes, and the trace of the front-end's stages.

        Raises `Validation` with an invalid line of the request's lexicon, `NotFound` for an unknown voice,
        `UnsafeCheckpoint` for an unreadable one.
        """
        resolved = await self._registry.find(request.voice, request.owner) if request.voice is not None else None
        await self._lexicons.fetch(request.owner)
        current = await asyncio.to_thread(self._lexicon_of, request)
        reading = request.reading or (await asyncio.to_thread(reading_of, resolved) if resolved else NEWEST)
        analysis = await asyncio.to_thread(Frontend(lexicon=current.lexicon).analyse, request.input, reading)
        return Phonemized(
            normalized=analysis.normalized,
            sentences=analysis.sentences,
            phonemes=analysis.phonemes,
            trace=tuple(TraceStep(stage=step.stage, text=step.text) for step in analysis.trace),
            sentence_phonemes=analysis.sentence_phonemes,
            tokens=tuple(tuple(map(_token, words)) for words in analysis.words),
            phoneme_ids=await asyncio.to_thread(_ids, resolved, analysis.sentence_phonemes),
        )


def _token(word: SpokenWord) -> ReadWord:
    return ReadWord(text=word.shown, ipa=word.ipa, ezafe=word.ezafe, source=word.source, ezafe_source=word.ezafe_source)


def _ids(resolved: ResolvedVoice | None, sentences: tuple[str, ...]) -> tuple[tuple[int, ...] | None, ...] | None:
    """The phoneme ids of a voice of Piper, from its configuration: no network is loaded. None for another voice."""
    model = find_model(resolved.folder) if resolved and resolved.folder and resolved.voice.engine == "piper" else None
    if model is None:
        return None
    config = config_of(model)
    found = [phoneme_ids(config, phonemes) for phonemes in sentences]
    return tuple(None if ids is None else tuple(ids) for ids in found)


def _bodies(segment: SpeechSegment, audio: CachedAudio) -> Iterator[bytes]:
    body = audio.pcm + silence(segment.pause, audio.sample_rate)
    for start in range(0, len(body), _CHUNK_BYTES):
        yield body[start : start + _CHUNK_BYTES]


def _timing(segment: SpeechSegment, audio: CachedAudio, start: float) -> SentenceTiming:
    words = tuple(
        Word(word=word.word, start=round(start + word.start, 3), end=round(start + word.end, 3)) for word in audio.words
    )
    return SentenceTiming(text=segment.text, start=round(start, 3), end=round(start + audio.seconds, 3), words=words)


def require_language(resolved: ResolvedVoice, language: str | None) -> None:
    """Raises `Validation` if the voice speaks another language."""
    if language is not None and not supports_language(resolved.voice, language):
        raise Validation(
            f"{resolved.voice.id} speaks {resolved.voice.language}, not {language[:20]}.", hint="Leave `language` out."
        ).about("language")
