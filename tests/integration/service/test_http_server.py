"""Slow, idle and greedy clients against the server of a service, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shared.config import Settings
from shared.service.http import Connections, serve_http
from shared.telemetry import Metrics
from tests.support.processes import free_port, wait_until

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the number of bytes; `/slow` after 1 s, `/early` before the body, `/endless` without end.

    `/address` answers with the client's address and the scheme.
    """
    size = 0
    if scope["type"] == "websocket":  # accepted, and never sends
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(1)  # longer than the deadline and some sweeps
    if scope["path"] == "/endless":
        await StreamingResponse(_endless())(scope, receive, send)
        return
    while scope["path"] != "/early":
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = f"{scope['client'][0]} {scope['scheme']}".encode() if scope["path"] == "/address" else str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _endless() -> AsyncIterator[bytes]:
    while True:
        await asyncio.sleep(0)
        yield b"x" * 65_536


@pytest.fixture(autouse=True)
def quick_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadline is noticed within a tenth of a second instead of a whole one."""
    monkeypatch.setattr("shared.service.http.server._SWEEP_S", 0.1)


@contextmanager
def served(**limits: object) -> Iterator[tuple[int, Metrics]]:
    """The port of a server in a thread of its own, and its metrics."""
    port, metrics = free_port(), Metrics("test")
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    settings = Settings(_env_file=None, **limits)  # type: ignore[arg-type]
    running = threading.Thread(
        target=loop.run_until_complete,
        args=(serve_http(application, "127.0.0.1", port, stop, settings=settings, metrics=metrics),),
    )
    running.start()
    try:
        wait_until(lambda: _listens(port), 10, "the server listens")
        yield port, metrics
    finally:
        loop.call_soon_threadsafe(stop.set)
        running.join(20)
        loop.close()


def _listens(port: int) -> bool:
    try:
        with connect(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") as probe:
            return bool(answer(probe))
    except OSError:
        return False


def connect(port: int, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), 20)
    connection.sendall(sent)
    return connection


def answer(connection: socket.socket) -> bytes:
    """Everything until the server closes, or resets, the connection."""
    read = b""
    try:
        while piece := connection.recv(65_536):
            read += piece
    except ConnectionResetError:
        pass
    return read


def refused(metrics: Metrics, reason: str) -> float:
    return metrics.registry.get_sample_value("sokhan_http_connections_refused_total", {"reason": reason}) or 0.0


def test_half_sent_requests_neither_stay_nor_stop_others() -> None:
    with served(http_connections_per_address=50, http_head_seconds=1) as (port, metrics):
        half = [connect(port, b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ") for _ in range(50)]
        with connect(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") as late:
            assert answer(late).startswith(b"HTTP/1.1 503 ")
        for connection in half:
            with connection:
                assert answer(connection).startswith(b"HTTP/1.1 408 ")
        with connect(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") as after:
            assert answer(after).startswith(b"HTTP/1.1 200 ")
        assert (refused(metrics, "head"), refused(metrics, "address")) == (50, 1)


def test_a_connection_without_a_byte_is_closed() -> None:
    with served(http_head_seconds=1) as (port, metrics), connect(port) as silent:
        assert answer(silent) == b""
        assert refused(metrics, "request") == 1


def test_blank_lines_do_not_keep_a_connection_open() -> None:
    with served(http_head_seconds=1) as (port, _), connect(port) as connection:
        connection.settimeout(0.2)
        for _ in range(50):
            try:
                connection.sendall(b"\r\n")
                if connection.recv(100) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
        pytest.fail("the connection is still open after ten seconds")


def test_a_body_that_stops_ends_its_connection() -> None:
    with served(http_body_idle_seconds=1) as (port, metrics):
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"
        with connect(port, head + b"half") as connection:
            assert answer(connection) == b""
        assert refused(metrics, "body") == 1


def test_an_answer_before_the_body_arrives_whole() -> None:
    with served(http_head_seconds=1) as (port, metrics):
        with connect(port, b"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf") as connection:
            assert answer(connection).endswith(b"\r\n\r\n0")
        assert refused(metrics, "discarded_body") == 1


def test_a_client_that_reads_nothing_is_disconnected() -> None:
    request = b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n"
    with served(http_write_idle_seconds=1) as (port, metrics), connect(port, request):
        wait_until(lambda: refused(metrics, "answer_not_read") == 1, 20, "the server ends the connection")


@pytest.mark.parametrize("line", [b"X-Long: " + b"a" * 4096 + b"\r\n", b"a:\r\n"])
def test_a_head_without_end_is_refused(line: bytes) -> None:
    with served() as (port, _), connect(port, b"GET / HTTP/1.1\r\nHost: a\r\n") as connection:
        try:
            for _ in range(200_000 // len(line)):
                connection.sendall(line)
        except OSError:
            pass
        assert answer(connection)[:13] in {b"HTTP/1.1 431 ", b""}  # a reset may swallow the answer
    with served() as (port, _), connect(port, b"GET / HTTP/1.1\r\nHost: a\r\n" + line * (70_000 // len(line))) as once:
        assert answer(once).startswith(b"HTTP/1.1 431 ")


def test_two_requests_in_one_piece_are_both_answered() -> None:
    request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    last = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with served() as (port, _), connect(port, request + request + last) as connection:
        assert answer(connection).count(b"HTTP/1.1 200 ") == 3


def test_a_pipelined_request_has_time_for_its_answer() -> None:
    first, slow = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with served(http_head_seconds=0.1) as (port, metrics), connect(port, first + slow) as connection:
        assert answer(connection).count(b"HTTP/1.1 200 ") == 2
        assert refused(metrics, "request") == 0


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        ((), b"127.0.0.1 http"),
        (("127.0.0.1",), b"203.0.113.7 https"),
        (("10.0.0.1",), b"127.0.0.1 http"),
        (("127.0.0.0/8",), b"203.0.113.7 https"),
    ],
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(proxies: tuple[str, ...], seen: bytes) -> None:
    forwarded = b"X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
    request = b"GET /address HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + forwarded + b"\r\n"
    with served(trusted_proxies=proxies) as (port, _), connect(port, request) as connection:
        assert answer(connection).endswith(b"\r\n\r\n" + seen)


async def test_a_server_without_deadlines_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Connections, "sweep", fail)
    stop, settings = asyncio.Event(), Settings(_env_file=None)
    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(20):
            await serve_http(application, "127.0.0.1", free_port(), stop, settings=settings, metrics=Metrics("test"))
    assert stop.is_set()


def test_requests_without_end_in_one_piece_are_refused() -> None:
    requests = b"GET / HTTP/1.1\r\n\r\n" * 2000
    with served(http_head_seconds=1) as (port, _), connect(port, requests) as connection:
        assert answer(connection).count(b"HTTP/1.1 200 ") <= 33


def test_a_trailer_is_not_a_header() -> None:
    body = b"3\r\nabc\r\n0\r\nX-Trailer: " + b"a" * 100 + b"\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    with served() as (port, _), connect(port, head + body) as connection:
        assert answer(connection).endswith(b"\r\n\r\n3")


@pytest.mark.parametrize(
    "odd",
    [b"Content-Length: 5\r\n\r\nabcde", b"Transfer-Encoding: chunked\r\n\r\n", b"X-Long: " + b"a" * 9000 + b"\r\n\r\n"],
    ids=["body", "chunked body", "long header"],
)
def test_a_handshake_that_websockets_refuses_is_answered_and_closed(odd: bytes) -> None:
    with served() as (port, _), connect(port, HANDSHAKE + odd) as connection:
        connection.settimeout(5)
        assert answer(connection).startswith(b"HTTP/1.1 400 ")


def test_pings_of_a_client_that_does_not_read_are_not_buffered() -> None:
    ping = b"\x89\xfd" + bytes(4) + b"a" * 125  # masked with zeros
    count = 150_000
    with served() as (port, _), socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", port))
        connection.sendall(HANDSHAKE + b"\r\n")
        assert connection.recv(500).startswith(b"HTTP/1.1 101 ")
        for _ in range(count // 1000):
            connection.sendall(ping * 1000)
        connection.shutdown(socket.SHUT_WR)
        # What the kernel has buffered is at most some megabytes (tcp_wmem); all answers were 19 MB.
        assert len(answer(connection)) < 10_000_000


def test_a_message_of_empty_parts_without_end_is_refused() -> None:
    first, part = b"\x01\x80" + bytes(4), b"\x00\x80" + bytes(4)  # a text that does not end, and a continuation
    with served() as (port, _), connect(port, HANDSHAKE + b"\r\n") as connection:
        connection.settimeout(5)
        assert connection.recv(500).startswith(b"HTTP/1.1 101 ")
        connection.sendall(first + part * 5000)
        assert answer(connection) == b""
