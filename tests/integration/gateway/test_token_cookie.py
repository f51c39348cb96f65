"""A browser in the mode `token`: a session cookie in exchange for SOKHAN_TOKEN."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from tests.support.accounts import accounts_app, first_admin
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.sockets import connected

TOKEN = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4
LOGIN = "/api/auth/login"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def token_environment(token: str = TOKEN) -> dict[str, str]:
    return {"SOKHAN_AUTH": "token", "SOKHAN_TOKEN": token}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[GatewayApp]:
    with gateway_app(tmp_path, token_environment()) as built:
        yield built


def browser(app: GatewayApp, token: str = TOKEN) -> tuple[TestClient, str]:
    client = app.client()
    answer = client.post(LOGIN, json={"token": token, "cookie": True})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    data = answer.json()["data"]
    assert (data["account"], data["accessToken"], data["refreshToken"]) == (None, None, None)
    assert token not in answer.text
    return client, data["csrfToken"]


def test_the_cookie_opens_what_the_token_opens(app: GatewayApp) -> None:
    client, csrf = browser(app)
    with client:
        me = client.get("/api/auth/me").json()["data"]
        assert (me["mode"], me["name"], me["role"], me["csrfToken"]) == ("token", "owner", "admin", csrf)
        assert client.get("/api/assets").status_code == 200
        (session,) = client.get("/api/auth/sessions").json()["data"]
        assert (session["kind"], session["current"]) == ("browser", True)
        change = {"word": "تهران", "reading": "طهران"}
        assert code(client.post("/api/lexicon", json=change)) == (403, "FORBIDDEN")
        assert code(client.post("/api/lexicon", json=change, headers={"X-CSRF-Token": "0" * 64})) == (403, "FORBIDDEN")
        foreign = {"X-CSRF-Token": csrf, "Origin": "https://evil.example"}
        assert code(client.post("/api/lexicon", json=change, headers=foreign)) == (403, "FORBIDDEN")
        assert client.post("/api/lexicon", json=change, headers={"X-CSRF-Token": csrf}).status_code == 201
    with app.client() as program:
        assert program.get("/api/auth/me", headers=BEARER).json()["data"]["session"] is None
        assert program.post("/api/lexicon", json=change | {"word": "قم"}, headers=BEARER).status_code == 201


def test_the_cookie_is_for_this_site_and_not_for_scripts(app: GatewayApp) -> None:
    with app.client() as client:
        answer = client.post(LOGIN, json={"token": TOKEN, "cookie": True})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sokhan=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie


def test_a_socket_needs_a_page_of_this_gateway(app: GatewayApp) -> None:
    client, _ = browser(app)
    with client:
        with connected(client, {"Origin": app.url}) as socket:
            socket.send_json({"op": "ping"})
            assert socket.receive_json() == {"op": "pong"}
        for headers in ({}, {"Origin": "https://evil.example"}):
            address = f"{app.url.replace('http', 'ws', 1)}/ws"
            with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect(address, headers=headers):
                pass
            assert denied.value.status_code == 403


def test_logout_ends_the_session_its_tickets_and_no_other(app: GatewayApp) -> None:
    stream = "/api/models/download/progress?modelId=ns/unknown"
    client, csrf = browser(app)
    other, _ = browser(app)
    with client, other:
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        tickets = [
            client.post("/api/auth/ticket", headers={"X-CSRF-Token": csrf}).json()["data"]["ticket"] for _ in range(2)
        ]
        with app.client() as plain:
            assert plain.get(f"{stream}&ticket={tickets[0]}").status_code == 404, "there is no such download"
        assert client.post("/api/auth/logout", headers={"X-CSRF-Token": csrf}).status_code == 200
        assert not client.cookies
        assert other.get("/api/auth/me").status_code == 200
        with app.client() as plain:
            assert plain.get("/api/auth/me", headers={"Cookie": cookies}).status_code == 401
            assert plain.get(f"{stream}&ticket={tickets[1]}").status_code == 401
            assert plain.get("/api/auth/me", headers=BEARER).status_code == 200


def test_another_token_ends_all_sessions(tmp_path: Path) -> None:
    with gateway_app(tmp_path, token_environment()) as before:
        client, _ = browser(before)
        with client:
            cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
        before.restart()
        with before.client() as again:
            assert again.get("/api/auth/me", headers=cookies).status_code == 200, "a restart ends nothing"
    with gateway_app(tmp_path, token_environment(OTHER)) as after:
        with after.client() as plain:
            assert plain.get("/api/auth/me", headers=cookies).status_code == 401
        client, _ = browser(after, OTHER)
        with client:
            assert len(client.get("/api/auth/sessions").json()["data"]) == 1
    with gateway_app(tmp_path, token_environment()) as back, back.client() as plain:
        assert plain.get("/api/auth/me", headers=cookies).status_code == 401, "deleted, not only refused"
    with gateway_app(tmp_path, token_environment()) as first:
        client, _ = browser(first)
        with client:
            cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    with accounts_app(tmp_path) as accounts, accounts.client() as plain:
        first_admin(accounts)
        assert plain.get("/api/auth/me", headers=cookies).status_code == 401


def test_wrong_tokens_are_delayed(app: GatewayApp) -> None:
    with app.client("203.0.113.9") as client:
        tries = [client.post(LOGIN, json={"token": "x" * 64, "cookie": True}) for _ in range(5)]
        assert [answer.status_code for answer in tries] == [401, 401, 401, 429, 429]
        assert "wrong tokens" in tries[3].json()["error"]["message"]
        assert int(tries[3].headers["retry-after"]) >= 1
        assert client.post(LOGIN, json={"token": TOKEN, "cookie": True}).status_code == 429
    with app.client("203.0.113.10") as client:  # another network is not locked out
        assert client.post(LOGIN, json={"token": TOKEN, "cookie": True}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "sara", "password": "a long sentence"}, "token"),
        ({"cookie": True}, "token"),
        ({"token": TOKEN}, "cookie"),
        ({"token": "", "cookie": True}, "token"),
        ({"token": "x" * 301, "cookie": True}, "token"),
    ],
)
def test_what_is_no_sign_in_says_what_is_missing(app: GatewayApp, body: dict[str, object], field: str) -> None:
    with app.client() as client:
        answer = client.post(LOGIN, json=body)
    assert code(answer) == (422, "VALIDATION")
    assert field in answer.json()["error"]["message"]
    assert TOKEN not in answer.text


def test_with_accounts_the_token_does_not_sign_in(tmp_path: Path) -> None:
    with accounts_app(tmp_path, {"SOKHAN_TOKEN": TOKEN}) as app, app.client() as client:
        answer = client.post(LOGIN, json={"token": TOKEN, "cookie": True})
        assert code(answer) == (422, "VALIDATION")
        assert answer.json()["error"]["message"] == "name: is missing."


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, {"mode": "off", "registration": None}),
        (token_environment(), {"mode": "token", "registration": None}),
        ({"SOKHAN_AUTH": "accounts"}, {"mode": "accounts", "registration": "invitation"}),
        ({"SOKHAN_AUTH": "accounts", "SOKHAN_REGISTRATION": "open"}, {"mode": "accounts", "registration": "open"}),
    ],
)
def test_a_page_learns_how_to_sign_in(
    tmp_path: Path, environment: dict[str, str], expected: dict[str, str | None]
) -> None:
    with gateway_app(tmp_path, environment) as app, app.client() as client:
        answer = client.get("/api/auth/mode")
        assert (answer.status_code, answer.json()["data"]) == (200, expected)
        if not environment:
            assert client.get("/api/auth/me").json()["data"]["mode"] == "off"
            assert code(client.post(LOGIN, json={"token": TOKEN, "cookie": True})) == (404, "NOT_FOUND")
