"""Where connections may lead."""

from __future__ import annotations

import asyncio

import pytest

from shared.contracts.errors import RedirectRefused
from shared.hub import hub_client
from shared.hub.network import AddressPolicy
from shared.proxies import Proxies, proxy_url
from tests.support.proxies import proxy

HUB = ["https://huggingface.co"]


@pytest.mark.parametrize(
    ("endpoints", "host", "address", "allowed"),
    [
        (HUB, "cdn-lfs.hf.co", "18.64.1.1", True),
        (HUB, "cdn-lfs.hf.co", "10.10.34.36", False),
        (HUB, "huggingface.co", "10.10.34.36", False),
        (HUB, "cdn-lfs.hf.co", "127.0.0.1", False),
        (HUB, "cdn-lfs.hf.co", "::1", False),
        (HUB, "cdn-lfs.hf.co", "::ffff:192.168.1.1", False),
        (HUB, "cdn-lfs.hf.co", "169.254.169.254", False),
        # An IPv4 address inside an IPv6 one: NAT64, 6to4, IPv4-compatible, Teredo.
        (HUB, "cdn-lfs.hf.co", "64:ff9b::127.0.0.1", False),
        (HUB, "cdn-lfs.hf.co", "64:ff9b::10.0.0.1", False),
        (HUB, "cdn-lfs.hf.co", "64:ff9b::18.64.1.1", True),
        (HUB, "cdn-lfs.hf.co", "64:ff9b:1::10.0.0.1", False),
        (HUB, "cdn-lfs.hf.co", "2002:7f00:1::", False),
        (HUB, "cdn-lfs.hf.co", "2002:c0a8:101::1", False),
        (HUB, "cdn-lfs.hf.co", "2002:1240:101::1", True),
        (HUB, "cdn-lfs.hf.co", "::127.0.0.1", False),
        (HUB, "cdn-lfs.hf.co", "::169.254.169.254", False),
        (HUB, "cdn-lfs.hf.co", "::", False),
        (HUB, "cdn-lfs.hf.co", "2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        (HUB, "cdn-lfs.hf.co", "fec0::1", False),
        (HUB, "cdn-lfs.hf.co", "2606:4700::1", True),
        (HUB, "cdn-lfs.hf.co", "fe80::1%eth0", False),
        (HUB, "cdn-lfs.hf.co", "224.0.0.1", False),
        (HUB, "cdn-lfs.hf.co", "0.0.0.0", False),
        (["https://hub.company.ir"], "hub.company.ir", "10.1.2.3", True),
        (["https://hub.company.ir"], "cdn.company.ir", "10.1.2.3", False),
        (["http://127.0.0.1:8000"], "localhost", "127.0.0.1", True),
        (["http://127.0.0.1:8000"], "evil.example", "127.0.0.1", False),
        (["http://127.0.0.1:8000"], "localhost", "10.0.0.1", False),
    ],
)
def test_addresses(endpoints: list[str], host: str, address: str, allowed: bool) -> None:
    assert AddressPolicy.for_endpoints(endpoints).allows(host, address) is allowed


async def test_a_name_that_comes_to_mean_a_private_address_is_refused_before_a_connection() -> None:
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["192.168.1.1"]

    async with hub_client(HUB, connections=1, resolve=resolve) as client:
        with pytest.raises(RedirectRefused, match=r"192\.168\.1\.1"):
            await client.get("https://cdn-lfs.hf.co/x")
    assert asked == ["cdn-lfs.hf.co"]


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "127.0.0.1:9", "socks5://127.0.0.1:9"])
async def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(proxy: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise OSError("nothing is resolved here")

    proxies = Proxies(http=proxy_url(proxy), https=proxy_url(proxy), bypass=("internal.example",))
    async with hub_client(HUB, connections=1, resolve=resolve, proxies=proxies) as client:
        for host, direct in (("huggingface.co", False), ("127.0.0.1", True), ("a.internal.example", True)):
            with pytest.raises(Exception) as failed:
                await client.get(f"https://{host}/")
            assert ("cannot be resolved" in str(failed.value)) is direct, host


async def _page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\npage")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("socks5", "socks://user:pa#s%40s@127.0.0.1"),
        ("socks5", "socks5://user:pa%23s@s@127.0.0.1"),
        ("socks5", "socks5h://user:pa#s@s@127.0.0.1"),
        ("http", "http://user:pa#s@s@127.0.0.1"),
        ("http", "user:pa#s%40s@127.0.0.1"),
    ],
)
async def test_a_proxy_gets_the_login_as_it_was_meant_and_carries_the_answer(kind: str, written: str) -> None:
    server = await asyncio.start_server(_page, "127.0.0.1", 0)
    async with server, asyncio.timeout(10), proxy(kind, server.sockets[0].getsockname()[:2]) as double:
        url = proxy_url(f"{written}:{double.port}")
        async with hub_client(HUB, connections=1, proxies=Proxies(http=url, https=url)) as client:
            request = client.build_request("GET", "http://hub.example/x")
            answer = await client.send(request)
    assert answer.text == "page"
    assert double.logins == [("user", "pa#s@s")]
    assert "hub.example" in double.asked[0]
