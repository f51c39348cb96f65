"""Whose sentence is spoken next: the sentences of all listeners wait here, for the few threads that compute.

Fair in two steps, by start-time fair queueing (Goyal et al. 1996) over the seconds of work: first between owners,
then between an owner's listeners. A book and a greeting that wait together take turns, so the greeting waits for one
sentence at most. Sentences that wait for the same voice go into one pass where its engine gains by that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from services.synth.engines.protocol import SpeakingVoice, Spoken, Utterance
from shared.contracts.errors import Unavailable

_PASS_CHARACTERS = 600
"""What a pass of several sentences may hold: on a GPU well under a second, which is what a newcomer may wait."""


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who waits for speech. `work` is the seconds that were spent for him, `begun` what fairness counts."""

    owner: str
    begun: float = 0.0
    sentences: int = 0


@dataclass(eq=False, slots=True)
class _Waiting:
    listener: Listener
    voice: SpeakingVoice
    utterance: Utterance
    number: int
    spoken: asyncio.Future[Spoken]


@dataclass(slots=True)
class Turns:
    """`at_once` threads compute; more than `most` listeners are refused. Start `run` once, in a task of its own."""

    at_once: int
    most: int
    clock: Callable[[], float] = time.perf_counter
    _waiting: list[_Waiting] = field(default_factory=list)
    _listeners: set[Listener] = field(default_factory=set)
    _owners: dict[str, float] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _numbers: count[int] = field(default_factory=count)

    def enter(self, owner: str) -> Listener:
        """Raises `Unavailable` when the house is full. A newcomer has used as much as the least of those here."""
        if len(self._listeners) >= self.most:
            raise Unavailable(
                f"{self.most} requests for speech are waiting already.", hint="Try again in a moment, or add a synth."
            )
        mine = [each.begun for each in self._listeners if each.owner == owner]
        if not mine:
            self._owners[owner] = max(self._owners.get(owner, 0.0), min(self._owners.values(), default=0.0))
        listener = Listener(owner, begun=min(mine, default=0.0))
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        if all(each.owner != listener.owner for each in self._listeners):
            self._owners.pop(listener.owner, None)

    async def speak(self, listener: Listener, voice: SpeakingVoice, utterance: Utterance) -> Spoken:
        """Waits for its turn. Cancelled, a sentence that waits is forgotten; one that is being spoken is not heard."""
        future: asyncio.Future[Spoken] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(listener, voice, utterance, next(self._numbers), future)
        self._waiting.append(waiting)
        async with self._news:
            self._news.notify()
        try:
            return await future
        finally:
            with suppress(ValueError):
                self._waiting.remove(waiting)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(self.at_once):
                group.create_task(self._worker())

    async def _worker(self) -> None:
        # A thread of its own, always the same: torch's OpenMP keeps a pool of threads for every thread that calls it.
        with ThreadPoolExecutor(1, "speak") as thread:
            while True:
                async with self._news:
                    await self._news.wait_for(lambda: self._waiting)
                    chosen = self._choose()
                started = self.clock()
                await self._speak(chosen, thread)
                self._count(chosen, self.clock() - started)

    def _choose(self) -> list[_Waiting]:
        """The next in turn, and whoever waits for the same voice and fits into the same pass."""
        ordered = sorted(self._waiting, key=self._turn)
        first = ordered[0]
        chosen, characters = [first], len(first.utterance.sentence)
        # A seed means the very same samples: what is spoken beside a sentence may change their last bit.
        if first.utterance.seed is None:
            for other in ordered[1:]:
                characters += len(other.utterance.sentence)
                if len(chosen) == first.voice.batch or characters > _PASS_CHARACTERS:
                    break
                if other.voice is first.voice and other.utterance.seed is None:
                    chosen.append(other)
        for each in chosen:
            self._waiting.remove(each)
        return chosen

    def _turn(self, waiting: _Waiting) -> tuple[float, float, int, int]:
        listener = waiting.listener
        return (self._owners.get(listener.owner, 0.0), listener.begun, listener.sentences, waiting.number)

    def _count(self, chosen: Sequence[_Waiting], seconds: float) -> None:
        for each in chosen:
            share = seconds / len(chosen)
            each.listener.begun += share
            each.listener.sentences += 1
            if each.listener.owner in self._owners:
                self._owners[each.listener.owner] += share

    async def _speak(self, chosen: Sequence[_Waiting], thread: Executor) -> None:
        """A pass that fails is spoken sentence by sentence: one that cannot be said is nobody else's trouble."""
        try:
            utterances = [each.utterance for each in chosen]
            spoken = await asyncio.get_running_loop().run_in_executor(thread, chosen[0].voice.speak, utterances)
        except Exception as error:
            if len(chosen) > 1:
                for each in chosen:
                    await self._speak([each], thread)
                return
            _answer(chosen[0].spoken, error)
        else:
            for each, said in zip(chosen, spoken, strict=True):
                _answer(each.spoken, said)


def _answer(future: asyncio.Future[Spoken], answer: Spoken | Exception) -> None:
    if future.done():
        return  # the listener has gone
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
