"""Which URL a client may have fetched, and for which endpoint."""

from __future__ import annotations

import httpx2
import pytest

from services.gateway.proxy.service import UrlRefused, may_start
from shared.hub import Endpoints, Hubs

OFFICIAL, MIRROR, LOCAL = "https://huggingface.co", "https://mirror.example.org", "http://127.0.0.1:8090"


def hubs(*urls: str) -> Hubs:
    return Endpoints(urls, lambda: 0.0).hubs(httpx2.AsyncClient(), None)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://huggingface.co/ns/a/resolve/main/x", OFFICIAL),
        ("https://cdn-lfs.hf.co/x", OFFICIAL),
        ("https://cas-bridge.xethub.hf.co/x?Signature=y", OFFICIAL),
        ("https://mirror.example.org/ns/a/resolve/main/x", MIRROR),
    ],
)
def test_an_url_of_the_hub_or_of_a_mirror(url: str, endpoint: str) -> None:
    assert may_start(hubs(OFFICIAL, MIRROR), url).endpoint == endpoint


@pytest.mark.parametrize(
    "url",
    [
        "http://huggingface.co/x",
        "https://huggingface.co.evil.org/x",
        "https://evilhf.co/x",
        "https://user:password@huggingface.co/x",
        "https://huggingface.co:8443/x",
        "https://huggingface.co:port/x",
        "ftp://huggingface.co/x",
        "//huggingface.co/x",
        "https://huggingface.co/" + "x" * 9000,
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
    ],
)
def test_any_other_is_refused(url: str) -> None:
    with pytest.raises(UrlRefused):
        may_start(hubs(OFFICIAL, MIRROR), url)


def test_a_mirror_on_loopback_opens_no_other_port_of_this_machine() -> None:
    assert may_start(hubs(LOCAL), f"{LOCAL}/ns/a/resolve/main/x").endpoint == LOCAL
    for url in ("http://127.0.0.1:4222/", "http://localhost:8090/", "http://[::1]:8090/"):
        with pytest.raises(UrlRefused):
            may_start(hubs(LOCAL), url)
