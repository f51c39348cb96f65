"""Schedules the sentences of all listeners onto a few compute threads.

Two levels of self-clocked fair queueing (Golestani 1994) over compute seconds: between owners, then between the
listeners of one owner. A long text and a short one alternate: the short one waits for one sentence, and many short
ones do not starve the long one. Queued sentences of the same voice are batched if its engine gains by that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count

from services.synth.engines.protocol import SpeakingVoice, Spoken, SynthesisInput
from shared.contracts.errors import RateLimited, Unavailable
from shared.tasks import wait_set

_PASS_CHARACTERS = 600
"""The most characters in a batch: well under a second on a GPU, which bounds the wait of a new listener."""
_RETRY_S = 2.0
_CLOSING = "The synth is shutting down."


@dataclass(eq=False, slots=True)
class _Share:
    """Compute seconds used (the virtual time). A new member starts at the current virtual time (fair queueing)."""

    spent: float = 0.0
    now: float = 0.0
    """The virtual time: `spent` of the member served last. A new member below it would overtake the queue."""


@dataclass(eq=False, slots=True)
class _Owner(_Share):
    listeners: int = 0


@dataclass(eq=False, slots=True)
class Listener:
    """One request for speech; created by `FairQueue.enter`."""

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
    """`at_once`: the number of compute threads; `most`: the limit of listeners; `most_of_owner`: of one owner, 0 for
    none. Start `run` once, in its own task.
    """

    at_once: int
    most: int
    most_of_owner: int = 0
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
        """Add a listener.

        Raises `RateLimited` at the owner's limit, `Unavailable` at the limit of listeners and during shutdown.
        """
        if self._closed or len(self._listeners) >= self.most:
            full = "Too many speech requests are waiting."
            raise Unavailable(_CLOSING if self._closed else full, hint="Try again in a moment.")
        waiting = self._owners.get(owner)
        if self.most_of_owner and waiting is not None and waiting.listeners >= self.most_of_owner:
            raise RateLimited(f"You have {self.most_of_owner} speech requests at once already.", retry_after=_RETRY_S)
        known = self._owners.setdefault(owner, _Owner(spent=self._total.now))
        known.listeners += 1
        listener = Listener(owner, known, _Share(spent=known.now))
        self._listeners.add(listener)
        return listener

    @property
    def listeners(self) -> int:
        """The number of present listeners."""
        return len(self._listeners)

    def leave(self, listener: Listener) -> None:
        """Remove the listener. Call it once for every `enter`."""
        self._listeners.discard(listener)
        listener.owner.listeners -= 1
        if not listener.owner.listeners:
            self._owners.pop(listener.name, None)
        if self._closed and not self._listeners:
            self._empty.set()

    async def speak(self, listener: Listener, voice: SpeakingVoice, utterance: SynthesisInput) -> Spoken:
        """Synthesize a sentence in fair order. Cancellation removes a queued sentence and drops a running one's result.

        Raises `Unavailable` during shutdown, and the engine's errors.
        """
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
        """Serve the queue. Runs until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.at_once):
                group.create_task(self._worker())

    async def close(self, grace_s: float) -> None:
        """Refuse new listeners, give the present ones `grace_s` seconds to finish, then refuse queued sentences."""
        self._closed = True
        if self._listeners:
            await wait_set(self._empty, grace_s)
        for waiting in self._waiting:
            _resolve(waiting.spoken, Unavailable(_CLOSING, hint="Try again in a moment."))

    async def _worker(self) -> None:
        # One fixed thread per worker: torch's OpenMP keeps a thread pool for every calling thread.
        thread = ThreadPoolExecutor(1, "speak")
        try:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._waiting)
                    batch = self._next_batch()
                started = self.clock()
                await self._speak(batch, thread)
                self._count(batch, self.clock() - started)
        finally:
            thread.shutdown(wait=False, cancel_futures=True)

    def _next_batch(self) -> list[_Waiting]:
        """The next sentence in order, with queued sentences of the same voice that fit into its batch."""
        first = min(self._waiting, key=self._virtual_finish_order)
        batch, characters = [first], len(first.utterance.sentence)
        for other in sorted(self._waiting, key=self._virtual_finish_order):
            # A seed promises identical samples: other sentences of a batch may change their last bit.
            seeded = first.utterance.seed is not None or other.utterance.seed is not None
            if other is first or other.voice is not first.voice or seeded:
                continue
            characters += len(other.utterance.sentence)
            if len(batch) >= first.voice.batch or characters > _PASS_CHARACTERS:
                break
            batch.append(other)
        for waiting in batch:
            self._waiting.remove(waiting)
        return batch

    def _virtual_finish_order(self, waiting: _Waiting) -> tuple[float, float, int]:
        listener = waiting.listener
        return (listener.owner.spent, listener.share.spent, waiting.number)

    def _count(self, batch: Sequence[_Waiting], seconds: float) -> None:
        for waiting in batch:
            owner, share = waiting.listener.owner, waiting.listener.share
            share.spent += seconds / len(batch)
            owner.spent += seconds / len(batch)
            owner.now = max(owner.now, share.spent)
            self._total.now = max(self._total.now, owner.spent)

    async def _speak(self, batch: Sequence[_Waiting], thread: Executor) -> None:
        """Synthesize a batch. A failed batch is retried sentence by sentence: only a bad sentence fails."""
        try:
            utterances = [waiting.utterance for waiting in batch]
            started = self.clock()
            spoken = await asyncio.get_running_loop().run_in_executor(thread, batch[0].voice.speak, utterances)
            computing = (self.clock() - started) / len(batch)
            for waiting, result in zip(batch, spoken, strict=True):
                _resolve(waiting.spoken, replace(result, computing=computing))
        except Exception as error:
            if len(batch) == 1:
                _resolve(batch[0].spoken, error)
                return
            for waiting in batch:
                await self._speak([waiting], thread)


def _resolve(future: asyncio.Future[Spoken], result: Spoken | Exception) -> None:
    if future.done():
        return  # cancelled
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
