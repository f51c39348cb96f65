"""Credentials of requests: API keys, cookies with their protection, tickets, rotated keys."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import jwt
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from tests.support.accounts import PASSWORD, Person, accounts_app, first_admin, invited
from tests.support.gateway_app import GatewayApp
from tests.support.sources import code

TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"
SECRET, OLD = "a-secret-of-the-installation", "an-older-secret-of-it"
KEYS = {"SOKHAN_SECRET_KEY": SECRET, "SOKHAN_TOKEN": TOKEN, "SOKHAN_FAILED_LOGINS_PER_MINUTE": "0"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with accounts_app(tmp_path_factory.mktemp("credentials"), KEYS) as built:
        yield built


@pytest.fixture(scope="module")
def sara(app: GatewayApp) -> Person:
    return invited(first_admin(app), "sara")


def me(client: httpx2.Client, **headers: str) -> httpx2.Response:
    return client.get("/api/auth/me", headers=headers)


def test_a_key_is_shown_once_and_stored_as_a_hash(app: GatewayApp, sara: Person) -> None:
    made = sara.data("POST", "/api/auth/keys", {"name": "news", "scopes": ["speech", "read"]})
    assert str(made["key"]).startswith(f"{made['prefix']}.")
    assert str(made["prefix"]).startswith("sk-sokhan-")
    listed = sara.ask("GET", "/api/auth/keys").text
    assert str(made["prefix"]) in listed
    secret = str(made["key"]).partition(".")[2]
    assert secret not in listed
    assert secret not in app.log.getvalue()
    database = b"".join(path.read_bytes() for path in app.data.glob("sokhan.db*"))
    assert secret.encode() not in database


def test_a_keys_last_use_is_shown_and_its_deletion_holds_at_once(app: GatewayApp, sara: Person) -> None:
    headers = sara.key("read")
    with app.client("127.0.0.7") as client:
        assert me(client, **headers).json()["data"]["scopes"] == ["read"]
        key_id = me(client, **headers).json()["data"]["key"]
        listed = {item["id"]: item for item in sara.ask("GET", "/api/auth/keys").json()["data"]}
        assert listed[key_id]["lastUsedFrom"] == "127.0.0.7"
        sara.data_none("DELETE", f"/api/auth/keys/{key_id}")
        assert me(client, **headers).status_code == 401
    assert code(sara.ask("DELETE", f"/api/auth/keys/{key_id}")) == (404, "NOT_FOUND")


def test_a_key_cannot_make_keys(app: GatewayApp, sara: Person) -> None:
    headers = sara.key("read")
    with app.client() as client:
        answer = client.post("/api/auth/keys", json={"name": "more"}, headers=headers)
    assert code(answer) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    "credential",
    [
        "sk-sokhan-",
        "sk-sokhan-x.y",
        "sk-sokhan-000000000000." + "A" * 43,
        "a.b.c",
        "..",
        "Bearer",
        "é",
        "\x7f",
        "x" * 8000,
    ],
)
def test_what_is_not_a_credential_is_refused(app: GatewayApp, sara: Person, credential: str) -> None:
    del sara
    with app.client() as client:
        answer = client.get("/api/auth/me", headers=[(b"authorization", f"Bearer {credential}".encode("latin-1"))])
    assert code(answer) == (401, "UNAUTHENTICATED")


def test_an_access_token_of_another_algorithm_key_or_type_is_refused(app: GatewayApp, sara: Person) -> None:
    claims = jwt.decode(sara.access, options={"verify_signature": False})
    head = {name: value for name, value in jwt.get_unverified_header(sara.access).items() if name != "alg"}
    with app.client() as client:
        for token in (
            jwt.encode(claims, "", algorithm="none", headers=head),
            jwt.encode(claims, "k" * 32, algorithm="HS256", headers=head),
            jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"kid": "other", "typ": "at+jwt"}),
            sara.access[:-4] + "AAAA",
        ):
            assert me(client, Authorization=f"Bearer {token}").status_code == 401


def test_the_probes_token_sees_the_parts_and_nothing_of_anybody(app: GatewayApp, sara: Person) -> None:
    del sara
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with app.client() as client:
        assert "parts" in client.get("/health", headers=headers).json()["data"]
        for path in ("/api/assets", "/api/training", "/api/users", "/v1/models", "/metrics", "/api/auth/keys"):
            assert code(client.get(path, headers=headers))[0] == 403, path


def browser(app: GatewayApp, name: str = "sara") -> tuple[TestClient, str]:
    """A client with the session cookie, and its CSRF token."""
    client = app.client()
    answer = client.post("/api/auth/login", json={"name": name, "password": PASSWORD, "cookie": True})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert data["accessToken"] is None
    assert data["refreshToken"] is None
    return client, data["csrfToken"]


def test_a_browsers_cookie_is_not_readable_by_scripts_and_stays_on_the_site(app: GatewayApp, sara: Person) -> None:
    del sara
    with app.client() as client:
        answer = client.post("/api/auth/login", json={"name": "sara", "password": PASSWORD, "cookie": True})
        plain = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(plain.split("; "))
    assert "Secure" not in plain
    with app.client() as client:
        headers = {"Host": "sokhan.example.org"}
        answer = client.post(
            "/api/auth/login", json={"name": "sara", "password": PASSWORD, "cookie": True}, headers=headers
        )
        off_loopback = answer.headers["set-cookie"]
    assert off_loopback.startswith("__Host-sokhan=")
    assert "Secure" in off_loopback.split("; ")


def test_a_cookie_reads_and_needs_the_csrf_token_to_change(app: GatewayApp, sara: Person) -> None:
    del sara
    client, csrf = browser(app)
    with client:
        assert me(client).json()["data"]["csrfToken"] == csrf
        change = {"name": "by browser"}
        assert code(client.post("/api/auth/keys", json=change)) == (403, "FORBIDDEN")
        assert code(client.post("/api/auth/keys", json=change, headers={"X-CSRF-Token": "0" * 64})) == (
            403,
            "FORBIDDEN",
        )
        assert client.post("/api/auth/keys", json=change, headers={"X-CSRF-Token": csrf}).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing_even_with_the_token(
    app: GatewayApp, sara: Person, headers: dict[str, str]
) -> None:
    del sara
    client, csrf = browser(app)
    with client:
        answer = client.post("/api/auth/keys", json={"name": "evil"}, headers={"X-CSRF-Token": csrf, **headers})
    assert code(answer) == (403, "FORBIDDEN")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_here_but_not_embed(app: GatewayApp, sara: Person, site: str) -> None:
    """The cookie is sent to every port of a host, so a page of another port could fill an `<audio>` with it."""
    del sara
    client, _ = browser(app)
    with client:
        for mode in ("no-cors", "cors"):
            embedded = client.get("/api/auth/me", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode})
            assert code(embedded) == (403, "FORBIDDEN")
        followed = client.get("/api/auth/me", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"})
    assert followed.status_code == 200


def test_another_sessions_csrf_token_is_none(app: GatewayApp, sara: Person) -> None:
    del sara
    first, _ = browser(app)
    second, other = browser(app)
    with first, second:
        answer = first.post("/api/auth/keys", json={"name": "x"}, headers={"X-CSRF-Token": other})
    assert code(answer) == (403, "FORBIDDEN")


def test_a_socket_with_a_cookie_needs_a_page_of_this_gateway(app: GatewayApp, sara: Person) -> None:
    del sara
    client, _ = browser(app)
    with client:
        for headers in ({}, {"Origin": "https://evil.example"}):
            address = f"{app.url.replace('http', 'ws', 1)}/ws"
            with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect(address, headers=headers):
                pass
            assert denied.value.status_code == 403


def test_logout_takes_the_cookie_away(app: GatewayApp, sara: Person) -> None:
    del sara
    client, csrf = browser(app)
    with client:
        cookies = dict(client.cookies)
        assert client.post("/api/auth/logout", headers={"X-CSRF-Token": csrf}).status_code == 200
        assert not client.cookies
    with app.client() as again:
        assert me(again, Cookie="; ".join(f"{name}={value}" for name, value in cookies.items())).status_code == 401


def test_a_ticket_is_one_use_of_its_credential(app: GatewayApp, sara: Person) -> None:
    key = sara.key("read")
    stream = "/api/models/download/progress?modelId=ns/unknown"  # ends at once: there is no such download
    with app.client() as client:
        ticket = client.post("/api/auth/ticket", headers=key).json()["data"]["ticket"]
        assert client.get(f"{stream}&ticket={ticket}").status_code == 404
        assert client.get(f"{stream}&ticket={ticket}").status_code == 401
        late = client.post("/api/auth/ticket", headers=key).json()["data"]["ticket"]
        sara.data_none("DELETE", f"/api/auth/keys/{me(client, **key).json()['data']['key']}")
        assert client.get(f"{stream}&ticket={late}").status_code == 401


def test_after_a_rotation_old_tokens_are_valid_and_new_ones_have_the_new_key(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("rotated")
    with accounts_app(folder, {"SOKHAN_SECRET_KEY": OLD}) as before:
        nima = invited(first_admin(before), "nima")
        nima.data("PUT", "/api/settings/huggingface/token", {"token": "hf_of_nima"})
        sealed = (before.data / "sokhan.db").stat()
        assert sealed.st_size
    rotated = {"SOKHAN_SECRET_KEY": SECRET, "SOKHAN_SECRET_KEY_PREVIOUS": OLD}
    with accounts_app(folder, rotated) as after, after.client() as client:
        assert me(client, **nima.headers).status_code == 200
        renewed = client.post("/api/auth/login", json={"name": "nima", "password": PASSWORD}).json()["data"]
        kinds = [jwt.get_unverified_header(token)["kid"] for token in (nima.access, renewed["accessToken"])]
        assert kinds[0] != kinds[1]
        headers = {"Authorization": f"Bearer {renewed['accessToken']}"}
        assert client.get("/api/settings", headers=headers).json()["data"]["huggingface"]["hasToken"]
    # The old key can go: the stored token was encrypted anew at the start.
    with accounts_app(folder, {"SOKHAN_SECRET_KEY": SECRET}) as last, last.client() as client:
        assert me(client, **nima.headers).status_code == 401
        again = client.post("/api/auth/login", json={"name": "nima", "password": PASSWORD}).json()["data"]
        headers = {"Authorization": f"Bearer {again['accessToken']}"}
        validated = client.put("/api/settings/huggingface/validate", json={}, headers=headers)
        assert code(validated)[1] == "HUB_UNREACHABLE", "decrypted, and the Hub is not there"
