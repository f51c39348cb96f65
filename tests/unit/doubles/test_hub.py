"""What the Hub double promises to those who test against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from huggingface_hub import HfApi, snapshot_download

from shared.trust import NOBODY
from tests.support.hub import TestHub, running_hub

CONTENT = bytes(range(256)) * 2000


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub"), {"HUB_PAGE": "3", "HUB_UPSTREAM": "self"}) as found:
        found.put("ns/voice", {"weights.bin": CONTENT})
        yield found


@pytest.fixture
def client(hub: TestHub, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx2.Client]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # for huggingface_hub's own client
    hub.clear()
    with httpx2.Client(base_url=hub.url, trust_env=False, verify=NOBODY, timeout=10) as found:
        yield found


def signed(client: httpx2.Client, repo: str = "ns/voice", name: str = "weights.bin", revision: str = "main") -> str:
    answer = client.get(f"/{repo}/resolve/{revision}/{name}")
    assert answer.status_code == 302
    return str(answer.headers["location"])


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("kind", ["model", "dataset"])
def test_huggingface_hub_downloads_from_it_and_once(hub: TestHub, kind: str, tmp_path: Path) -> None:
    files = {"weights.bin": CONTENT, "sub/فارسی.txt": "سلام".encode(), "a.txt": b"a", "b.txt": b"", "c/d/e.txt": b"e"}
    hub.put("ns/whole", files, f"{kind}s")
    for _ in range(2):
        snapshot_download("ns/whole", repo_type=kind, local_dir=tmp_path, endpoint=hub.url, token=False)
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    assert hub.sent("ns/whole/weights.bin") == len(CONTENT)


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [("10-19", 206, 10, 20), ("511990-", 206, 511_990, 512_000), ("-7", 206, 511_993, 512_000), ("512000-", 416, 0, 0)],
)
def test_ranges(client: httpx2.Client, wanted: str, status: int, start: int, end: int) -> None:
    answer = client.get(signed(client), headers={"Range": f"bytes={wanted}"})
    assert (answer.status_code, answer.content) == (status, CONTENT[start:end])
    told = f"bytes {start}-{end - 1}/512000" if status == 206 else "bytes */512000"
    assert answer.headers["content-range"] == told


def test_if_range_gives_the_whole_of_what_has_changed(client: httpx2.Client) -> None:
    url = signed(client)
    for tag, status in ((client.head(url).headers["etag"], 206), ('"another"', 200)):
        assert client.get(url, headers={"Range": "bytes=5-9", "If-Range": tag}).status_code == status


def test_a_signature_is_checked_and_expires(hub: TestHub, client: httpx2.Client) -> None:
    url = signed(client)
    assert client.get(url.replace("Expires=1", "Expires=2")).status_code == 403
    hub.fault("weights.bin", "expire")
    assert client.get(url).status_code == 403
    assert client.get(signed(client)).content == CONTENT


@pytest.mark.parametrize(
    ("fault", "error"),
    [("reset", httpx2.ReadError), ("truncate", httpx2.RemoteProtocolError), ("stall", httpx2.ReadTimeout)],
)
def test_a_body_breaks_off_where_it_was_told_to(
    hub: TestHub, client: httpx2.Client, fault: str, error: type[Exception]
) -> None:
    hub.fault("weights.bin", fault, after=300_000)
    with client.stream("GET", signed(client), timeout=0.5) as answer:
        pieces = answer.iter_raw(100_000)
        assert b"".join(next(pieces) for _ in range(3)) == CONTENT[:300_000]
        with pytest.raises(error):
            next(pieces)
    assert hub.sent("weights.bin") == 300_000
    assert client.get(signed(client)).content == CONTENT


@pytest.mark.parametrize(
    ("fault", "told"), [("no-range", "200 None"), ("wrong-range", "206 bytes 1-10/512000"), ("status-429", "429 None")]
)
def test_a_range_is_answered_wrongly(hub: TestHub, client: httpx2.Client, fault: str, told: str) -> None:
    hub.fault("ns/voice", fault, value="7")
    answer = client.get(signed(client), headers={"Range": "bytes=0-9"})
    assert f"{answer.status_code} {answer.headers.get('content-range')}" == told
    assert answer.headers.get("retry-after") == ("7" if fault == "status-429" else None)


def test_other_bytes_of_the_same_length(hub: TestHub, client: httpx2.Client) -> None:
    etag = client.head(signed(client)).headers["etag"]
    for fault, same_tag in (("corrupt", True), ("changed", False)):
        hub.fault("weights.bin", fault)
        answer = client.get(signed(client))
        assert (len(answer.content), answer.content == CONTENT) == (len(CONTENT), False)
        assert (answer.headers["etag"] == etag) is same_tag


def test_a_listing_is_paged_by_links(hub: TestHub, client: httpx2.Client) -> None:
    hub.put("ns/many", {f"{n}.txt": b"" for n in range(7)})
    page = client.get("/api/models/ns/many/tree/main?recursive=true")
    names = [entry["path"] for entry in page.json()]
    while "next" in page.links:
        page = client.get(page.links["next"]["url"])
        names += [entry["path"] for entry in page.json()]
    assert names == [".gitattributes", *(f"{n}.txt" for n in range(7)), "README.md"]


@pytest.mark.parametrize(
    ("card", "token", "status", "code"),
    [
        ({"gated": "auto"}, "", 401, "GatedRepo"),
        ({"gated": "auto"}, "hf_poor", 403, "GatedRepo"),
        ({"gated": "manual"}, "hf_good", 200, None),
        ({"private": "yes"}, "", 401, None),
        ({"private": "yes"}, "hf_poor", 404, "RepoNotFound"),
        ({}, "hf_made_up", 401, None),
    ],
)
def test_a_token_opens_what_it_may(
    hub: TestHub, client: httpx2.Client, card: dict[str, str], token: str, status: int, code: str | None
) -> None:
    hub.put("ns/closed", {"a.txt": b"a"})
    hub.describe("ns/closed", "models", **card)
    for path in ("/api/models/ns/closed/revision/main", "/ns/closed/resolve/main/a.txt"):
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"} if token else {}, follow_redirects=True)
        assert (answer.status_code, answer.headers.get("x-error-code")) == (status, code)


def test_an_old_commit_is_still_served_after_a_change(hub: TestHub, client: httpx2.Client) -> None:
    kept = {}
    for content in (b"1" * 2000, b"2" * 2000):
        hub.put("ns/history", {"a.bin": content})
        kept[hub.commit("ns/history")] = content
    for commit, content in kept.items():
        assert client.get(signed(client, "ns/history", "a.bin", commit)).content == content
    assert len(kept) == 2


@pytest.mark.usefixtures("client")
def test_the_catalogue_is_searched(hub: TestHub) -> None:
    for n in range(4):
        hub.put(f"found/persian-{n}", {"a.txt": b"a"})
        hub.describe(f"found/persian-{n}", language="fa", license="mit", downloads=n)
    wish = HfApi(endpoint=hub.url, token=False)
    found = wish.list_models(search="PERSIAN", author="found", filter="fa", sort="downloads", limit=2)
    assert [model.id for model in found] == ["found/persian-3", "found/persian-2"]


def test_while_it_is_down_every_line_is_reset(hub: TestHub, client: httpx2.Client) -> None:
    hub.down()
    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        client.get("/api/models/ns/voice")
    hub.down(0)
    assert client.get("/api/models/ns/voice").status_code == 200
