"""The bus on a real NATS: credentials, TLS, requests that nobody answers, streams whose other end dies."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from nats.aio.msg import Msg
from structlog.testing import capture_logs

from shared.bus import Bus, BusSettings, ListenerGone, SendChunk, call, open_stream, serve, serve_stream
from shared.contracts import subjects
from shared.contracts.errors import NotFound, SokhanError, TooLarge, Unavailable, Validation
from shared.contracts.rpc import Ping, Pong, Speak, SpeechChunk
from shared.telemetry import Metrics
from tests.support.processes import Nats, free_port, nats_binary, nats_server, wait_until

SPEAK = Speak(voice="v", text="سلام")


@asynccontextmanager
async def connected(url: str, **options: object) -> AsyncIterator[Bus]:
    bus = Bus(BusSettings(url, "test", **options), Metrics("test"))  # type: ignore[arg-type] # the settings' own fields
    bus.start()
    try:
        yield bus
    finally:
        await bus.close()


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Nats]:
    with nats_server(tmp_path) as server:
        yield server


@contextmanager
def guarded_server(folder: Path, *options: str) -> Iterator[int]:
    port = free_port()
    command = [nats_binary(), "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder / "js"), *options]
    with (folder / "guarded.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until(lambda: b"Server is ready" in (folder / "guarded.log").read_bytes(), 10, "the server is ready")
        yield port
    finally:
        process.kill()
        process.wait(10)


async def test_a_password_opens_the_door_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    with guarded_server(tmp_path, "--user", "sokhan", "--pass", "right") as port:
        url = f"nats://127.0.0.1:{port}"
        async with connected(url, user="sokhan", password="right") as bus:
            assert await bus.wait_ready(10)
        async with connected(url, user="sokhan", password="wrong") as bus:
            assert not await bus.wait_ready(2)
            with pytest.raises(Unavailable):
                await call(bus, subjects.ping("x"), Ping(), Pong, timeout=1)


async def test_a_refused_password_is_the_reason_in_the_log(tmp_path: Path) -> None:
    with guarded_server(tmp_path, "--user", "sokhan", "--pass", "right") as port, capture_logs() as logs:
        async with connected(f"nats://127.0.0.1:{port}", user="sokhan", password="wrong") as bus:
            assert not await bus.wait_ready(5)
    (reason,) = [line["reason"] for line in logs if line["event"] == "nats_unreachable"]
    assert "authorization violation" in reason.lower()


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Key and certificate of a server on loopback."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    files = ["-addext", names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=60)
    return key, certificate


async def test_tls_is_checked_against_the_given_authority(tmp_path: Path) -> None:
    key, certificate = await asyncio.to_thread(self_signed, tmp_path)
    with guarded_server(tmp_path, "--tls", "--tlscert", str(certificate), "--tlskey", str(key)) as port:
        async with connected(f"tls://127.0.0.1:{port}", tls_ca=certificate) as bus:
            assert await bus.wait_ready(10)
        async with connected(f"tls://127.0.0.1:{port}") as bus:
            assert not await bus.wait_ready(2)


async def test_nobody_there_is_said_at_once(nats: Nats) -> None:
    async with connected(nats.url) as bus:
        assert await bus.wait_ready(10)
        started = asyncio.get_running_loop().time()
        with pytest.raises(Unavailable, match="The synth service is not running"):
            await call(bus, subjects.ping("synth"), Ping(), Pong, timeout=30)
        with pytest.raises(Unavailable, match="The synth service is not running"):
            await anext(open_stream(bus, subjects.SPEAK, SPEAK))
        assert asyncio.get_running_loop().time() - started < 2


@pytest.mark.parametrize("error", [NotFound("نیست", hint="بگرد"), Validation("no"), ZeroDivisionError()])
async def test_an_error_on_the_far_side_arrives_as_itself(nats: Nats, error: Exception) -> None:
    async def fail(_: Ping) -> Pong:
        raise error

    async with connected(nats.url) as bus:
        assert await bus.wait_ready(10)
        await serve(bus, subjects.ping("x"), Ping, fail, queue="x")
        with pytest.raises(SokhanError) as caught:
            await call(bus, subjects.ping("x"), Ping(), Pong, timeout=5)
    expected = error.message if isinstance(error, SokhanError) else "Something went wrong inside Sokhan"
    assert caught.value.message.startswith(expected)
    assert "ZeroDivision" not in caught.value.message


async def test_a_request_that_cannot_be_read_is_refused(nats: Nats) -> None:
    async def answer(_: Ping) -> Pong:
        return Pong(service="x", version="1", ready=True)

    async with connected(nats.url) as bus:
        assert await bus.wait_ready(10)
        await serve(bus, subjects.ping("x"), Ping, answer, queue="x")
        message = await bus.client.request(subjects.ping("x"), b"nonsense", timeout=5)
        assert (message.headers or {})["Sokhan-Failure"] == "VALIDATION"


async def test_an_answer_that_is_too_large_is_an_error_at_once(nats: Nats) -> None:
    async def answer(_: Ping) -> Pong:
        return Pong(service="x", version="1", ready=True, problems=("long" * 300_000,))

    async with connected(nats.url) as bus:
        assert await bus.wait_ready(10)
        await serve(bus, subjects.ping("x"), Ping, answer, queue="x")
        with pytest.raises(TooLarge, match="bytes"):
            await call(bus, subjects.ping("x"), Ping(), Pong, timeout=5)


def chunk(number: int) -> SpeechChunk:
    return SpeechChunk(type="audio", sequence=number, sample_rate=8000)


async def test_chunks_arrive_in_order_and_whole(nats: Nats) -> None:
    async def speak(_: Speak, send: SendChunk) -> None:
        for number in range(50):
            await send(chunk(number), bytes([number]) * 1000)

    async with connected(nats.url) as bus:
        assert await bus.wait_ready(10)
        await serve_stream(bus, subjects.SPEAK, Speak, speak, queue="synth")
        got = [(head.sequence, body) async for head, body in open_stream(bus, subjects.SPEAK, SPEAK)]
    assert got == [(number, bytes([number]) * 1000) for number in range(50)]


async def test_an_error_in_the_middle_of_a_stream_arrives_after_what_was_sent(nats: Nats) -> None:
    async def speak(_: Speak, send: SendChunk) -> None:
        await send(chunk(0), b"x")
        raise NotFound("صدا نیست")

    async with connected(nats.url) as bus:
        assert await bus.wait_ready(10)
        await serve_stream(bus, subjects.SPEAK, Speak, speak, queue="synth")
        stream = open_stream(bus, subjects.SPEAK, SPEAK)
        assert (await anext(stream))[1] == b"x"
        with pytest.raises(NotFound, match="صدا نیست"):
            await anext(stream)


async def test_a_subscription_is_known_to_the_server_when_subscribe_returns(nats: Nats) -> None:
    async def answer(message: Msg) -> None:
        await message.respond(b"here")

    async with connected(nats.url) as asker, connected(nats.url) as answerer:
        assert await asker.wait_ready(10)
        assert await answerer.wait_ready(10)
        for number in range(500):
            await answerer.subscribe(f"test.{number}", answer)
            assert (await asker.client.request(f"test.{number}", timeout=5)).data == b"here"


@pytest.mark.siege
async def test_a_slow_speaker_is_waited_for_and_a_dead_one_is_noticed(nats: Nats) -> None:
    async def slow(_: Speak, send: SendChunk) -> None:
        await asyncio.sleep(7)  # longer than the silence that means death: signs of life bridge it
        await send(chunk(0), b"x")

    async with connected(nats.url) as listener, connected(nats.url) as speaker:
        assert await listener.wait_ready(10)
        assert await speaker.wait_ready(10)
        await serve_stream(speaker, subjects.SPEAK, Speak, slow, queue="synth")
        got = [body async for _, body in open_stream(listener, subjects.SPEAK, SPEAK)]
        assert got == [b"x"]
        stream = open_stream(listener, subjects.SPEAK, SPEAK)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(1)
        await speaker.close()
        with pytest.raises(Unavailable, match="stopped answering"):
            await asyncio.wait_for(waiting, 10)


async def test_a_speaker_stops_when_the_listener_leaves(nats: Nats) -> None:
    gone = asyncio.Event()

    async def speak(_: Speak, send: SendChunk) -> None:
        try:
            for number in range(10_000):
                await send(chunk(number), bytes(1000))
        except ListenerGone:
            gone.set()
            raise

    async with connected(nats.url) as bus:
        assert await bus.wait_ready(10)
        await serve_stream(bus, subjects.SPEAK, Speak, speak, queue="synth")
        async with aclosing(open_stream(bus, subjects.SPEAK, SPEAK)) as stream:
            await anext(stream)
        await asyncio.wait_for(gone.wait(), 5)


async def test_a_speaker_who_has_nothing_to_say_yet_learns_that_the_listener_left(nats: Nats) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def think(_: Speak, __: SendChunk) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async with connected(nats.url) as bus:
        assert await bus.wait_ready(10)
        await serve_stream(bus, subjects.SPEAK, Speak, think, queue="synth")
        stream = open_stream(bus, subjects.SPEAK, SPEAK)
        waiting = asyncio.ensure_future(anext(stream))
        await began.wait()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await stream.aclose()
        await asyncio.wait_for(ended.wait(), 8)
