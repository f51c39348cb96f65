"""The admission of connections, and the deadlines of their clients."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import cast

from shared.service.http.connections import Awaited, Connection, ConnectionLimits, Connections


@dataclass(eq=False)
class Transport:
    """The part of a transport that connections use."""

    peer: tuple[str, int] | str
    reading: bool = True
    buffered: int = 0

    def get_extra_info(self, _: str) -> object:
        return self.peer

    def is_reading(self) -> bool:
        return self.reading

    def get_write_buffer_size(self) -> int:
        return self.buffered


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Server:
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    clock: Clock = field(default_factory=Clock)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connections = Connections(self.limits, self.clock, self.refused.append)

    def connect(self, address: str | None = "10.0.0.1") -> tuple[Transport, Connection | None]:
        transport = Transport((address, 50_000) if address else "")
        return transport, self.connections.open(cast("asyncio.Transport", transport))

    def late(self) -> list[Connection]:
        ended: list[Connection] = []
        self.connections.sweep(ended.append)
        return ended


def test_connections_of_one_address_are_limited_and_released() -> None:
    server = Server(ConnectionLimits(per_address=2))
    first, _ = server.connect()
    assert server.connect()[1] is not None
    assert server.connect()[1] is None
    assert server.connect("10.0.0.2")[1] is not None
    server.connections.close(cast("asyncio.Transport", first))
    server.connections.close(cast("asyncio.Transport", first))
    assert server.connect()[1] is not None
    assert server.connect()[1] is None
    assert server.refused == ["address", "address"]


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    server = Server(ConnectionLimits(per_address=2))
    assert server.connect("2001:db8:1:2::1")[1] is not None
    assert server.connect("2001:db8:1:2:ffff::9")[1] is not None
    assert server.connect("2001:db8:1:2::abcd")[1] is None
    assert server.connect("2001:db8:1:3::1")[1] is not None
    assert server.connect("::ffff:10.0.0.1")[1] is not None
    assert server.connect("10.0.0.1")[1] is not None
    assert server.connect("10.0.0.1")[1] is None


def test_a_trusted_proxy_and_a_unix_socket_have_the_total_only() -> None:
    server = Server(ConnectionLimits(total=3, per_address=1, trusted=(ip_network("10.0.0.1"),)))
    assert server.connect()[1] is not None
    assert server.connect()[1] is not None
    assert server.connect(None)[1] is not None
    assert server.connect(None)[1] is None
    assert server.refused == ["total"]


def test_a_trusted_proxy_may_have_an_ipv6_address_or_be_in_a_network() -> None:
    trusted = (ip_network("2001:db8::5"), ip_network("10.0.0.0/8"))
    server = Server(ConnectionLimits(per_address=1, trusted=trusted))
    for address in ("2001:db8::5", "10.1.2.3", "::ffff:10.1.2.3"):
        assert server.connect(address)[1] is not None
        assert server.connect(address)[1] is not None
    assert server.connect("2001:db8::6")[1] is not None
    assert server.connect("2001:db8::7")[1] is None


def test_a_head_has_one_deadline_that_bytes_do_not_move() -> None:
    server = Server(ConnectionLimits(head_seconds=10))
    _, connection = server.connect()
    assert connection is not None
    connection.wait_for(Awaited.HEAD)
    for second in range(1, 11):
        server.clock.now = float(second)
        connection.received()
        assert not server.late()
    server.clock.now = 10.5
    assert server.late() == [connection]
    assert server.refused == ["head"]


def test_a_body_may_take_hours_but_not_pause() -> None:
    server = Server(ConnectionLimits(body_idle_seconds=30))
    transport, connection = server.connect()
    assert connection is not None
    connection.wait_for(Awaited.BODY)
    for _ in range(200):
        server.clock.now += 29
        connection.received()
        assert not server.late()
    transport.reading = False  # the application is slow, not the client
    server.clock.now += 100
    assert not server.late()
    transport.reading = True
    assert server.late() == [connection]


def test_an_application_has_no_deadline() -> None:
    server = Server()
    _, connection = server.connect()
    assert connection is not None
    connection.wait_for(Awaited.ANSWER)
    server.clock.now = 1e6
    assert not server.late()


def test_a_slow_reader_stays_connected_and_one_that_reads_nothing_does_not() -> None:
    server = Server(ConnectionLimits(write_idle_seconds=300))
    transport, connection = server.connect()
    assert connection is not None
    connection.wait_for(Awaited.ANSWER)
    for _ in range(100):
        transport.buffered = 65_000 if transport.buffered == 64_000 else 64_000
        server.clock.now += 299
        assert not server.late()
    server.clock.now += 301
    assert server.late() == [connection]
    assert server.refused == ["answer_not_read"]
