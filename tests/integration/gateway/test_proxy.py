"""`/api/proxy`: bytes of the Hub for a browser, and nothing else of anybody."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest

from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.hub import TOKEN, TestHub
from tests.support.sources import ask, code, data

CONTENT = bytes(range(256)) * 200


def proxied(strict: GatewayApp, url: str, method: str = "GET", **headers: str) -> httpx2.Response:
    return ask(strict, method, f"/api/proxy?{urlencode({'url': url})}", headers=headers)


def file_url(hub: TestHub, name: str = "a.bin", repo: str = "ns/proxied") -> str:
    return f"{hub.url}/{repo}/resolve/main/{name}"


@pytest.fixture(autouse=True)
def _file(hub: TestHub) -> None:
    hub.put("ns/proxied", {"a.bin": CONTENT, "small.txt": "سلام".encode()})
    hub.clear()


@pytest.fixture(scope="module", autouse=True)
def _listed(strict: GatewayApp) -> None:
    for repo in ("ns/proxied", "ns/nowhere", "ns/private"):
        entry = {"repoId": repo, "kind": "tts", "name": {"fa": repo, "en": repo}}
        data(strict, "POST", "/api/sources/catalog", entry)


@pytest.mark.parametrize(("name", "content"), [("a.bin", CONTENT), ("small.txt", "سلام".encode())])
def test_a_file_passes_through_its_redirects(strict: GatewayApp, hub: TestHub, name: str, content: bytes) -> None:
    answer = proxied(strict, file_url(hub, name))
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["etag"]
    assert answer.headers["accept-ranges"] == "bytes"


def test_what_comes_cannot_act_as_a_page_of_ours(strict: GatewayApp, hub: TestHub) -> None:
    headers = proxied(strict, file_url(hub)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox"
    assert "set-cookie" not in headers
    assert "x-repo-commit" not in headers


def test_a_range_is_passed_on(strict: GatewayApp, hub: TestHub) -> None:
    part = proxied(strict, file_url(hub), Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, CONTENT[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(CONTENT)}"
    assert proxied(strict, file_url(hub), Range="bytes=-10").content == CONTENT[-10:]
    assert proxied(strict, file_url(hub), Range=f"bytes={len(CONTENT)}-").status_code == 416
    for wrong in ("bytes=0-1,5-6", "lines=1-2", "bytes=x"):
        assert code(proxied(strict, file_url(hub), Range=wrong)) == (422, "VALIDATION")


def test_head_says_how_much_there_is(strict: GatewayApp, hub: TestHub) -> None:
    answer = proxied(strict, file_url(hub), "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(CONTENT))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/file",
        "https://evilhf.co/file",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "http://localhost:{nats}/",
        "http://user:secret@127.0.0.1:{hub}/ns/proxied/resolve/main/a.bin",
        "file:///etc/passwd",
        "//127.0.0.1/x",
        "http://[::1",
        "nonsense",
        "",
        "http://127.0.0.1:{hub}/api/whoami-v2",
        "http://127.0.0.1:{hub}/api/models/ns/proxied/revision/main",
        "http://127.0.0.1:{hub}/settings/tokens",
        "http://127.0.0.1:{hub}/ns/proxied/raw/main/a.bin",
        "http://127.0.0.1:{hub}/spaces/ns/proxied/resolve/main/a.bin",
        "http://127.0.0.1:{hub}/ns/proxied/resolve/main/../../../../api/whoami-v2",
        "http://127.0.0.1:{hub}/ns/proxied/resolve/main/%2e%2e/%2e%2e/api",
        "http://127.0.0.1:{hub}/ns/proxied/resolve/..%2f..%2fapi/whoami-v2",
        "http://127.0.0.1:{hub}/ns/proxied/resolve/main/a\x00.bin",
        "http://127.0.0.1:{hub}/ns/proxied/resolve/main/a%00.bin",
        "http://127.0.0.1:{hub}/ns/proxied/resolve/main/a%0d%0aX-Evil: 1",
        "http://127.0.0.1:{hub}\\@evil.org/ns/proxied/resolve/main/a.bin",
        "http://127.0.0.1:{hub}@evil.org/ns/proxied/resolve/main/a.bin",
    ],
)
def test_an_url_elsewhere_is_refused(strict: GatewayApp, hub: TestHub, url: str) -> None:
    answer = proxied(strict, url.format(nats=strict.nats.port, hub=hub.port))
    assert code(answer) == (400, "VALIDATION" if "\x00" in url else "REDIRECT_REFUSED")
    assert answer.json()["error"]["message"]
    assert hub.requests() == []


@pytest.mark.parametrize("fault", ["evil-redirect", "private-redirect", "http-redirect", "loop"])
def test_a_redirect_elsewhere_is_refused(strict: GatewayApp, hub: TestHub, fault: str) -> None:
    hub.fault("a.bin", fault, times=9)
    assert code(proxied(strict, file_url(hub))) == (502, "REDIRECT_REFUSED")


def test_what_is_too_large_is_refused_before_its_first_byte(strict: GatewayApp, hub: TestHub) -> None:
    hub.put_file("ns/proxied", "large.bin", 400_000)
    answer = proxied(strict, file_url(hub, "large.bin"))
    assert code(answer) == (413, "TOO_LARGE")
    assert proxied(strict, file_url(hub, "large.bin"), Range="bytes=0-9").status_code == 206


@pytest.mark.parametrize(
    ("repo", "expected"),
    [("ns/nowhere", {(404, "REPO_NOT_FOUND"), (403, "GATED_REPO")}), ("ns/proxied/x", {(400, "REDIRECT_REFUSED")})],
)
def test_what_the_hub_refuses_is_said_in_our_words(
    strict: GatewayApp, hub: TestHub, repo: str, expected: set[tuple[int, str]]
) -> None:
    assert code(proxied(strict, file_url(hub, repo=repo))) in expected


def test_the_token_goes_to_the_hub_itself_and_to_nobody_else(strict: GatewayApp, hub: TestHub) -> None:
    data(strict, "PUT", "/api/settings/huggingface/token", {"token": TOKEN})
    try:
        hub.put("ns/private", {"a.bin": CONTENT})
        hub.describe("ns/private", private=True)
        hub.clear()
        assert proxied(strict, file_url(hub, repo="ns/private")).content == CONTENT
        seen = {(request["host"], request["authorization"]) for request in hub.requests()}
        assert (f"127.0.0.1:{hub.port}", f"Bearer {TOKEN}") in seen
        assert (f"127.0.0.1:{hub.port + 1}", "") in seen
        assert len(seen) == 2
    finally:
        data(strict, "DELETE", "/api/settings/huggingface/token")
    assert TOKEN not in strict.log.getvalue()


@pytest.mark.parametrize(
    ("repo", "name", "revision"),
    [("ns/unlisted", "a.bin", "main"), ("ns/proxied", "a.bin", "refs%2Fpr%2F1"), ("ns/parts", "secret.bin", "main")],
)
def test_a_file_that_may_not_be_downloaded_is_not_proxied(
    strict: GatewayApp, hub: TestHub, repo: str, name: str, revision: str
) -> None:
    entry = {"id": "ns/parts-config", "repoId": "ns/parts", "kind": "tts", "include": ["*.json"]}
    ask(strict, "POST", "/api/sources/catalog", {**entry, "name": {"fa": "پ", "en": "p"}})
    hub.put(repo, {name: b"x", "config.json": b"{}"})
    hub.clear()
    answer = proxied(strict, f"{hub.url}/{repo}/resolve/{revision}/{name}")
    assert code(answer) == (400, "MODEL_NOT_ALLOWED")
    assert hub.requests() == []
    if repo == "ns/parts":
        assert proxied(strict, f"{hub.url}/{repo}/resolve/main/config.json").content == b"{}"


def test_the_installations_token_is_its_sole_owners(tmp_path: Path, hub: TestHub) -> None:
    """Without accounts HF_TOKEN is the owner's own; it is sent for files that may be downloaded, and no further."""
    hub.put("ns/mine", {"a.bin": CONTENT})
    hub.describe("ns/mine", private=True)
    environment = {"HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN, "SOKHAN_UNLISTED_DOWNLOADS": "true"}
    with gateway_app(tmp_path, environment) as built:
        assert proxied(built, file_url(hub, repo="ns/mine")).content == CONTENT
        hub.clear()
        assert code(proxied(built, f"{hub.url}/api/whoami-v2")) == (400, "REDIRECT_REFUSED")
        assert hub.requests() == []
