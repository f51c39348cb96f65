"""Live events of several accounts, over a real NATS and a real store."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import JsonValue

from services.gateway.events.live import LiveEvents
from services.gateway.events.subscriber import Subscriber
from shared.bus import Bus, BusSettings
from shared.contracts.errors import Forbidden, NotFound
from shared.contracts.jobs import Job
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadProgress, DownloadSpec
from shared.contracts.states import Control, JobState
from shared.jobs import JobEvents, JobRepository, JobService
from shared.service.runtime import new_id, utc_now
from shared.store import Store, open_store
from shared.telemetry import Metrics
from tests.support.eventually import eventually
from tests.support.fair_use import fair_use
from tests.support.processes import Nats, nats_server

Events = list[dict[str, JsonValue]]


@pytest.fixture(scope="module")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    with nats_server(tmp_path_factory.mktemp("nats")) as server:
        yield server


@dataclass
class House:
    """A gateway's live events, the jobs that it publishes, and a worker's writes."""

    live: LiveEvents
    jobs: JobService
    events: JobEvents

    @property
    def repository(self) -> JobRepository:
        return self.jobs.repository

    async def job(self, owner: str) -> Job:
        return await self.jobs.submit(DOWNLOAD, DownloadSpec(repo_id=f"ns/{new_id()}"), owner)

    async def running(self, owner: str) -> Job:
        claimed = await self.repository.claim(DOWNLOAD, (await self.job(owner)).id, "w")
        assert claimed is not None
        await self.events.publish(claimed, "state")
        return claimed

    async def progress(self, job: Job, fraction: float) -> Job:
        changed = await self.repository.progress(job, DownloadProgress(fraction=fraction))
        await self.events.publish(changed, "progress")
        return changed

    async def end(self, job: Job) -> Job:
        done = await self.repository.finish(job, JobState.COMPLETED)
        await self.events.publish(done, "state")
        return done


@asynccontextmanager
async def house(nats: Nats, store: Store) -> AsyncIterator[House]:
    metrics = Metrics("test")
    bus = Bus(BusSettings(nats.url, "test"), metrics)
    repository, events = JobRepository(store, utc_now, 30.0), JobEvents(bus)
    live = LiveEvents(bus, repository, metrics, time.monotonic, fair_use(store), asyncio.Event())
    live.start()
    bus.start()
    assert await bus.wait_ready(10)
    try:
        yield House(live, JobService(repository, events, bus, metrics, utc_now, new_id), events)
    finally:
        await bus.close()


@pytest.fixture
async def built(nats: Nats, tmp_path: Path) -> AsyncIterator[House]:
    store = await open_store(f"sqlite:///{tmp_path / 'live.db'}")
    async with house(nats, store) as opened:
        await eventually(lambda: opened.live._subscribed, "the subscription reaches the server")
        yield opened
    await store.close()


async def arrived(built: House, job: Job) -> None:
    """Its last event has reached the gateway; before that, a subscriber gets a snapshot instead."""
    last = (f"download:{job.id}", job.revision - 1, job.revision)
    await eventually(lambda: built.live._recent.between(*last), f"the event {job.revision} of a job")


async def read(subscriber: Subscriber, seconds: float = 0.6) -> Events:
    """What arrives until it is quiet for so long."""
    found: Events = []
    while True:
        try:
            async with asyncio.timeout(seconds):
                item = await subscriber.queue.get()
        except TimeoutError:
            return found
        assert item is not None
        found.append(json.loads(item.encoded))


async def read_to_the_end(subscriber: Subscriber) -> Events:
    """What arrives up to the last event of a topic."""
    found: Events = []
    async with asyncio.timeout(10):
        while not found or not found[-1]["final"]:
            item = await subscriber.queue.get()
            assert item is not None
            found.append(json.loads(item.encoded))
    return found


def revisions(events: Events, job: Job) -> list[tuple[JsonValue, JsonValue]]:
    return [(event["type"], event["revision"]) for event in events if event["jobId"] == job.id]


@pytest.mark.parametrize("topic", ["download:*", "*"])
async def test_each_account_gets_its_own_events_and_the_shared_ones(built: House, topic: str) -> None:
    with (
        built.live.listener("sara", "sse") as sara,
        built.live.listener("ali", "sse") as ali,
        built.live.listener("local", "sse") as sole,
    ):
        for subscriber in (sara, ali, sole):
            await built.live.subscribe(subscriber, topic)
        private, shared = await built.running("sara"), await built.running("ali")
        await built.jobs.share(shared, "shared")
        await built.progress(shared, 0.5)
        got = {subscriber.owner: await read(subscriber) for subscriber in (sara, ali, sole)}
    assert {event["jobId"] for event in got["ali"]} == {shared.id}
    assert {event["jobId"] for event in got["sara"]} == {private.id, shared.id}
    assert {event["jobId"] for event in got["local"]} == {private.id, shared.id}
    assert revisions(got["ali"], shared) == [("state", 1), ("state", 2), ("state", 3), ("progress", 4)]
    # What happened before it was shared is not told; the snapshot may be of the third or the fourth revision.
    assert revisions(got["sara"], shared)[-1][1] == 4
    assert min(int(str(revision)) for _, revision in revisions(got["sara"], shared)) >= 3
    assert all("audience" not in event and "owner" not in event for events in got.values() for event in events)


async def test_a_wildcard_means_the_kinds_that_a_key_may_follow(built: House) -> None:
    before = await built.running("sara")
    with (
        built.live.listener("sara", "sse", {"download"}) as allowed,
        built.live.listener("sara", "sse", {"training"}) as other,
    ):
        for subscriber in (allowed, other):
            await built.live.subscribe(subscriber, "*")
        with pytest.raises(Forbidden):
            await built.live.subscribe(other, f"download:{before.id}")
        later = await built.running("sara")
        assert {event["jobId"] for event in await read(allowed)} == {before.id, later.id}
        assert await read(other, 4.0) == []  # longer than until quiet topics are compared with the store


async def test_an_invisible_job_cannot_be_subscribed_to(built: House) -> None:
    job = await built.job("sara")
    with built.live.listener("ali", "sse") as ali:
        with pytest.raises(NotFound) as caught:
            await built.live.subscribe(ali, f"download:{job.id}")
        assert caught.value.message == f"There is no download job with the id {job.id}."
        await built.jobs.request_control(job, Control.CANCEL)
        assert await read(ali) == []


async def test_a_job_that_becomes_private_says_so_last(built: House) -> None:
    job = await built.jobs.share(await built.running("sara"), "shared")
    with built.live.listener("ali", "sse") as ali:
        await built.live.subscribe(ali, f"download:{job.id}")
        private = await built.jobs.share(job, "private")
        await built.progress(private, 0.5)
        *_, last = await read_to_the_end(ali)
        assert (last["type"], last["final"]) == ("hidden", True)
        assert last["data"] == {"id": job.id, "jobId": job.id, "kind": "download", "visibility": "private"}
        assert ali.all_final


async def test_a_job_that_became_private_without_an_event_says_so_too(built: House) -> None:
    """The event was lost with the bus; the comparison with the store notices."""
    job = await built.jobs.share(await built.running("sara"), "shared")
    with built.live.listener("ali", "sse") as ali:
        await built.live.subscribe(ali, f"download:{job.id}")
        await built.repository.set_visibility(job, "private")
        await built.live._comparison.compare()
        *_, last = await read_to_the_end(ali)
    assert (last["type"], last["final"], last["data"]) == (
        "hidden",
        True,
        {"id": job.id, "jobId": job.id, "kind": "download", "visibility": "private"},
    )


async def test_what_a_reader_has_is_not_sent_again(built: House) -> None:
    job = await built.running("sara")
    topic = f"download:{job.id}"
    with built.live.listener("sara", "sse") as same:
        await built.live.subscribe(same, topic, {job.id: job.revision})
        assert await read(same) == []
        job = await built.progress(job, 0.5)
        assert revisions(await read(same), job) == [("progress", 3)]
    for fraction in (0.6, 0.7):
        job = await built.progress(job, fraction)
    await arrived(built, job)
    with built.live.listener("sara", "sse") as behind:
        await built.live.subscribe(behind, topic, {job.id: 3})
        assert revisions(await read(behind), job) == [("progress", 4), ("progress", 5)]
    done = await built.end(job)
    await arrived(built, done)
    with built.live.listener("sara", "sse") as late, built.live.listener("sara", "sse") as finished:
        await built.live.subscribe(late, topic, {job.id: 5})
        assert [event["final"] for event in await read(late)] == [True]
        await built.live.subscribe(finished, topic, {job.id: done.revision})
        assert await read(finished) == []
        assert finished.all_final


async def test_unknown_events_are_one_snapshot(nats: Nats, built: House, tmp_path: Path) -> None:
    job = await built.running("sara")
    for fraction in (0.1, 0.2):
        job = await built.progress(job, fraction)
    store = await open_store(f"sqlite:///{tmp_path / 'live.db'}")
    async with house(nats, store) as restarted:  # another gateway, which has seen none of them
        for since in (1, 99):
            with restarted.live.listener("sara", "sse") as reader:
                await restarted.live.subscribe(reader, f"download:{job.id}", {job.id: since})
                assert revisions(await read(reader), job) == [("snapshot", 4)]
    await store.close()


async def test_a_wildcard_tells_an_end_that_was_missed(built: House) -> None:
    ended, active = await built.running("sara"), await built.running("sara")
    done = await built.end(ended)
    await arrived(built, done)
    with built.live.listener("sara", "sse") as reader:
        await built.live.subscribe(reader, "download:*", {ended.id: 2, active.id: active.revision})
        got = await read(reader)
    assert revisions(got, ended) == [("state", done.revision)]
    assert revisions(got, active) == []


async def test_who_asks_for_one_job_after_all_of_them_is_told_how_it_is(built: House) -> None:
    ended, active = await built.end(await built.running("sara")), await built.running("sara")
    await arrived(built, ended)
    await arrived(built, active)
    with built.live.listener("sara", "sse") as reader:
        await built.live.subscribe(reader, "download:*")
        got = await read(reader)
        assert (revisions(got, ended), revisions(got, active)) == ([], [("snapshot", active.revision)])
        for job in (ended, active):
            await built.live.subscribe(reader, f"download:{job.id}")
            assert revisions(await read(reader), job) == [("snapshot", job.revision)]
            await built.live.subscribe(reader, f"download:{job.id}")
            assert await read(reader) == []


async def test_events_before_a_job_was_shared_are_not_told_to_others(built: House) -> None:
    job = await built.running("sara")
    job = await built.progress(job, 0.5)
    job = await built.jobs.share(job, "shared")
    with built.live.listener("ali", "sse") as ali:
        await built.live.subscribe(ali, f"download:{job.id}", {job.id: 1})
        assert revisions(await read(ali), job) == [("snapshot", job.revision)]
