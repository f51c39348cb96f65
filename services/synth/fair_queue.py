"""Whose sentence is spoken next: the sentences of all listeners wait here, for the few threads that compute.

Fair in two steps, by self-clocked fair queueing (Golestani 1994) over the seconds of work: first between owners,
then between an owner's listeners. A book and a greeting that wait together take turns, so the greeting waits for one
sentence, and a crowd of greetings does not keep the book waiting for ever. Sentences that wait for the same voice go
into one pass where its engine gains by that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from services.synth.engines.protocol import SpeakingVoice, Spoken, SynthesisInput
from shared.contracts.errors import Unavailable
from shared.tasks import wait_set

_PASS_CHARACTERS = 600
"""What a pass of several sentences may hold: on a GPU well under a second, which is what a newcomer may wait."""
_CLOSING = "This synth is going down."


@dataclass(eq=False, slots=True)
class _Share:
    """Seconds of work that were spent for somebody. Who comes anew begins where those are who are served now."""

    spent: float = 0.0
    now: float = 0.0
    """What the member who was served last has spent: a newcomer who began below would overtake those who wait."""


@dataclass(eq=False, slots=True)
class _Owner(_Share):
    listeners: int = 0


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who waits for speech; get one from `FairQueue.enter`."""

    name: str
    owner: _Owner
    share: _Share


@dataclass(eq=False, slots=True)
class _Waiting:
    listener: Listener
    voice: SpeakingVoice
    utterance: SynthesisInput
    number: int
    spoken: asyncio.Future[Spoken]


@dataclass(slots=True)
class FairQueue:
    """`at_once` threads compute; more than `most` listeners are refused. Start `run` once, in a task of its own."""

    at_once: int
    most: int
    clock: Callable[[], float] = time.perf_counter
    _waiting: list[_Waiting] = field(default_factory=list)
    _listeners: set[Listener] = field(default_factory=set)
    _owners: dict[str, _Owner] = field(default_factory=dict)
    _total: _Share = field(default_factory=_Share)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _numbers: count[int] = field(default_factory=count)
    _closed: bool = False
    _empty: asyncio.Event = field(default_factory=asyncio.Event)

    def enter(self, owner: str) -> Listener:
        """Raises `Unavailable` when the house is full, or closes."""
        if self._closed or len(self._listeners) >= self.most:
            full = f"{self.most} requests for speech are waiting already."
            raise Unavailable(_CLOSING if self._closed else full, hint="Try again in a moment.")
        known = self._owners.setdefault(owner, _Owner(spent=self._total.now))
        known.listeners += 1
        listener = Listener(owner, known, _Share(spent=known.now))
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        listener.owner.listeners -= 1
        if not listener.owner.listeners:
            self._owners.pop(listener.name, None)
        if self._closed and not self._listeners:
            self._empty.set()

    async def speak(self, listener: Listener, voice: SpeakingVoice, utterance: SynthesisInput) -> Spoken:
        """Waits for its turn. Cancelled, a sentence that waits is forgotten; one that is being spoken is not heard."""
        future: asyncio.Future[Spoken] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(listener, voice, utterance, next(self._numbers), future)
        self._waiting.append(waiting)
        async with self._changed:
            self._changed.notify()
        try:
            return await future
        finally:
            with suppress(ValueError):
                self._waiting.remove(waiting)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(self.at_once):
                group.create_task(self._worker())

    async def close(self, patience: float) -> None:
        """Nobody enters any more. Who is here is heard to the end for so many seconds, then refused."""
        self._closed = True
        if self._listeners:
            await wait_set(self._empty, patience)
        for waiting in self._waiting:
            _answer(waiting.spoken, Unavailable(_CLOSING, hint="Try again in a moment."))

    async def _worker(self) -> None:
        # A thread of its own, always the same: torch's OpenMP keeps a pool of threads for every thread that calls it.
        thread = ThreadPoolExecutor(1, "speak")
        try:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._waiting)
                    chosen = self._choose()
                started = self.clock()
                await self._speak(chosen, thread)
                self._count(chosen, self.clock() - started)
        finally:
            thread.shutdown(wait=False, cancel_futures=True)

    def _choose(self) -> list[_Waiting]:
        """The next in turn, and whoever waits for the same voice and fits into the same pass."""
        first = min(self._waiting, key=self._virtual_finish_order)
        chosen, characters = [first], len(first.utterance.sentence)
        for other in sorted(self._waiting, key=self._virtual_finish_order):
            # A seed means the very same samples: what is spoken beside a sentence may change their last bit.
            seeded = first.utterance.seed is not None or other.utterance.seed is not None
            if other is first or other.voice is not first.voice or seeded:
                continue
            characters += len(other.utterance.sentence)
            if len(chosen) >= first.voice.batch or characters > _PASS_CHARACTERS:
                break
            chosen.append(other)
        for waiting in chosen:
            self._waiting.remove(waiting)
        return chosen

    def _virtual_finish_order(self, waiting: _Waiting) -> tuple[float, float, int]:
        listener = waiting.listener
        return (listener.owner.spent, listener.share.spent, waiting.number)

    def _count(self, chosen: Sequence[_Waiting], seconds: float) -> None:
        for waiting in chosen:
            owner, share = waiting.listener.owner, waiting.listener.share
            share.spent += seconds / len(chosen)
            owner.spent += seconds / len(chosen)
            owner.now = max(owner.now, share.spent)
            self._total.now = max(self._total.now, owner.spent)

    async def _speak(self, chosen: Sequence[_Waiting], thread: Executor) -> None:
        """A pass that fails is spoken sentence by sentence: one that cannot be said is nobody else's trouble."""
        try:
            utterances = [waiting.utterance for waiting in chosen]
            spoken = await asyncio.get_running_loop().run_in_executor(thread, chosen[0].voice.speak, utterances)
            for waiting, said in zip(chosen, spoken, strict=True):
                _answer(waiting.spoken, said)
        except Exception as error:
            if len(chosen) == 1:
                _answer(chosen[0].spoken, error)
                return
            for waiting in chosen:
                await self._speak([waiting], thread)


def _answer(future: asyncio.Future[Spoken], answer: Spoken | Exception) -> None:
    if future.done():
        return  # the listener has gone
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
