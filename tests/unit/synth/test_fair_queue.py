"""Who is spoken for next, with voices that note what they are asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pytest

from services.synth.engines.protocol import Precision, Spoken, SynthesisInput
from services.synth.fair_queue import FairQueue, Listener
from shared.contracts.errors import RateLimited, Unavailable, Validation
from tests.support.eventually import eventually

pytestmark = pytest.mark.timeout(20)


@dataclass
class NotingVoice:
    """Answers a sentence with as many samples as it has characters; holds each pass until `gate` is open."""

    batch: int = 1
    passes: list[list[str]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    sample_rate: int = 100
    speakers: tuple[str, ...] = ()
    memory_bytes: int = 1
    precisions: tuple[Precision, ...] = ("float32",)

    def set_precision(self, precision: Precision) -> None: ...

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        self.passes.append([each.sentence for each in utterances])
        assert self.gate.wait(10)
        if any("!" in each.sentence for each in utterances):
            raise Validation("no")
        return [Spoken(np.full(len(each.sentence), 0.5, dtype=np.float32)) for each in utterances]

    @property
    def order(self) -> list[str]:
        return [sentence for each in self.passes for sentence in each]


@asynccontextmanager
async def running(turns: FairQueue) -> AsyncIterator[None]:
    task = asyncio.create_task(turns.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def ticking() -> FairQueue:
    """Each pass takes one second of a clock that only it moves."""
    seconds = iter(range(10_000))
    return FairQueue(at_once=1, most=8, clock=lambda: float(next(seconds)))


async def spoken(turns: FairQueue, voice: NotingVoice, listener: Listener, *sentences: str) -> None:
    for sentence in sentences:
        await turns.speak(listener, voice, SynthesisInput(sentence))


async def begun(turns: FairQueue, voice: NotingVoice, number: int) -> None:
    """So many sentences are in the queue, those in the first pass among them."""
    await eventually(
        lambda: voice.passes and len(turns._waiting) + len(voice.order) == number, f"{number} sentences in the queue"
    )


async def test_a_short_text_waits_for_one_sentence_of_a_book() -> None:
    turns, voice = ticking(), NotingVoice()
    async with running(turns), asyncio.TaskGroup() as group:
        book = turns.enter("a")
        group.create_task(spoken(turns, voice, book, *(f"b{n}" for n in range(20))))
        await begun(turns, voice, 1)
        greeting = turns.enter("a")
        group.create_task(spoken(turns, voice, greeting, "hello"))
        await begun(turns, voice, 2)
        voice.gate.set()
    assert voice.order.index("hello") <= 2


async def test_owners_share_whatever_the_number_of_their_requests() -> None:
    turns, voice = ticking(), NotingVoice()
    async with running(turns), asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(spoken(turns, voice, turns.enter("busy"), *(f"x{number}{n}" for n in range(5))))
        group.create_task(spoken(turns, voice, turns.enter("calm"), *(f"y{n}" for n in range(5))))
        await begun(turns, voice, 7)
        voice.gate.set()
    assert [place for place, sentence in enumerate(voice.order) if sentence.startswith("y")][-1] <= 11


async def test_sentences_that_wait_for_one_voice_share_a_pass() -> None:
    turns, voice, other = ticking(), NotingVoice(batch=3), NotingVoice(batch=3)
    other.gate.set()
    async with running(turns), asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(spoken(turns, voice, turns.enter(str(number)), f"s{number}"))
        group.create_task(spoken(turns, other, turns.enter("o"), "other"))
        await begun(turns, voice, 7)
        voice.gate.set()
    assert [len(each) for each in voice.passes] == [1, 3, 2] or [len(each) for each in voice.passes] == [3, 3]
    assert other.passes == [["other"]]


async def test_a_seeded_sentence_is_spoken_alone() -> None:
    turns, voice = ticking(), NotingVoice(batch=8)
    async with running(turns), asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(turns.speak(turns.enter("a"), voice, SynthesisInput(f"s{number}", seed=number)))
        await begun(turns, voice, 3)
        voice.gate.set()
    assert [len(each) for each in voice.passes] == [1, 1, 1]


async def test_one_that_cannot_be_said_is_nobody_elses_trouble() -> None:
    turns, voice = ticking(), NotingVoice(batch=8)
    async with running(turns):
        wanted = ["first", "good", "bad!", "fine"]
        tasks = [asyncio.create_task(turns.speak(turns.enter("a"), voice, SynthesisInput(text))) for text in wanted]
        await begun(turns, voice, 4)
        voice.gate.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [len(a.samples) if isinstance(a, Spoken) else type(a) for a in answers] == [5, 4, Validation, 4]


async def test_who_hangs_up_is_not_spoken_for() -> None:
    turns, voice = ticking(), NotingVoice()
    async with running(turns):
        first = asyncio.create_task(turns.speak(turns.enter("a"), voice, SynthesisInput("under way")))
        await begun(turns, voice, 1)
        second = asyncio.create_task(turns.speak(turns.enter("a"), voice, SynthesisInput("waiting")))
        await begun(turns, voice, 2)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        voice.gate.set()
        await first
        await turns.speak(turns.enter("a"), voice, SynthesisInput("next"))
    assert voice.order == ["under way", "next"]


async def test_a_full_house_refuses_at_once_and_opens_again() -> None:
    turns = FairQueue(at_once=1, most=2)
    first, _ = turns.enter("a"), turns.enter("b")
    with pytest.raises(Unavailable):
        turns.enter("c")
    turns.leave(first)
    turns.enter("c")


async def test_one_owner_leaves_places_for_others() -> None:
    turns = FairQueue(at_once=1, most=8, most_of_owner=2)
    first = turns.enter("a")
    turns.enter("a")
    with pytest.raises(RateLimited, match="2 speech requests at once"):
        turns.enter("a")
    turns.enter("b")
    turns.leave(first)
    turns.enter("a")


async def test_thirty_two_at_once_each_hear_their_own() -> None:
    turns, voice = FairQueue(at_once=2, most=64), NotingVoice(batch=4)
    voice.gate.set()
    async with running(turns):
        wanted = ["م" * (number + 1) for number in range(32)]
        heard = await asyncio.gather(
            *(turns.speak(turns.enter(str(n % 5)), voice, SynthesisInput(text)) for n, text in enumerate(wanted))
        )
    assert [len(one.samples) for one in heard] == [len(text) for text in wanted]


@pytest.mark.parametrize("others", ["a", "new", "fixed"])
async def test_a_crowd_of_greetings_does_not_keep_a_book_waiting_for_ever(others: str) -> None:
    turns, voice, served = ticking(), NotingVoice(), 0
    voice.gate.set()
    names = count()

    async def greet(number: int) -> None:
        nonlocal served
        while served < 60:
            owner = {"a": "a", "new": f"n{next(names)}", "fixed": f"f{number}"}[others]
            listener = turns.enter(owner)
            await turns.speak(listener, voice, SynthesisInput("hello"))
            turns.leave(listener)
            served += 1

    async with running(turns):
        book = turns.enter("a")
        reading = asyncio.create_task(spoken(turns, voice, book, *(f"b{n}" for n in range(1000))))
        await asyncio.gather(*(greet(number) for number in range(5)))
        reading.cancel()
    # Six wait at any time: a fair share is a sixth.
    assert 7 <= len([sentence for sentence in voice.order if sentence.startswith("b")]) <= 20


async def test_who_is_here_is_refused_when_the_house_closes() -> None:
    turns, voice = ticking(), NotingVoice()
    async with running(turns):
        tasks = [
            asyncio.create_task(turns.speak(turns.enter("a"), voice, SynthesisInput(text))) for text in ("now", "then")
        ]
        await begun(turns, voice, 2)
        await turns.close(0.1)
        with pytest.raises(Unavailable):
            turns.enter("b")
        voice.gate.set()
        first, second = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(first, Spoken)
    assert isinstance(second, Unavailable)
