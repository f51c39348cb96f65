"""Open connections: their number, their addresses and the deadlines of their clients.

uvicorn has no deadline for a request's head or body and no limit by address. A thousand half-sent requests used up
its file descriptors. Protocols record here the event that they wait for; `sweep` ends the overdue connections.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from shared.telemetry import get_logger

_LOG = get_logger("http")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_IPV6_NETWORK = 64
"""A home line has a /64: its addresses count as one."""


class Awaited(Enum):
    """The event that the server waits for: by the client in the first four, by the application in the last."""

    REQUEST = auto()
    HEAD = auto()
    BODY = auto()
    DISCARDED_BODY = auto()
    ANSWER = auto()


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Times in seconds. `trusted` networks (of reverse proxies) have no limit by address.

    10 s for a head: a satellite line needs three. 30 s without a byte of a body: its longest pause is 20 s.
    300 s in which the client reads nothing: a paused player.
    """

    total: int = 1000
    per_address: int = 200
    head_seconds: float = 10.0
    body_idle_seconds: float = 30.0
    write_idle_seconds: float = 300.0
    trusted: tuple[Network, ...] = ()


@dataclass(slots=True)
class Connection:
    """The state of one connection. Its protocol calls `wait_for` and `received`."""

    transport: asyncio.Transport
    address: str | None
    clock: Callable[[], float]
    awaited: Awaited = Awaited.REQUEST
    since: float = 0.0
    buffered: int = 0
    buffered_since: float = 0.0

    def wait_for(self, awaited: Awaited) -> None:
        self.awaited = awaited
        self.since = self.clock()

    def received(self) -> None:
        """A piece of a body has arrived."""
        if self.awaited is Awaited.BODY:
            self.since = self.clock()

    def overdue(self, limits: ConnectionLimits) -> str | None:
        """The reason to end the connection, None if there is none."""
        now = self.clock()
        waited = now - self.since
        match self.awaited:
            case Awaited.REQUEST | Awaited.HEAD | Awaited.DISCARDED_BODY if waited > limits.head_seconds:
                return self.awaited.name.lower()
            case Awaited.BODY if self.transport.is_reading() and waited > limits.body_idle_seconds:
                return "body"
        buffered = self.transport.get_write_buffer_size()
        if buffered != self.buffered or not buffered:
            self.buffered, self.buffered_since = buffered, now
        elif now - self.buffered_since > limits.write_idle_seconds:
            return "answer_not_read"
        return None


@dataclass(slots=True)
class Connections:
    """The connections of one server. `on_refused` counts them by reason."""

    limits: ConnectionLimits
    clock: Callable[[], float]
    on_refused: Callable[[str], None] = lambda _: None
    _open: dict[asyncio.Transport, Connection] = field(default_factory=dict)
    _addresses: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self._open)

    def open(self, transport: asyncio.Transport) -> Connection | None:
        """Register a connection; None if there are too many."""
        peer = _peer(transport)
        address = None if peer is None else _counted_as(peer)
        counted = peer is not None and not any(peer in network for network in self.limits.trusted)
        if len(self._open) >= self.limits.total:
            self._refuse("total", address)
            return None
        if counted and self._addresses[address or ""] >= self.limits.per_address:
            self._refuse("address", address)
            return None
        connection = Connection(transport, address if counted else None, self.clock)
        connection.wait_for(Awaited.REQUEST)
        self._open[transport] = connection
        if connection.address is not None:
            self._addresses[connection.address] += 1
        return connection

    def _refuse(self, reason: str, address: str | None) -> None:
        self.on_refused(reason)
        _LOG.warning("connection_refused", limit=reason, address=address, open=len(self._open))

    def close(self, transport: asyncio.Transport) -> None:
        """Forget a connection. A second call has no effect."""
        connection = self._open.pop(transport, None)
        if connection is None or connection.address is None:
            return
        self._addresses[connection.address] -= 1
        if not self._addresses[connection.address]:
            del self._addresses[connection.address]

    def sweep(self, end: Callable[[Connection], None]) -> None:
        """Call `end` for every connection whose client is late."""
        for connection in list(self._open.values()):
            reason = connection.overdue(self.limits)
            if reason is not None:
                self.on_refused(reason)
                _LOG.info("connection_timed_out", awaited=reason, address=connection.address)
                end(connection)


def network_of(host: str) -> str | None:
    """The address that counts for a client: its own, for IPv6 its /64; None if it is no address."""
    address = _parsed(host)
    return None if address is None else _counted_as(address)


def _peer(transport: asyncio.Transport) -> Address | None:
    """The peer's address; None for a socket without one."""
    name = transport.get_extra_info("peername")
    return _parsed(str(name[0])) if isinstance(name, tuple) else None


def _parsed(host: str) -> Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or address


def _counted_as(address: Address) -> str:
    """The address, for IPv6 its /64."""
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback:
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False).network_address)
