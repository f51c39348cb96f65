"""Synthesizes a text sentence by sentence: from the cache, else through the fair queue by a voice loaded on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from services.synth.cache import CachedAudio, SpeechCache, key_of
from services.synth.engines.protocol import SynthesisInput
from services.synth.fair_queue import FairQueue, Listener
from services.synth.metrics import SpeechMetrics
from services.synth.pool import LoadedVoice, ModelPool
from services.synth.postprocess import postprocess
from services.synth.voices import ResolvedVoice
from shared.contracts.errors import SokhanError
from shared.contracts.owners import SOLE_OWNERS
from shared.contracts.readings import Reading
from shared.persian.frontend import Frontend
from shared.telemetry import span
from shared.version import sokhan_version

_RELEASE = sokhan_version()
"""Part of the cache key: another release may read or postprocess a sentence differently."""

_AHEAD = 2
"""Sentences in progress: one that the listener receives, and the next one."""


@dataclass(frozen=True, slots=True)
class SynthesisOptions:
    """All options that determine the sound of a text. `lexicon_version` identifies the front-end in the cache key."""

    frontend: Frontend
    lexicon_version: str = ""
    speed: float = 1.0
    seed: int | None = None
    speaker: str | None = None
    words: bool = False
    reading: Reading | None = None
    """By default that of the voice, which its version includes."""
    keep: bool = True
    """Whether to cache new sentences. A book would evict those of all other users."""


class SynthesisPipeline:
    """The synthesis path of all listeners: cache, fair queue and voices."""

    def __init__(self, pool: ModelPool, queue: FairQueue, cache: SpeechCache, metrics: SpeechMetrics) -> None:
        self._metrics = metrics
        self._pool = pool
        self._queue = queue
        self._cache = cache

    async def read(
        self, resolved: ResolvedVoice, texts: Sequence[str], options: SynthesisOptions, owner: str
    ) -> AsyncGenerator[CachedAudio]:
        """The audio of each text, in order.

        Raises `Unavailable` and `RateLimited` at a limit of listeners, and the engine's errors.
        Use `aclosing`: closing cancels queued sentences and removes the listener from the queue.
        """
        listener = self._queue.enter(owner)
        tasks: list[asyncio.Task[CachedAudio]] = []
        try:
            async with AsyncExitStack() as stack:
                voice = _LazyVoice(self._pool, resolved, stack, owner)
                try:
                    for text in texts:
                        task = asyncio.create_task(self._synthesize(resolved, voice, text, options, listener))
                        tasks.append(task)
                        if len(tasks) == _AHEAD:
                            yield await tasks.pop(0)
                    while tasks:
                        yield await tasks.pop(0)
                finally:
                    for task in tasks:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self._queue.leave(listener)

    async def _synthesize(
        self, resolved: ResolvedVoice, voice: _LazyVoice, text: str, options: SynthesisOptions, listener: Listener
    ) -> CachedAudio:
        key = _key(resolved, text, options, listener.name)
        audio = await asyncio.to_thread(self._cache.get, key)
        self._metrics.looked_up(hit=audio is not None)
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
            reading=options.reading,
        )
        with span("synthesise", voice=resolved.voice.id):
            spoken = await self._queue.speak(listener, ready.voice, utterance)
        rate = ready.voice.sample_rate
        sound = await asyncio.to_thread(postprocess, spoken.samples, spoken.words, rate, ready.calibration.gain)
        audio = CachedAudio(rate, sound.pcm, sound.words)
        self._metrics.synthesised(resolved.voice.engine, spoken.computing, audio.seconds)
        if options.keep:
            await asyncio.to_thread(self._cache.put, key, audio)
        return audio


class _LazyVoice:
    """A voice that is loaded at the first cache miss, and stays in use until the stack is closed."""

    def __init__(self, pool: ModelPool, resolved: ResolvedVoice, stack: AsyncExitStack, owner: str) -> None:
        self._pool, self._resolved, self._stack, self._owner = pool, resolved, stack, owner
        self._ready: LoadedVoice | None = None
        self._failed: SokhanError | None = None
        self._loading = asyncio.Lock()

    async def ready(self) -> LoadedVoice:
        async with self._loading:
            if self._failed is not None:
                raise self._failed
            if self._ready is None:
                try:
                    self._ready = await self._stack.enter_async_context(self._pool.use(self._resolved, self._owner))
                except SokhanError as error:
                    self._failed = error
                    raise
            return self._ready


def _key(resolved: ResolvedVoice, text: str, options: SynthesisOptions, owner: str) -> str:
    """Each account has entries of its own: the time of an answer must not tell what another one has said."""
    return key_of(
        owner="" if owner in SOLE_OWNERS else owner,
        release=_RELEASE,
        voice=resolved.voice.id,
        voice_version=resolved.version,
        text=text,
        lexicon=options.lexicon_version,
        speed=options.speed,
        seed=options.seed,
        speaker=options.speaker,
        words=options.words,
        reading=options.reading,
    )
