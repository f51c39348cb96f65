"""The gateway's side of a long text, with a real store and real files; no worker runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.gateway.auth import CallerIdentity
from services.gateway.paging import PageQuery
from services.gateway.renders.schemas import RenderRequest
from services.gateway.renders.service import RendersService
from services.gateway.speech.default_voice import DefaultVoice
from shared.bus import Bus, BusSettings
from shared.contracts.errors import Conflict, NotFound, RateLimited, Unavailable, Validation
from shared.contracts.jobs import Job
from shared.contracts.kinds import SPEECH
from shared.contracts.kinds.speech import SpeechResult
from shared.contracts.rpc import ErrorInfo, Voice
from shared.contracts.states import Control, JobState
from shared.files import DataTree
from shared.files.renders import RenderFolder
from shared.jobs import JobEvents, JobRepository, JobService, to_document, view_data
from shared.service.runtime import new_id, utc_now
from shared.settings import SettingsRepository
from shared.store import open_store
from shared.telemetry import Metrics
from tests.support.fair_use import fair_use

WISH = RenderRequest(input="فصل اول\n\n" + "سلام دنیا. " * 100, title="آزمایش")


async def nobody_answers(_: CallerIdentity) -> tuple[Voice, ...]:
    raise Unavailable("The synth is away.")


@dataclass
class Desk:
    service: RendersService
    repository: JobRepository
    tree: DataTree

    def folder(self, job: Job) -> RenderFolder:
        return RenderFolder(self.tree.renders / job.id)

    def folders(self) -> list[str]:
        return sorted(path.name for path in self.tree.renders.iterdir())

    async def ended(self, job: Job, state: JobState) -> None:
        """As a worker would leave it."""
        claimed = await self.repository.claim(SPEECH, job.id, "w")
        assert claimed is not None
        result = SpeechResult(
            path="x", seconds=1, bytes=1, sample_rate=1, sentences=1, chapters=(), voice="v", voice_version="1"
        )
        error = ErrorInfo(code="INTERNAL", message="broken")
        failed = state is JobState.FAILED
        await self.repository.finish(claimed, state, result=None if failed else result, error=error if failed else None)


@asynccontextmanager
async def desk(folder: Path, per_owner: int = 0) -> AsyncIterator[Desk]:
    tree = DataTree(folder)
    tree.prepare()
    store = await open_store(f"sqlite:///{folder / 'jobs.db'}")
    metrics = Metrics("test")
    bus = Bus(BusSettings("nats://127.0.0.1:9", "test"), metrics)  # away: a job is accepted all the same
    repository = JobRepository(store, utc_now, 10.0)
    jobs = JobService(repository, JobEvents(bus), bus, metrics, utc_now, new_id, per_owner=per_owner)
    try:
        default = DefaultVoice(SettingsRepository(store, utc_now))
        renders = RendersService(jobs, nobody_answers, tree, new_id, 5000, fair_use(store), default)
        yield Desk(renders, repository, tree)
    finally:
        await store.close()


async def test_the_text_lies_in_a_file_and_neither_the_job_nor_its_view_has_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as built:
        job = await built.service.start(WISH, CallerIdentity("me"), None)
        shown = await built.service.view(job)
        assert built.folder(job).text.read_text() == WISH.input
    assert shown.characters == len(WISH.input)
    assert shown.excerpt == " ".join(WISH.input.split())[:100]
    assert shown.queue_position == 1
    for told in (str(to_document(job)), str(view_data(job))):
        assert len(told) < 2000
        assert told.count("سلام دنیا") < 10


async def test_a_key_for_one_voice_renders_with_it_alone(tmp_path: Path) -> None:
    key = CallerIdentity("me", voice="~me/amir")
    async with desk(tmp_path) as built:
        job = await built.service.start(WISH, key, None)
        assert job.spec.voice == "~me/amir"
        with pytest.raises(NotFound) as caught:
            await built.service.start(WISH.model_copy(update={"voice": "espeak-fa"}), key, None)
        assert caught.value.param == "voice"
        other = await built.service.start(WISH.model_copy(update={"voice": "espeak-fa"}), CallerIdentity("me"), None)
        await built.ended(other, JobState.FAILED)
        for asked in (
            built.service.retry(other.id, key),
            built.service.show(other.id, key),
            built.service.audio(other.id, key),
            built.service.purge(other.id, key),
        ):
            with pytest.raises(NotFound):
                await asked
        listed, _ = await built.service.page(key, PageQuery())
        assert [shown.id for shown in listed] == [job.id]


async def test_the_same_key_is_the_same_job(tmp_path: Path) -> None:
    async with desk(tmp_path) as built:
        job = await built.service.start(WISH, CallerIdentity("me"), "k")
        assert (await built.service.start(WISH, CallerIdentity("me"), "k")).id == job.id
        with pytest.raises(Conflict):
            await built.service.start(WISH.model_copy(update={"input": "چیز دیگر"}), CallerIdentity("me"), "k")
        assert built.folders() == [job.id]
        assert (await built.service.start(WISH, CallerIdentity("you"), "k")).id != job.id


async def test_a_job_above_the_limit_leaves_no_text(tmp_path: Path) -> None:
    async with desk(tmp_path, per_owner=1) as built:
        job = await built.service.start(WISH, CallerIdentity("me"), None)
        with pytest.raises(RateLimited):
            await built.service.start(WISH, CallerIdentity("me"), None)
        assert built.folders() == [job.id]


async def test_nobody_sees_another_owners_text(tmp_path: Path) -> None:
    async with desk(tmp_path) as built:
        job = await built.service.start(WISH, CallerIdentity("me"), None)
        for asked in (
            built.service.show(job.id, CallerIdentity("you")),
            built.service.audio(job.id, CallerIdentity("you")),
            built.service.subtitles(job.id, CallerIdentity("you"), "srt"),
            built.service.request_control(job.id, CallerIdentity("you"), Control.CANCEL),
            built.service.retry(job.id, CallerIdentity("you")),
            built.service.purge(job.id, CallerIdentity("you")),
        ):
            with pytest.raises(NotFound):
                await asked


async def test_a_file_that_is_not_there_yet_is_a_conflict(tmp_path: Path) -> None:
    async with desk(tmp_path) as built:
        job = await built.service.start(WISH, CallerIdentity("me"), None)
        with pytest.raises(Conflict, match="queued: there is no file"):
            await built.service.audio(job.id, CallerIdentity("me"))
        await built.ended(job, JobState.COMPLETED)
        with pytest.raises(NotFound, match="gone from the disk"):
            await built.service.audio(job.id, CallerIdentity("me"))
        built.folder(job).audio("mp3").write_bytes(b"speech")
        path, spec = await built.service.audio(job.id, CallerIdentity("me"))
    assert (path.read_bytes(), spec.title) == (b"speech", "آزمایش")


async def test_what_has_failed_is_tried_again_from_where_it_was(tmp_path: Path) -> None:
    async with desk(tmp_path) as built:
        job = await built.service.start(WISH, CallerIdentity("me"), None)
        with pytest.raises(Conflict):
            await built.service.retry(job.id, CallerIdentity("me"))
        built.folder(job).pcm.write_bytes(b"12")
        built.folder(job).journal.write_bytes(b"{}\n")
        await built.ended(job, JobState.FAILED)
        again = await built.service.retry(job.id, CallerIdentity("me"))
        assert (await built.service.retry(job.id, CallerIdentity("me"))).id == again.id
        assert again.spec == job.spec
        assert built.folder(again).text.read_text() == WISH.input
        assert built.folder(again).pcm.read_bytes() == b"12"
        assert built.folder(again).journal.read_bytes() == b"{}\n"
        assert built.folders() == sorted([job.id, again.id])


async def test_a_purged_job_leaves_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as built:
        job = await built.service.start(WISH, CallerIdentity("me"), None)
        with pytest.raises(Conflict, match="queued"):
            await built.service.purge(job.id, CallerIdentity("me"))
        await built.ended(job, JobState.COMPLETED)
        purged = await built.service.purge(job.id, CallerIdentity("me"))
        assert purged.bytes == len(WISH.input.encode())
        assert built.folders() == []
        with pytest.raises(NotFound):
            await built.service.show(job.id, CallerIdentity("me"))


async def test_what_is_refused_leaves_no_folder(tmp_path: Path) -> None:
    async with desk(tmp_path) as built:
        with pytest.raises(Validation):
            await built.service.start(WISH.model_copy(update={"input": "…"}), CallerIdentity("me"), None)
        assert built.folders() == []
