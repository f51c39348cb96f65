"""The redirect guard, case by case."""

from __future__ import annotations

import pytest

from shared.contracts.errors import RedirectRefused
from shared.hub import RedirectGuard

HUB = "https://huggingface.co"
FILE = f"{HUB}/a/b/resolve/main/x"


@pytest.mark.parametrize(
    ("endpoint", "location", "target"),
    [
        (HUB, "/api/resolve-cache/x", f"{HUB}/api/resolve-cache/x"),
        (HUB, "https://cdn-lfs.hf.co/x", "https://cdn-lfs.hf.co/x"),
        (HUB, "https://cdn-lfs-us-1.hf.co/x?sig=1", "https://cdn-lfs-us-1.hf.co/x?sig=1"),
        (HUB, "https://cas-bridge.xethub.hf.co/x", "https://cas-bridge.xethub.hf.co/x"),
        (HUB, "https://us.gcp.cdn.hf.co/x", "https://us.gcp.cdn.hf.co/x"),
        (HUB, "https://cdn-lfs.huggingface.co/x", "https://cdn-lfs.huggingface.co/x"),
        ("http://127.0.0.1:8000", "http://localhost:8001/x", "http://localhost:8001/x"),
        ("https://mirror.example", "https://mirror.example/x", "https://mirror.example/x"),
    ],
)
def test_followed(endpoint: str, location: str, target: str) -> None:
    assert RedirectGuard(endpoint).follow(f"{endpoint}/a/b/resolve/main/x", location) == target


@pytest.mark.parametrize(
    ("endpoint", "location"),
    [
        (HUB, "https://evilhf.co/x"),
        (HUB, "https://evilcdn.hf.co.example/x"),
        (HUB, "https://notcdn.hf.co/x"),
        (HUB, "https://evilxethub.hf.co/x"),
        (HUB, "http://cdn-lfs.hf.co/x"),
        (HUB, "https://cdn-lfs.hf.co:8443/x"),
        (HUB, "https://user@cdn-lfs.hf.co/x"),
        (HUB, "https://cdn-lfs.hf.co@evil.example/x"),
        (HUB, "https://cdn-lfs.evil.hf.co/x"),
        (HUB, "http://127.0.0.1/x"),
        (HUB, "http://169.254.169.254/latest/meta-data"),
        (HUB, "file:///etc/passwd"),
        (HUB, "//evil.example/x"),
        (HUB, "http://huggingface.co/x"),
        ("http://127.0.0.1:8000", "http://10.0.0.1/x"),
        ("http://127.0.0.1:8000", "https://cdn-lfs.hf.co/x"),
        ("https://mirror.example", "https://cdn-lfs.hf.co/x"),
        ("https://mirror.example", "http://127.0.0.1/x"),
    ],
)
def test_refused(endpoint: str, location: str) -> None:
    with pytest.raises(RedirectRefused):
        RedirectGuard(endpoint).follow(f"{endpoint}/a/b/resolve/main/x", location)


@pytest.mark.parametrize(
    ("endpoint", "location", "target"),
    [
        ("https://mirror.example", f"{HUB}/api/models/new/name", "https://mirror.example/api/models/new/name"),
        (
            "http://127.0.0.1:8000",
            f"{HUB}/new/name/resolve/main/x?a=1",
            "http://127.0.0.1:8000/new/name/resolve/main/x?a=1",
        ),
        ("https://mirror.example/hf", f"{HUB}/new/name", "https://mirror.example/hf/new/name"),
    ],
)
def test_a_mirror_that_passes_on_the_hubs_own_address_is_asked_itself(
    endpoint: str, location: str, target: str
) -> None:
    assert RedirectGuard(endpoint).follow(f"{endpoint}/a/b", location) == target


@pytest.mark.parametrize(
    ("endpoint", "link", "target"),
    [
        (HUB, f"{HUB}/api/models/a/b/tree/c?cursor=2", f"{HUB}/api/models/a/b/tree/c?cursor=2"),
        (HUB, "/api/models/a/b/tree/c?cursor=2", f"{HUB}/api/models/a/b/tree/c?cursor=2"),
        (HUB, "https://evilhf.co/api/models/a/b/tree/c?cursor=2", f"{HUB}/api/models/a/b/tree/c?cursor=2"),
        ("https://mirror.example/hf", f"{HUB}/api/x?cursor=2", "https://mirror.example/hf/api/x?cursor=2"),
        ("https://mirror.example/hf", "https://mirror.example/hf/api/x?c=2", "https://mirror.example/hf/api/x?c=2"),
    ],
)
def test_a_next_page_is_a_path_and_a_query_at_the_endpoint(endpoint: str, link: str, target: str) -> None:
    assert RedirectGuard(endpoint).page(f"{endpoint}/api/models/a/b/tree/c", link) == target


@pytest.mark.parametrize(
    ("url", "same"),
    [
        (f"{HUB}/x", True),
        ("https://huggingface.co:443/x", True),
        ("http://huggingface.co/x", False),
        ("https://huggingface.co:8443/x", False),
        ("https://cdn-lfs.huggingface.co/x", False),
        ("https://huggingface.co.evil.example/x", False),
    ],
)
def test_the_token_goes_to_its_own_origin_only(url: str, same: bool) -> None:
    assert RedirectGuard(HUB).same_origin(url) is same


def test_a_host_of_the_users_own_is_trusted_with_what_lies_below_it() -> None:
    guard = RedirectGuard(HUB, ("files.example.ir",))
    assert guard.allows("https://files.example.ir/x")
    assert guard.allows("https://a.files.example.ir/x")
    assert not guard.allows("https://evilfiles.example.ir/x")
    assert not guard.allows("http://files.example.ir/x")


@pytest.mark.parametrize("url", ["https://cdn-lfs.hf.co:notaport/x", "https://[bad/x", "https://cdn-lfs.hf.co:99999/x"])
def test_a_url_that_is_none_is_refused_not_a_crash(url: str) -> None:
    assert not RedirectGuard(HUB).allows(url)


def test_with_a_mirror_the_data_stays_on_it() -> None:
    assert not RedirectGuard("https://mirror.example").allows("https://cdn-lfs.hf.co/x")


@pytest.mark.parametrize("location", ["https://[::1", "http://[bad]/x"])
def test_a_location_that_is_no_address_is_refused_not_a_crash(location: str) -> None:
    with pytest.raises(RedirectRefused):
        RedirectGuard(HUB).follow(FILE, location)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.com\\.cdn.hf.co/x",
        "https://evil.com%5c.cdn.hf.co/x",
        "https://evil.com#.cdn.hf.co/x",
        "https://evil.com%00.cdn.hf.co/x",
        "https://evil.com .cdn.hf.co/x",
        "https://@cdn.hf.co/x",
        "https://evil.com;.cdn.hf.co/x",
    ],
)
def test_a_host_that_two_parsers_read_differently_is_refused(url: str) -> None:
    assert not RedirectGuard(HUB).allows(url)
    assert not RedirectGuard(HUB, ("cdn.hf.co",)).allows(url)
