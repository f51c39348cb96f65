"""One listener's text, spoken piece by piece: out of the cache, or in his turn by the voice, which is loaded then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from services.synth.cache import Kept, SpeechCache, key_of
from services.synth.engines.protocol import Utterance
from services.synth.pool import ModelPool, Ready
from services.synth.sound import finish
from services.synth.turns import Listener, Turns
from services.synth.voices import FoundVoice
from shared.contracts.errors import SokhanError
from shared.persian import Frontend
from shared.service.health import sokhan_version
from shared.telemetry import span

_RELEASE = sokhan_version()
"""Another one may read or finish a sentence otherwise: what this one keeps is not for it."""

_AHEAD = 2
"""Pieces that are under way at once: one that the listener takes, and one that is made meanwhile."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is to be read; all of it decides how it sounds. `lexicon_version` stands for the front-end."""

    frontend: Frontend
    lexicon_version: str = ""
    speed: float = 1.0
    seed: int | None = None
    speaker: str | None = None
    words: bool = False
    keep: bool = True
    """Shall the cache take what is new? A book would push out everybody else's sentences."""


class Readers:
    """What all listeners share."""

    def __init__(self, pool: ModelPool, turns: Turns, cache: SpeechCache) -> None:
        self._pool = pool
        self._turns = turns
        self._cache = cache

    async def read(self, found: FoundVoice, texts: Sequence[str], manner: Manner, owner: str) -> AsyncGenerator[Kept]:
        """Each text spoken, in order. Raises `Unavailable` when too many listen, and what the engine raises.

        Closing it early forgets what still waits; close it (`aclosing`), or the listener keeps his place.
        """
        listener = self._turns.enter(owner)
        under_way: list[asyncio.Task[Kept]] = []
        try:
            async with AsyncExitStack() as stack:
                voice = _OnDemand(self._pool, found, stack)
                try:
                    for text in texts:
                        task = asyncio.create_task(self._one(found, voice, text, manner, listener))
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
            self._turns.leave(listener)

    async def _one(self, found: FoundVoice, voice: _OnDemand, text: str, manner: Manner, listener: Listener) -> Kept:
        key = _key(found, text, manner)
        kept = await asyncio.to_thread(self._cache.get, key)
        if kept is not None:
            return kept
        ready = await voice.ready()
        utterance = Utterance(
            text,
            speed=manner.speed,
            seed=manner.seed,
            speaker=manner.speaker,
            words=manner.words,
            frontend=manner.frontend,
        )
        with span("synthesise", voice=found.voice.id):
            spoken = await self._turns.speak(listener, ready.voice, utterance)
        rate = ready.voice.sample_rate
        sound = await asyncio.to_thread(finish, spoken.samples, spoken.words, rate, ready.calibration.gain)
        kept = Kept(rate, sound.pcm, sound.words)
        if manner.keep:
            await asyncio.to_thread(self._cache.put, key, kept)
        return kept


class _OnDemand:
    """The voice, from the first sentence on that no cache has; it stays in use until the stack is closed."""

    def __init__(self, pool: ModelPool, found: FoundVoice, stack: AsyncExitStack) -> None:
        self._pool, self._found, self._stack = pool, found, stack
        self._ready: Ready | None = None
        self._failed: SokhanError | None = None
        self._loading = asyncio.Lock()

    async def ready(self) -> Ready:
        async with self._loading:
            if self._failed is not None:
                raise self._failed
            if self._ready is None:
                try:
                    self._ready = await self._stack.enter_async_context(self._pool.use(self._found))
                except SokhanError as error:
                    self._failed = error
                    raise
            return self._ready


def _key(found: FoundVoice, text: str, manner: Manner) -> str:
    return key_of(
        release=_RELEASE,
        voice=found.voice.id,
        voice_version=found.version,
        text=text,
        lexicon=manner.lexicon_version,
        speed=manner.speed,
        seed=manner.seed,
        speaker=manner.speaker,
        words=manner.words,
    )
