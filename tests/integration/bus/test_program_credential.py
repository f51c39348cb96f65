"""The NATS user of programs: it reads the events durably and resumes, and it can do nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.bus import Bus
from shared.bus.streams import declare_app_consumers
from shared.contracts import subjects
from shared.contracts.permissions import ADMIN, EVENTS, PERMISSIONS, PROGRAMS
from tests.integration.bus.test_permissions import (
    DESTRUCTIVE,
    ELSEWHERE,
    PUBLISHED,
    READABLE,
    SUBSCRIBED,
    connected,
    covers,
    named,
    started,
)
from tests.support.processes import Nats, free_port

API = "$JS.API"
ALLOWED = PROGRAMS[EVENTS]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    server = Nats(tmp_path_factory.mktemp("nats"), free_port(), guarded=True)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
async def streams(server: Nats) -> AsyncIterator[JetStreamContext]:
    """Fresh streams and consumers, as `python -m shared.bus` declares them; the administrator's view of them."""
    async with started(server, ADMIN) as bus:
        for stream in subjects.STREAMS:
            await bus.jetstream.delete_stream(stream.name)
        await bus.restore_streams()
        await declare_app_consumers(bus.jetstream)
        yield bus.jetstream


async def publish(bus: Bus, *numbers: int) -> None:
    for number in numbers:
        await bus.jetstream.publish("evt.training.x", b"%d" % number, headers={"Nats-Msg-Id": f"x:{number}"})


async def bound(client: Client, consumer: str) -> JetStreamContext.PullSubscription:
    js = client.jetstream(timeout=5, domain=subjects.PROGRAMS_DOMAIN)
    return await js.pull_subscribe_bind(consumer, stream=subjects.EVENTS_STREAM)


@asynccontextmanager
async def pulling(server: Nats, consumer: str) -> AsyncIterator[JetStreamContext.PullSubscription]:
    async with connected(server, EVENTS) as (client, refused):
        yield await client.jetstream(timeout=5, domain=subjects.PROGRAMS_DOMAIN).pull_subscribe_bind(
            consumer, stream=subjects.EVENTS_STREAM
        )
        assert refused == []


async def test_events_are_read_durably_and_the_reader_resumes(server: Nats, streams: JetStreamContext) -> None:
    async with started(server, "trainer") as trainer:
        await publish(trainer, 1, 2, 3)
        async with pulling(server, "app-1") as first:
            for message in await first.fetch(2, timeout=5):
                assert message.subject == "evt.training.x"
                assert message.headers
                await message.ack_sync(timeout=5)
        await publish(trainer, 4, 4)
        async with pulling(server, "app-1") as second:
            found = [*await second.fetch(1, timeout=5), *await second.fetch(1, timeout=5)]
            assert [message.data for message in found] == [b"3", b"4"]
    async with pulling(server, "app-2") as another:
        assert (await another.fetch(1, timeout=5))[0].data == b"1", "each name has its own position"


async def test_what_is_not_acknowledged_comes_again(server: Nats, streams: JetStreamContext) -> None:
    async with started(server, "trainer") as trainer, pulling(server, "app-1") as reading:
        await publish(trainer, 1)
        (message,) = await reading.fetch(1, timeout=5)
        await message.nak()
        (again,) = await reading.fetch(1, timeout=5)
        assert again.data == b"1"
        assert again.metadata.num_delivered == 2


async def test_every_other_subject_is_refused(server: Nats) -> None:
    more = {
        f"{api}.CONSUMER.{rest}"
        for api in (API, subjects.PROGRAMS_API)
        for rest in (
            "CREATE.EVENTS.bot", "CREATE.EVENTS.app-1", "CREATE.EVENTS.app-1.evt.>", "DURABLE.CREATE.EVENTS.app-1",
            "DELETE.EVENTS.app-1", "MSG.NEXT.EVENTS.bot", "MSG.NEXT.EVENTS.app-1", "MSG.NEXT.COMMANDS.worker-training",
            "LIST.EVENTS", "PAUSE.EVENTS.app-1", "INFO.COMMANDS.worker-training",
        )
    }  # fmt: skip
    more |= {f"{API}.STREAM.{verb}.{s.name}" for s in subjects.STREAMS for verb in ("INFO", "CREATE")}
    more |= {"$JS.ACK.COMMANDS.worker-training.1.1.1.1.0", "evt.training.x", "ctl.training.x", subjects.SPEAK}
    wanted = {*PUBLISHED, *DESTRUCTIVE, *ELSEWHERE, *more}
    wanted -= set(ALLOWED.publish)
    assert not {s for s in wanted if any(covers(pattern, s) for pattern in ALLOWED.publish)}
    async with connected(server, EVENTS) as (client, refused):
        for subject in sorted(wanted):
            await client.publish(subject, b"")
        await _settled(client)
        assert named(refused, "Publish") == {subject.lower() for subject in wanted}


