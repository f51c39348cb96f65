"""HTTP connections with a check of the resolved address: resolve, check and connect are one step.

A redirect's host is allowed (guard.py) and may still resolve to an address inside the user's network, by DNS rebinding
or by a filter's own DNS answer. Such an address is refused at connect time, unless the name is a configured endpoint.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore2
import httpx2

from shared.config import is_loopback
from shared.contracts.errors import RedirectRefused
from shared.hub.guard import OFFICIAL
from shared.proxies import Proxies
from shared.trust import machine_authorities

Resolve = Callable[[str, int], Awaitable[list[str]]]
SocketOptions = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_MAPPED, _COMPATIBLE = ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("::/96")
# RFC 6052 and RFC 8215: a NAT64 gateway translates such an address to the IPv4 address in its last 32 bits.
_NAT64, _LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_DIRECT = Proxies()
_READ_BYTES = 256 * 1024
_KEEP_ALIVE_S = 20.0  # below the shortest known idle limit of the servers, so that a pooled connection is still open


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """`private`: the names of configured endpoints, which may be in the user's own network."""

    private: frozenset[str]
    loopback: bool

    @classmethod
    def for_endpoints(cls, endpoints: Iterable[str]) -> AddressPolicy:
        hosts = frozenset((urlsplit(endpoint).hostname or "").lower() for endpoint in endpoints)
        # The Hub is a public host: a private address for it comes from a filter.
        return cls(hosts - {OFFICIAL}, any(is_loopback(host) for host in hosts))

    def allows(self, host: str, address: str) -> bool:
        ip = reached(ipaddress.ip_address(address.partition("%")[0]))
        if _is_public(ip):
            return True
        return host.lower() in self.private or (self.loopback and ip.is_loopback and is_loopback(host))


def reached(ip: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to, where a gateway or the system translates it."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip in _MAPPED or ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def _is_public(ip: Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address) and (ip.is_site_local or ip in _LOCAL_NAT64 or ip.teredo is not None):
        return False
    return ip.is_global and not ip.is_multicast


async def resolve(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


class _WideStream(httpcore2.AsyncNetworkStream):
    """Reads up to 256 KiB at once instead of the pool's 64: a quarter of the reads for a large file."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max(max_bytes, _READ_BYTES), timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        return _WideStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore2.AsyncNetworkBackend):
    def __init__(self, policy: AddressPolicy, resolve: Resolve) -> None:
        self._policy = policy
        self._resolve = resolve
        self._backend = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the checked address; the name is not resolved again."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise httpcore2.ConnectError(f"the name {host[:120]} cannot be resolved ({reason})") from error
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"the name {host} was not resolved in time") from error
        for address in addresses:
            if not self._policy.allows(host, address):
                raise RedirectRefused(
                    f"{host} resolves to {address}, an address inside a private network.",
                    hint="Network filters often do this: set HTTPS_PROXY, or HF_ENDPOINT to a reachable mirror.",
                )
        return await self._connect_first(addresses, port, timeout, local_address, socket_options)

    async def _connect_first(
        self,
        addresses: list[str],
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: SocketOptions | None,
    ) -> httpcore2.AsyncNetworkStream:
        # Without IPv6, an unreachable address must not use up the whole timeout.
        share = timeout / len(addresses) if timeout is not None and addresses else timeout
        failure: Exception = httpcore2.ConnectError("the name has no address")
        for address in addresses:
            try:
                stream = await self._backend.connect_tcp(address, port, share, local_address, socket_options)
                return _WideStream(stream)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _CheckedTransport(httpx2.AsyncHTTPTransport):
    """httpx2's transport over a pool with the address check; httpx2 has no public parameter for a pool."""

    def __init__(self, policy: AddressPolicy, resolve: Resolve, limits: httpx2.Limits) -> None:
        super().__init__(verify=machine_authorities(), limits=limits)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=machine_authorities(),
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_CheckedBackend(policy, resolve),
        )


def hub_client(
    endpoints: Iterable[str],
    *,
    connections: int,
    connect_s: float = 15.0,
    stall_s: float = 30.0,
    resolve: Resolve = resolve,
    proxies: Proxies = _DIRECT,
) -> httpx2.AsyncClient:
    """A client of the Hub and its mirrors; see `guarded_client`."""
    policy = AddressPolicy.for_endpoints(endpoints)
    return guarded_client(
        policy, connections=connections, connect_s=connect_s, stall_s=stall_s, resolve=resolve, proxies=proxies
    )


def guarded_client(
    policy: AddressPolicy,
    *,
    connections: int,
    connect_s: float = 15.0,
    stall_s: float = 30.0,
    resolve: Resolve = resolve,
    proxies: Proxies = _DIRECT,
) -> httpx2.AsyncClient:
    """A client that connects to allowed addresses only, and does not follow redirects.

    `stall_s` seconds without a byte end a request. A proxy resolves names itself, so with a proxy the address check is
    the proxy's task.
    """
    limits = httpx2.Limits(
        max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=_KEEP_ALIVE_S
    )
    direct = _CheckedTransport(policy, resolve, limits)
    return httpx2.AsyncClient(
        transport=direct,
        mounts=_mounts(direct, limits, proxies),
        timeout=httpx2.Timeout(connect=connect_s, read=stall_s, write=stall_s, pool=None),
        follow_redirects=False,
        trust_env=False,
    )


def _mounts(
    direct: httpx2.AsyncBaseTransport, limits: httpx2.Limits, proxies: Proxies
) -> dict[str, httpx2.AsyncBaseTransport | None]:
    mounts: dict[str, httpx2.AsyncBaseTransport | None] = {}
    for scheme, proxy in (("http", proxies.http), ("https", proxies.https)):
        if proxy is not None:
            mounts[f"{scheme}://"] = httpx2.AsyncHTTPTransport(
                proxy=httpx2.Proxy(proxy), limits=limits, verify=machine_authorities(), trust_env=False
            )
    if not mounts:
        return {}
    without = ["localhost", "127.0.0.1", "[::1]", *proxies.bypass]
    for name in without:
        host = name.strip().lstrip(".").lower()
        if host == "*":
            return {}
        if _HOST.fullmatch(host):
            mounts[f"all://{host}"] = direct
            mounts[f"all://*.{host}"] = direct
        elif _is_ipv6(host):
            mounts[f"all://[{host.strip('[]')}]"] = direct
    return mounts


def _is_ipv6(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).version == 6
    except ValueError:
        return False  # such as a network, which httpx2's mounts cannot express
