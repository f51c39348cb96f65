"""The console at `/`: its page, its files, and what it must not take from the API."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest

from services.gateway.console.bundle import Bundle
from tests.support.gateway_app import GatewayApp, gateway_app

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
MODES: list[dict[str, str]] = [
    {"SOKHAN_AUTH": "off"},
    {"SOKHAN_AUTH": "token", "SOKHAN_TOKEN": "a-token-of-32-characters-at-least"},
    {"SOKHAN_AUTH": "accounts"},
]


@pytest.fixture(scope="module", params=MODES, ids=lambda mode: mode["SOKHAN_AUTH"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with gateway_app(tmp_path_factory.mktemp("console"), request.param) as built:
        yield built


def _script(page: str) -> str:
    found = re.search(r'<script type="module"[^>]* src="(/assets/[^"]+\.js)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", ["/", "/training", "/training/3f2a", "/register", "/no-such-page", "/hub/"])
def test_every_address_of_a_page_needs_no_credential(app: GatewayApp, path: str) -> None:
    with app.client() as client:
        page = client.get(path, headers=HTML)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["cache-control"] == "no-cache"
        script = client.get(_script(page.text))
    assert script.status_code == 200
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["cache-control"]


def test_the_page_runs_its_own_scripts_only_and_is_in_no_frame(app: GatewayApp) -> None:
    with app.client() as client:
        page = client.get("/", headers=HTML)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert page.headers["cross-origin-embedder-policy"] == "require-corp"
    assert page.headers["cross-origin-resource-policy"] == "same-origin"
    assert "<script>" not in page.text


@pytest.mark.parametrize("path", ["/api", "/api/no-such", "/v1/no-such", "/docs/no-such", "/assets/no-such.js"])
def test_a_page_never_stands_for_an_unknown_path_of_the_api(app: GatewayApp, path: str) -> None:
    with app.client() as client:
        answer = client.get(path, headers=HTML)
    assert answer.status_code in {401, 404}
    assert answer.headers["content-type"] == "application/json"


def test_a_program_gets_an_error_where_a_person_gets_a_page(app: GatewayApp) -> None:
    with app.client() as client:
        answer = client.get("/no-such-page", headers={"Accept": "application/json"})
        posted = client.post("/training", headers=HTML)
    assert answer.status_code in {401, 404}
    assert posted.status_code in {401, 404}
    assert posted.json()["ok"] is False


@pytest.mark.parametrize(
    "path", ["/%2e%2e/bundle.py", "/../pages.py", "/assets/..%2f..%2f__init__.py", "/index.html%00"]
)
def test_no_path_leaves_the_bundle(app: GatewayApp, path: str) -> None:
    with app.client() as client:
        answer = client.get(path)
    assert answer.status_code in {400, 401, 404}


def test_files_are_compressed_and_not_sent_twice(app: GatewayApp) -> None:
    with app.client() as client:
        path = _script(client.get("/", headers=HTML).text)
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as zipped:
            raw = b"".join(zipped.iter_raw())
            assert zipped.headers["content-encoding"] == "gzip"
        again = client.get(path, headers={"If-None-Match": plain.headers["etag"], "Accept-Encoding": "identity"})
        head = client.head(path, headers={"Accept-Encoding": "identity"})
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2
    assert again.status_code == 304
    assert again.content == b""
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(plain.content)


@pytest.mark.parametrize("accepted", ["gzip;q=0", "gzip;q=0, *", "identity", "", "gzipped"])
def test_a_client_without_gzip_gets_none(app: GatewayApp, accepted: str) -> None:
    with app.client() as client:
        answer = client.get("/", headers={**HTML, "Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers


def test_each_form_has_its_own_tag(app: GatewayApp) -> None:
    zipped, plain = {**HTML, "Accept-Encoding": "gzip"}, {**HTML, "Accept-Encoding": "identity"}
    with app.client() as client:
        tags = [client.get("/", headers=form).headers["etag"] for form in (zipped, plain)]

        def status(form: dict[str, str], known: str) -> int:
            return client.get("/", headers={**form, "If-None-Match": known}).status_code

        assert tags[0] != tags[1]
        assert [status(zipped, tag) for tag in tags] == [304, 200]
        assert [status(plain, tag) for tag in tags] == [200, 304]
        for known in (f'"other", {tags[0]}', f"W/{tags[0]}", "*"):
            assert status(zipped, known) == 304
        for known in ("", '"other"', f'"x{tags[0][1:]}', tags[0].strip('"')):
            assert status(zipped, known) == 200


def test_what_the_bundle_has_in_compressed_form_only_is_served_in_both(app: GatewayApp) -> None:
    (name,) = [name for name in Bundle().files if name.endswith(".wasm")]
    with app.client() as client:
        zipped = client.head(f"/{name}", headers={"Accept-Encoding": "gzip"})
        plain = client.get(f"/{name}", headers={"Accept-Encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["content-type"] == plain.headers["content-type"] == "application/wasm"
    assert "content-encoding" not in plain.headers
    assert plain.content.startswith(b"\0asm")
    assert int(zipped.headers["content-length"]) < len(plain.content) / 2


def test_a_link_of_another_site_opens_the_page(app: GatewayApp) -> None:
    headers = {**HTML, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    with app.client() as client:
        assert client.get("/", headers=headers).status_code == 200
