"""Every service on a real NATS, with its own user: the subjects that it may publish and read, and all others."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from shared.bus import Bus, BusSettings
from shared.contracts import subjects
from shared.contracts.nats_config import render
from shared.contracts.permissions import ADMIN, PERMISSIONS, WORKERS
from shared.contracts.states import JobKind
from shared.telemetry import Metrics
from tests.support.processes import ROOT, Nats, free_port

API = "$JS.API"
# Requests that only the administrator may send to a server.
DESTRUCTIVE = tuple(
    subject
    for stream in ("COMMANDS", "EVENTS", "DLQ")
    for subject in (
        f"{API}.STREAM.DELETE.{stream}",
        f"{API}.STREAM.PURGE.{stream}",
        f"{API}.STREAM.UPDATE.{stream}",
        f"{API}.STREAM.MSG.DELETE.{stream}",
        f"{API}.STREAM.MSG.GET.{stream}",
        f"{API}.DIRECT.GET.{stream}",
        f"{API}.STREAM.SNAPSHOT.{stream}",
        f"{API}.STREAM.RESTORE.{stream}",
        f"{API}.CONSUMER.CREATE.{stream}",
        f"{API}.CONSUMER.CREATE.{stream}.spy",
        f"{API}.CONSUMER.CREATE.{stream}.spy.evt.>",
        f"{API}.CONSUMER.DURABLE.CREATE.{stream}.worker-training",
        f"{API}.CONSUMER.DELETE.{stream}.worker-training",
        f"{API}.CONSUMER.NAMES.{stream}",
    )
)
ELSEWHERE = (
    f"{API}.STREAM.CREATE.SPY",
    f"{API}.STREAM.NAMES",
    f"{API}.STREAM.LIST",
    f"{API}.INFO",
    f"{API}.CONSUMER.CREATE.COMMANDS.worker-training.cmd.download.start",
    "$SYS.REQ.SERVER.PING",
    "$SYS.ACCOUNT.X.CONNECT",
    "_INBOX.x",
    "evt.other.x",
    "rpc.gateway.secrets",
    "anything",
)
READABLE = ("$SYS.>", "$JS.>", "$JS.ACK.>", "_INBOX.>", "cmd.>", "ctl.>", "dlq.>", "evt.>", "rpc.>", "stream.>", ">")


def concrete(subject: str) -> str:
    return subject.replace("*", "x1").replace(">", "x1.y1")


PUBLISHED = sorted(
    {concrete(subject) for table in PERMISSIONS.values() for subject in table.publish}
    | {concrete(f"{subjects.inbox(name)}.>") for name in PERMISSIONS}
    | set(DESTRUCTIVE + ELSEWHERE)
)
SUBSCRIBED = sorted({subject for table in PERMISSIONS.values() for subject in table.subscribe} | set(READABLE))


def covers(pattern: str, subject: str) -> bool:
    """Whether a permission covers a subject, which may have wildcards itself."""
    ours, theirs = pattern.split("."), subject.split(".")
    if ours[-1] == ">":
        return len(theirs) >= len(ours) and covers(".".join(ours[:-1]), ".".join(theirs[: len(ours) - 1]))
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(a == b or (a == "*" and b != ">") for a, b in pairs)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    server = Nats(tmp_path_factory.mktemp("nats"), free_port(), guarded=True)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@asynccontextmanager
async def connected(server: Nats, user: str, password: str | None = None) -> AsyncIterator[tuple[Client, list[str]]]:
    """A client, and the server's refusals."""
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error))

    client = await nats.connect(
        f"nats://127.0.0.1:{server.port}",
        user=user,
        password=server.password(user) if password is None else password,
        inbox_prefix=subjects.inbox(user),
        error_cb=note,
        allow_reconnect=False,
        connect_timeout=2,
    )
    try:
        yield client, refused
    finally:
        await client.close()


def named(refused: list[str], kind: str) -> set[str]:
    """The refused subjects in lower case, as the client reports them."""
    found = (re.search(rf'Permissions Violation for {kind} to "([^"]+)"', text, re.IGNORECASE) for text in refused)
    return {match[1] for match in found if match}


