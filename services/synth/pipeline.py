"""One listener's text, spoken piece by piece: out of the cache, or in his turn by the voice, which is loaded then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from services.synth.cache import CachedAudio, SpeechCache, key_of
from services.synth.engines.protocol import SynthesisInput
from services.synth.fair_queue import FairQueue, Listener
from services.synth.pool import LoadedVoice, ModelPool
from services.synth.postprocess import postprocess
from services.synth.voices import ResolvedVoice
from shared.contracts.errors import SokhanError
from shared.persian import Frontend
from shared.service.health import sokhan_version
from shared.telemetry import span

_RELEASE = sokhan_version()
"""Another one may read or finish a sentence otherwise: what this one keeps is not for it."""

_AHEAD = 2
"""Pieces that are under way at once: one that the listener takes, and one that is made meanwhile."""


@dataclass(frozen=True, slots=True)
class SynthesisOptions:
    """How a text is to be read; all of it decides how it sounds. `lexicon_version` stands for the front-end."""

    frontend: Frontend
    lexicon_version: str = ""
    speed: float = 1.0
    seed: int | None = None
    speaker: str | None = None
    words: bool = False
    keep: bool = True
    """Shall the cache take what is new? A book would push out everybody else's sentences."""


class SynthesisPipeline:
    """What all listeners share."""

    def __init__(self, pool: ModelPool, queue: FairQueue, cache: SpeechCache) -> None:
        self._pool = pool
        self._queue = queue
        self._cache = cache

    async def read(
        self, resolved: ResolvedVoice, texts: Sequence[str], options: SynthesisOptions, owner: str
    ) -> AsyncGenerator[CachedAudio]:
        """Each text spoken, in order. Raises `Unavailable` when too many listen, and what the engine raises.

        Closing it early forgets what still waits; close it (`aclosing`), or the listener keeps his place.
        """
        listener = self._queue.enter(owner)
        under_way: list[asyncio.Task[CachedAudio]] = []
        try:
            async with AsyncExitStack() as stack:
                voice = _LazyVoice(self._pool, resolved, stack)
                try:
                    for text in texts:
                        task = asyncio.create_task(self._one(resolved, voice, text, options, listener))
                        under_way.append(task)
                        if len(under_way) == _AHEAD:
                            yield await under_way.pop(0)
                    while under_way:
                        yield await under_way.pop(0)
                finally:
                    for task in under_way:
                        task.cancel()
                    await asyncio.gather(*under_way, return_exceptions=True)
        finally:
            self._queue.leave(listener)

    async def _one(
        self, resolved: ResolvedVoice, voice: _LazyVoice, text: str, options: SynthesisOptions, listener: Listener
    ) -> CachedAudio:
        key = _key(resolved, text, options)
        audio = await asyncio.to_thread(self._cache.get, key)
        if audio is not None:
            return audio
        ready = await voice.ready()
        utterance = SynthesisInput(
            text,
            speed=options.speed,
            seed=options.seed,
            speaker=options.speaker,
            words=options.words,
            frontend=options.frontend,
        )
        with span("synthesise", voice=resolved.voice.id):
            spoken = await self._queue.speak(listener, ready.voice, utterance)
        rate = ready.voice.sample_rate
        sound = await asyncio.to_thread(postprocess, spoken.samples, spoken.words, rate, ready.calibration.gain)
        audio = CachedAudio(rate, sound.pcm, sound.words)
        if options.keep:
            await asyncio.to_thread(self._cache.put, key, audio)
        return audio


class _LazyVoice:
    """The voice, from the first sentence on that no cache has; it stays in use until the stack is closed."""

    def __init__(self, pool: ModelPool, resolved: ResolvedVoice, stack: AsyncExitStack) -> None:
        self._pool, self._resolved, self._stack = pool, resolved, stack
        self._ready: LoadedVoice | None = None
        self._failed: SokhanError | None = None
        self._loading = asyncio.Lock()

    async def ready(self) -> LoadedVoice:
        async with self._loading:
            if self._failed is not None:
                raise self._failed
            if self._ready is None:
                try:
                    self._ready = await self._stack.enter_async_context(self._pool.use(self._resolved))
                except SokhanError as error:
                    self._failed = error
                    raise
            return self._ready


def _key(resolved: ResolvedVoice, text: str, options: SynthesisOptions) -> str:
    return key_of(
        release=_RELEASE,
        voice=resolved.voice.id,
        voice_version=resolved.version,
        text=text,
        lexicon=options.lexicon_version,
        speed=options.speed,
        seed=options.seed,
        speaker=options.speaker,
        words=options.words,
    )
