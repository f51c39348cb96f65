"""A render handler with a real store and real files, and a voice that notes what it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from prometheus_client import CollectorRegistry
from pydantic import JsonValue

from services.synth.cache import SpeechCache
from services.synth.calibrate import Calibration
from services.synth.engines.protocol import Precision, Spoken, SynthesisInput
from services.synth.fair_queue import FairQueue
from services.synth.lexicons import Lexicons
from services.synth.longform.context import SpeechContext
from services.synth.longform.handler import RenderHandler
from services.synth.metrics import SpeechMetrics
from services.synth.pipeline import SynthesisPipeline
from services.synth.pool import LoadedVoice, ModelPool
from services.synth.voices import ResolvedVoice, VoiceRegistry
from shared.assets import AssetRepository
from shared.contracts.errors import Validation
from shared.contracts.events import EventType
from shared.contracts.jobs import Job
from shared.contracts.kinds import SPEECH
from shared.contracts.kinds.speech import SpeechJob, SpeechProgress, SpeechSpec
from shared.contracts.states import JobKind
from shared.files import DataTree
from shared.files.renders import RenderFolder
from shared.jobs import JobEvents, JobRepository
from shared.service.runtime import utc_now
from shared.store import open_store

RATE = 8000
ROOM = 10**12


@dataclass
class NotingVoice:
    """A tenth of a second for each sentence. `before` is called with each, and may raise."""

    asked: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None
    batch: int = 1
    sample_rate: int = RATE
    speakers: tuple[str, ...] = ()
    memory_bytes: int = 1
    precisions: tuple[Precision, ...] = ("float32",)

    def set_precision(self, precision: Precision) -> None: ...

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        for each in utterances:
            self.before(each.sentence)
            if "ناگفتنی" in each.sentence:
                raise Validation("This voice cannot say that.")
            self.asked.append(each.sentence)
        return [Spoken(np.full(RATE // 10, 0.5, dtype=np.float32)) for _ in utterances]


class SilentEvents(JobEvents):
    def __init__(self) -> None: ...

    async def publish(self, job: Job, type_: EventType, extra: Mapping[str, JsonValue] | None = None) -> None: ...


class FakeBook(VoiceRegistry):
    """One voice, whose version can change."""

    version = "1"
    engine: str | None = None

    async def find(self, name: str, owner: str) -> ResolvedVoice:
        found = (await self.list(owner))[0]
        voice = found.voice if self.engine is None else found.voice.model_copy(update={"engine": self.engine})
        return ResolvedVoice(voice, found.folder, self.version)


@dataclass
class Stage:
    handler: RenderHandler
    repository: JobRepository
    tree: DataTree
    voice: NotingVoice
    book: FakeBook

    async def job(self, text: str, **wish: object) -> SpeechContext:
        """A job of that text, claimed."""
        told = {"voice": "espeak-fa", "text_hash": "0" * 64, "characters": len(text), "response_format": "wav", **wish}
        now = utc_now()
        job = SpeechJob(
            id=f"job-{len(list(self.tree.renders.iterdir()))}",
            kind=JobKind.SPEECH,
            owner="me",
            spec=SpeechSpec.model_validate(told),
            progress=SPEECH.progress(),
            created_at=now,
            updated_at=now,
            available_at=now,
        )
        self.folder(job.id).root.mkdir()
        self.folder(job.id).text.write_text(text)
        await self.repository.create(job)
        return await self.claim(job.id)

    async def claim(self, job_id: str) -> SpeechContext:
        claimed = await self.repository.claim(SPEECH, job_id, "w")
        assert claimed is not None
        return SpeechContext(claimed, self.repository, SilentEvents())

    async def again(self, context: SpeechContext) -> SpeechContext:
        """The next claim, of a job whose worker left."""
        await self.repository.requeue(context.job, failed=False, progress=context.progress)
        return await self.claim(context.job.id)

    def folder(self, job_id: str) -> RenderFolder:
        return RenderFolder(self.tree.renders / job_id)


def progress(context: SpeechContext) -> SpeechProgress:
    assert isinstance(context.progress, SpeechProgress)
    return context.progress


async def reached(context: SpeechContext, far_enough: Callable[[SpeechProgress], bool]) -> None:
    async with asyncio.timeout(20):
        while not far_enough(progress(context)):  # noqa: ASYNC110 - what it reports is no event
            await asyncio.sleep(0)


@asynccontextmanager
async def stage(folder: Path, *, free: int = ROOM) -> AsyncIterator[Stage]:
    tree = DataTree(folder)
    tree.prepare()
    store = await open_store(f"sqlite:///{folder / 'jobs.db'}")
    voice = NotingVoice()

    async def load(_: ResolvedVoice) -> LoadedVoice:
        return LoadedVoice(voice, Calibration("float32", 0.1, 1.0))

    turns = FairQueue(at_once=1, most=4)
    cache = SpeechCache(tree.audio, 0)
    book = FakeBook(AssetRepository(store), tree)
    handler = RenderHandler(
        tree,
        book,
        SynthesisPipeline(ModelPool(load, 10), turns, cache, SpeechMetrics(CollectorRegistry())),
        Lexicons(tree),
        lambda _: free,
    )
    computing = asyncio.create_task(turns.run())
    try:
        yield Stage(handler, JobRepository(store, utc_now, 30.0), tree, voice, book)
    finally:
        computing.cancel()
        await asyncio.gather(computing, return_exceptions=True)
        await store.close()
