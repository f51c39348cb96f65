"""The middleware around the routes: head, browser, token, rate, body."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from services.gateway.auth import PUBLIC_PATHS
from services.gateway.events.live import LiveEvents
from tests.support.gateway_app import GatewayApp, gateway_app

TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    """A gateway with a token and a count of wrong tokens of its own."""
    environment = {"SOKHAN_AUTH": "token", "SOKHAN_TOKEN": TOKEN, "SOKHAN_FAILED_LOGINS_PER_MINUTE": "5"}
    with gateway_app(tmp_path_factory.mktemp("token"), environment) as built:
        yield built


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_twenty_thousand_headers_are_refused(client: httpx2.Client) -> None:
    many = [(f"x-{number}", "1") for number in range(20_000)]
    assert code(client.get("/livez", headers=many)) == (431, "TOO_LARGE")
    assert code(client.get("/livez", headers={"X-Long": "a" * 33_000})) == (431, "TOO_LARGE")
    assert client.get("/livez", headers=[(f"x-{number}", "1") for number in range(80)]).status_code == 200


@pytest.mark.parametrize(
    ("method", "url", "headers", "status"),
    [
        ("GET", "/" + "a" * 5000, {}, 414),
        ("GET", "/api/assets?q=" + "a" * 17_000, {}, 414),
        ("GET", "/api/sources/downloads?" + "&".join(["state="] * 1001), {}, 414),
        ("GET", "/api/sources/catalog/a%00b", {}, 400),
        ("GET", "/api/sources/catalog/a%0Ab", {}, 400),
        ("GET", "/api/proxy?url=https://huggingface.co/a%00b", {}, 400),
        ("GET", "/livez", {"Host": "["}, 400),
        ("GET", "/livez", {"Host": "a b"}, 400),
        ("GET", "/livez", {"Host": "127.0.0.1:99999"}, 403),
        ("GET", "/livez", {"Origin": "http://["}, 403),
        ("GET", "/livez", {"Origin": "null"}, 403),
        ("TRACE", "/livez", {}, 405),
        ("BREW", "/livez", {}, 405),
    ],
)
def test_a_malformed_head_is_answered(
    client: httpx2.Client, method: str, url: str, headers: dict[str, str], status: int
) -> None:
    answer = client.request(method, url, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["ok"] is False


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),  # a page on another port of this machine
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:3000"}, 403),
        ({"Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost:{port}"}, 200),
        ({"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_a_page_of_another_site_or_port_reads_nothing(
    gateway: GatewayApp, headers: dict[str, str], status: int
) -> None:
    sent = {name: value.format(port=gateway.port) for name, value in headers.items()}
    with gateway.client() as client:
        assert client.get("/api/assets", headers=sent).status_code == status


@pytest.mark.parametrize(
    "path", ["/api/assets", "/livez", "/nowhere", "/docs", "/openapi.json", "/docs/assets/swagger-ui.css"]
)
def test_every_answer_has_the_security_headers(client: httpx2.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"[" * 100, (422, "VALIDATION")),
        (b'{"a":' * 100 + b"1" + b"}" * 100, (422, "VALIDATION")),
        (b"[" + b"[]," * 30_000 + b"[]]", (422, "VALIDATION")),
        (b"[" + b"1," * 30_000 + b"1]", (422, "VALIDATION")),
        (b'"' + b"a" * (1 << 20) + b'"', (413, "TOO_LARGE")),
    ],
)
@pytest.mark.parametrize("path", ["/api/sources/download", "/api/training", "/nowhere"])
def test_a_body_too_deep_or_too_large_never_reaches_a_parser(
    client: httpx2.Client, path: str, body: bytes, answer: tuple[int, str]
) -> None:
    assert code(client.post(path, content=body, headers={"Content-Type": "application/json"})) == answer


def test_a_body_of_a_false_length_is_refused(client: httpx2.Client) -> None:
    for length in ("99999999999999999999999", "-1", "1_0", "2000000"):
        answer = client.post("/api/training", content=b"{}", headers={"Content-Length": length})
        assert code(answer) == (413, "TOO_LARGE")


def test_brackets_in_a_text_are_text(client: httpx2.Client) -> None:
    answer = client.post("/v1/audio/phonemize", json={"input": "[" * 2000 + '"\\' * 500})
    assert answer.status_code == 503, answer.text  # no synth runs here: the body was accepted


def test_without_a_token_nothing_but_health_answers(shared: GatewayApp) -> None:
    document = None
    with shared.client() as client:
        assert client.get("/livez").json() == {"ok": True}
        assert client.get("/readyz").json().keys() == {"ok"}
        assert client.get("/health").json()["data"].keys() == {"status"}
        for path in ("/metrics", "/docs", "/redoc", "/openapi.json", "/docs/assets/swagger-ui.css", "/nowhere"):
            assert code(client.get(path)) == (401, "UNAUTHENTICATED")
        document = client.get("/openapi.json", headers=RIGHT).json()
        assert client.get("/health", headers=RIGHT).json()["data"]["parts"].keys() >= {"store", "bus"}
        assert "problems" in client.get("/readyz", headers=RIGHT).json()
        assert b"sokhan_http" in client.get("/metrics", headers=RIGHT).content
        for path, methods in document["paths"].items():
            for method in methods:
                if path not in PUBLIC_PATHS:
                    answer = client.request(method, path.replace("{", "").replace("}", ""))
                    assert answer.status_code == 401, (method, path)


def test_the_token_is_asked_before_the_body(shared: GatewayApp) -> None:
    def endless() -> Iterator[bytes]:
        yield b"["
        pytest.fail("the body is read before the token is checked")

    with shared.client() as client:
        assert code(client.post("/api/training", content=endless())) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN}, {"Authorization": "Bearer "}],
)
def test_only_the_right_form_of_the_right_token_counts(shared: GatewayApp, headers: dict[str, str]) -> None:
    with shared.client("10.1.1.1") as client:
        assert client.get("/api/assets", headers=headers).status_code == 401
        assert client.get("/api/assets", params={"token": TOKEN}).status_code == 401
        assert client.get("/api/events", params={"topics": "download:*", "token": TOKEN}).status_code == 401


def test_wrong_tokens_are_slowed_by_address_and_the_right_one_is_not(shared: GatewayApp) -> None:
    wrong = {"Authorization": "Bearer guess"}
    with shared.client("10.2.2.2") as client, shared.client("10.3.3.3") as other:
        answers = [client.get("/api/assets", headers=wrong) for _ in range(8)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 3
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert other.get("/api/assets", headers=wrong).status_code == 401
        assert client.get("/api/assets", headers=RIGHT).status_code == 200
        assert client.get("/api/assets").status_code == 401  # without one: a page that asks whether it needs one
    assert "guess" not in shared.log.getvalue()


def test_the_addresses_of_one_ipv6_network_guess_together(shared: GatewayApp) -> None:
    answers = []
    for number in range(8):
        with shared.client(f"2001:db8:1:2::{number + 1:x}") as client:
            answers.append(client.get("/api/assets", headers={"Authorization": "Bearer guess"}).status_code)
    assert answers == [401] * 5 + [429] * 3


def test_a_ticket_opens_one_stream_once(shared: GatewayApp) -> None:
    with shared.client("10.4.4.4") as client:
        assert client.post("/api/auth/ticket").status_code == 401
        made = client.post("/api/auth/ticket", headers=RIGHT)
        assert made.headers["cache-control"] == "no-store"
        ticket = made.json()["data"]["ticket"]
        events = {"topics": "download:none", "ticket": ticket}
        assert client.get("/api/assets", params={"ticket": ticket}).status_code == 401
        assert client.get("/api/events", params=events).status_code == 404  # authenticated: there is no such job
        assert client.get("/api/events", params=events).status_code == 401
    assert ticket not in shared.log.getvalue()


def test_a_topic_that_is_named_many_times_is_read_once(shared: GatewayApp, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    async def snapshot(_: LiveEvents, _subscriber: object, kind: str, _since: object) -> None:
        read.append(kind)

    monkeypatch.setattr(LiveEvents, "_snapshot_all", snapshot)
    topics = "download:*," * 500 + "download:none"
    with shared.client("10.5.5.5") as client:
        assert client.get("/api/events", params={"topics": topics}, headers=RIGHT).status_code == 404
    assert read == ["download"]


def test_requests_above_the_rate_are_refused_with_retry_after(tmp_path: Path) -> None:
    with gateway_app(tmp_path, {"SOKHAN_REQUESTS_PER_MINUTE": "3"}) as built, built.client() as client:
        answers = [client.get("/api/assets") for _ in range(4)]
        assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert code(answers[3]) == (429, "RATE_LIMITED")
        assert answers[3].headers["retry-after"] == answers[3].headers["ratelimit-reset"]
        assert client.get("/v1/models").json()["error"]["type"] == "rate_limit_error"
        assert client.get("/livez").status_code == 200