@pytest.mark.parametrize("user", sorted(PERMISSIONS))
async def test_a_service_publishes_what_it_needs_and_nothing_else(server: Nats, user: str) -> None:
    permitted = {s for s in PUBLISHED if any(covers(pattern, s) for pattern in PERMISSIONS[user].publish)}
    async with connected(server, user) as (client, refused):
        for subject in PUBLISHED:
            await client.publish(subject, b"")
        await client.flush(10)
        await client.flush(10)
        assert named(refused, "Publish") == {s.lower() for s in set(PUBLISHED) - permitted}
    assert permitted
    assert not permitted & set(DESTRUCTIVE)


@pytest.mark.parametrize("user", sorted(PERMISSIONS))
async def test_a_service_reads_what_it_needs_and_nothing_else(server: Nats, user: str) -> None:
    permitted = {s for s in SUBSCRIBED if any(covers(pattern, s) for pattern in PERMISSIONS[user].subscribe)}
    async with connected(server, user) as (client, refused):
        for subject in SUBSCRIBED:
            await client.subscribe(subject)
        await client.flush(10)
        await client.flush(10)
        assert named(refused, "Subscription") == {s.lower() for s in set(SUBSCRIBED) - permitted}


def who(kind: str, subject: str) -> set[str]:
    return {n for n, table in PERMISSIONS.items() if any(covers(p, subject) for p in getattr(table, kind))}


def test_every_kind_of_job_has_its_worker() -> None:
    assert sorted(WORKERS.values()) == sorted(JobKind)


def test_each_text_has_its_readers_and_each_request_its_responder() -> None:
    assert who("subscribe", subjects.SPEAK) == {"synth"}
    assert who("subscribe", subjects.CHECK_TRAINING) == {"trainer"}
    assert who("subscribe", subjects.REFRESH_ASSETS) == {"scanner"}
    assert who("subscribe", "evt.training.x") == {"gateway"}
    assert who("subscribe", "_INBOX.gateway.x") == {"gateway"}
    assert who("subscribe", subjects.chunks("synth", "x")) == {"gateway"}
    assert who("publish", subjects.chunks("synth", "x")) == {"synth"}
    assert who("publish", "evt.training.x") == {"gateway", "trainer"}
    assert who("publish", "evt.asset.x") == {"scanner"}
    assert who("publish", "cmd.train.start") == {"gateway", "trainer"}
    assert who("publish", "ctl.training.x") == {"gateway"}
    for subject in DESTRUCTIVE:
        assert who("publish", subject) == set(), subject


@pytest.mark.parametrize(("user", "password"), [("", ""), ("gateway", "guessed"), ("sokhan", "x"), (ADMIN, "")])
async def test_a_connection_without_its_password_is_refused(server: Nats, user: str, password: str) -> None:
    with pytest.raises((NatsError, OSError, TimeoutError, asyncio.InvalidStateError)):
        async with asyncio.timeout(10), connected(server, user, password):
            pass


async def test_a_request_is_answered_once_by_its_receiver_only(server: Nats) -> None:
    async def answer(message: Msg) -> None:
        await message.respond(b"first")
        await message.respond(b"second")

    async with connected(server, "gateway") as (gateway, _), connected(server, "synth") as (synth, refused):
        await synth.subscribe(subjects.VOICES, cb=answer)
        await synth.flush(5)
        await synth.flush(5)
        reply = await gateway.request(subjects.VOICES, b"", timeout=5)
        assert reply.data == b"first"
        await synth.publish(reply.subject, b"forged")
        await synth.flush(5)
        await synth.flush(5)
    assert reply.subject.lower() in named(refused, "Publish")


async def test_the_administrator_may_delete_a_stream(server: Nats) -> None:
    async with connected(server, ADMIN) as (admin, refused):
        js = admin.jetstream(timeout=5)
        await js.add_stream(name="SPARE", subjects=["spare.>"])
        assert await js.delete_stream("SPARE")
    assert refused == []


def bus_of(server: Nats, user: str) -> Bus:
    settings = BusSettings(
        f"nats://127.0.0.1:{server.port}", user, user=user, password=server.password(user), inbox=subjects.inbox(user)
    )
    return Bus(settings, Metrics(user))