async def test_it_subscribes_to_its_inbox_only(server: Nats) -> None:
    others = {*SUBSCRIBED, *READABLE}
    async with connected(server, EVENTS) as (client, refused):
        await client.subscribe(f"{subjects.inbox(EVENTS)}.x")
        for subject in sorted(others):
            await client.subscribe(subject)
        await _settled(client)
        assert named(refused, "Subscription") == {subject.lower() for subject in others}


@pytest.mark.parametrize("target", ["cmd.train.start", "evt.training.x", "ctl.training.x", "_INBOX.gateway.x", "dlq.x"])
@pytest.mark.parametrize("way", ["next", "acknowledgement"])
async def test_it_cannot_have_events_delivered_to_a_subject_of_others(
    server: Nats, streams: JetStreamContext, target: str, way: str
) -> None:
    """Without an account of its own it could: JetStream delivers to any subject that a request names (ADR 28)."""
    received: list[str] = []

    async def note(message: object) -> None:
        received.append(str(message))

    async with (
        started(server, "trainer") as trainer,
        connected(server, ADMIN) as (admin, _),
        connected(server, EVENTS) as (program, refused),
    ):
        await publish(trainer, 1)
        before = {s.name: (await streams.stream_info(s.name)).state.messages for s in subjects.STREAMS}
        if target != "evt.training.x":  # the administrator listens wherever the event must not arrive
            await admin.subscribe(target, cb=note)
        await _settled(admin)
        ack = f"$JS.ACK.{subjects.EVENTS_STREAM}.app-1.1.1.1.1.0"
        subject = f"{subjects.PROGRAMS_API}.CONSUMER.MSG.NEXT.EVENTS.app-1" if way == "next" else ack
        await program.publish(subject, b"1" if way == "next" else b"+NXT", reply=target)
        await _settled(program)
        genuine = await program.jetstream(timeout=5, domain=subjects.PROGRAMS_DOMAIN).pull_subscribe_bind(
            "app-1", stream=subjects.EVENTS_STREAM
        )
        assert (await genuine.fetch(1, timeout=5))[0].data == b"1"  # the server has answered the request before it
        await _settled(admin)
        assert received == []
        assert {s.name: (await streams.stream_info(s.name)).state.messages for s in subjects.STREAMS} == before
        assert refused == []


async def test_the_services_do_not_know_it(server: Nats) -> None:
    """No service may use the consumers of programs, and the account of programs has no stream."""
    for subject in (f"{API}.CONSUMER.MSG.NEXT.EVENTS.app-1", f"{API}.CONSUMER.INFO.EVENTS.app-1"):
        assert not [n for n, table in PERMISSIONS.items() if any(covers(p, subject) for p in table.publish)]
    async with connected(server, EVENTS) as (program, refused):
        with pytest.raises(nats.errors.TimeoutError):
            await program.request(f"{API}.INFO", b"", timeout=0.5)
        assert len(refused) == 1


async def test_the_consumers_pull_only_and_are_declared_again_without_a_change(
    server: Nats, streams: JetStreamContext
) -> None:
    async with started(server, "trainer") as trainer, pulling(server, "app-1") as reading:
        await publish(trainer, 1)
        await (await reading.fetch(1, timeout=5))[0].ack_sync(timeout=5)
        await declare_app_consumers(streams)
        found = [await streams.consumer_info(subjects.EVENTS_STREAM, name) for name in subjects.APP_CONSUMERS]
    assert found[0].ack_floor is not None
    assert found[0].ack_floor.stream_seq == 1
    assert {info.config.deliver_subject for info in found} == {None}


async def _settled(client: Client) -> None:
    """The server has read what was sent; nats-py writes the first PING ahead of it."""
    await client.flush(10)
    await client.flush(10)


def test_the_declared_names_are_those_that_are_allowed() -> None:
    asked = {subject for subject in ALLOWED.publish if ".MSG.NEXT." in subject}
    assert asked == {f"{subjects.PROGRAMS_API}.CONSUMER.MSG.NEXT.EVENTS.{name}" for name in subjects.APP_CONSUMERS}