@asynccontextmanager
async def started(server: Nats, user: str) -> AsyncIterator[Bus]:
    bus = bus_of(server, user)
    bus.start()
    try:
        assert await bus.wait_ready(15)
        yield bus
    finally:
        await bus.close()


@pytest.mark.parametrize(
    "lie",
    [
        {"filter_subject": "cmd.train.start"},
        {"filter_subjects": ["cmd.train.start", "cmd.speech.render"]},
        {"filter_subjects": ["cmd.train.start"], "filter_subject": ""},
        {"filter_subject": ""},
        {"filter_subject": "cmd.>"},
        {"name": "worker-training", "durable_name": "worker-training"},
    ],
    ids=str,
)
async def test_a_consumer_of_anothers_commands_cannot_be_made_by_a_false_request(
    server: Nats, lie: dict[str, object]
) -> None:
    """Permissions see the subject of a request; the server compares it with the request's body."""
    name, subject = subjects.consumer(JobKind.SPEECH), subjects.command(JobKind.SPEECH)
    true = {"name": name, "durable_name": name, "filter_subject": subject, "ack_policy": "explicit"}
    body = {"stream_name": "COMMANDS", "config": {**true, **lie}}
    async with started(server, "synth"), connected(server, "synth") as (synth, _):
        address = f"{API}.CONSUMER.CREATE.COMMANDS.{name}.{subject}"
        answer = json.loads((await synth.request(address, json.dumps(body).encode(), timeout=5)).data)
    assert "error" in answer, answer


async def test_a_consumers_messages_cannot_be_directed_to_a_forbidden_subject(server: Nats) -> None:
    """JetStream delivers to the reply subject of a pull request without asking for permission; the receiver looks."""
    name, subject = subjects.consumer(JobKind.SPEECH), subjects.command(JobKind.SPEECH)
    config = {"name": name, "durable_name": name, "filter_subject": subject, "ack_policy": "explicit"}
    received: list[str] = []
    genuine = asyncio.Event()

    async def note(message: Msg) -> None:
        received.append(message.subject)
        genuine.set()

    async with (
        started(server, "gateway") as gateway,
        connected(server, "synth") as (synth, _),
        connected(server, "trainer") as (trainer, _),
    ):
        await gateway.subscribe(subjects.ALL_EVENTS, note)
        body = json.dumps({"stream_name": "COMMANDS", "config": config}).encode()
        await synth.request(f"{API}.CONSUMER.CREATE.COMMANDS.{name}.{subject}", body, timeout=5)
        await synth.publish(subject, b"forged")
        await synth.publish(f"{API}.CONSUMER.MSG.NEXT.COMMANDS.{name}", b"1", reply="evt.training.x")
        await synth.request(f"{API}.STREAM.INFO.COMMANDS", b"", timeout=5)  # after it, the delivery is under way
        await trainer.publish("evt.training.x", b"genuine")
        async with asyncio.timeout(10):
            await genuine.wait()
        await gateway.client.flush(5)
    assert received == ["evt.training.x"]


async def test_a_stream_of_an_earlier_version_is_updated_by_the_administrator_only(server: Nats) -> None:
    """After an upgrade a service starts with the old stream; `python -m shared.bus` brings it up to date."""
    async with started(server, "gateway"), connected(server, ADMIN) as (admin, _):
        js = admin.jetstream(timeout=5)
        old = (await js.stream_info("EVENTS")).config
        await js.update_stream(old.evolve(max_age=3600.0))
        async with started(server, "scanner") as scanner:
            assert await scanner.missing_streams() == ()
            assert (await js.stream_info("EVENTS")).config.max_age == 3600.0
        async with started(server, ADMIN):
            assert (await js.stream_info("EVENTS")).config.max_age == old.max_age


async def test_every_service_may_create_the_streams_that_are_missing(server: Nats) -> None:
    for user in PERMISSIONS:
        async with started(server, user) as bus, connected(server, ADMIN) as (admin, _):
            js = admin.jetstream(timeout=5)
            for stream in subjects.STREAMS:
                await js.delete_stream(stream.name)
            await bus.restore_streams()
            assert await bus.missing_streams() == ()


def test_the_containers_file_is_fresh() -> None:
    assert (Path(ROOT) / "deploy/nats/users.conf").read_text() == render()
