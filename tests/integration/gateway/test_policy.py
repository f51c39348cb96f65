"""Every route as nobody, as a viewer, as a member, as an administrator, and with keys of every scope.

The table is `services/gateway/auth/policy.py`; the routes are those of the application, documented or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import BaseRoute, Route
from starlette.testclient import WebSocketDenialResponse

from services.gateway.auth.policy import ROUTES, TOPICS
from shared.contracts.access import Role, Scope
from shared.contracts.kinds import JOB_TYPES
from tests.support.accounts import Person, accounts_app, first_admin, invited
from tests.support.gateway_app import GatewayApp
from tests.support.sockets import connected
from tests.support.sources import code

# Public paths are refused to nobody, also with a credential.
GUARDED = sorted(name for name, policy in ROUTES.items() if policy.role is not None and not name.startswith("WS "))
# Starlette's own routes have no dependency; each needs a reason to be enough of a check by itself.
UNCHECKED = {"GET /openapi.json", "GET /livez", "GET /readyz"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    environment = {"SOKHAN_FAILED_LOGINS_PER_MINUTE": "0", "SOKHAN_API_KEYS_PER_OWNER": "0"}
    with accounts_app(tmp_path_factory.mktemp("policy"), environment) as built:
        yield built


@pytest.fixture(scope="module")
def people(app: GatewayApp) -> dict[Role, Person]:
    admin = first_admin(app)
    return {
        Role.ADMIN: admin,
        Role.MEMBER: invited(admin, "member"),
        Role.VIEWER: invited(admin, "viewer", "viewer"),
    }


@pytest.fixture(scope="module")
def keys(people: dict[Role, Person]) -> dict[Scope, dict[str, str]]:
    """A key of the administrator for each scope alone: only the scope can be missing."""
    return {scope: people[Role.ADMIN].key(scope.value) for scope in Scope}


def routes(app: GatewayApp) -> Iterator[str]:
    assert app._gateway is not None
    for route in _all(app._gateway.app.routes):
        path = getattr(route, "path", "")
        match getattr(route, "original_route", route):
            case APIWebSocketRoute(path=path):
                yield f"WS {path}"
            case APIRoute(methods=methods) | Route(methods=methods):
                yield from (f"{method} {path}" for method in (methods or {"GET"}) - {"HEAD"})
            case other:
                pytest.fail(f"{other} is of a kind that this test does not know")


def _all(routes: Iterable[BaseRoute]) -> Iterator[object]:
    """FastAPI keeps an included router as one route, with its own routes below."""
    for route in routes:
        inner = getattr(route, "effective_candidates", None)
        yield from (_all(inner()) if callable(inner) else [route])


def url(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "1", path)


def topic(kind: str) -> str:
    return kind if kind == "system" else f"{kind}:*"


def refused(app: GatewayApp, name: str, headers: dict[str, str]) -> tuple[int, str] | None:
    """Status and code if the policy refuses the request; None for any other answer."""
    method, path = name.split(" ")
    with app.client() as client, client.stream(method, url(path), headers=headers) as answer:
        if answer.status_code not in {401, 403}:
            return None
        answer.read()
        return code(answer)


def test_the_table_and_the_application_have_the_same_routes(app: GatewayApp) -> None:
    assert set(routes(app)) == set(ROUTES)


def test_the_table_has_a_topic_for_every_kind() -> None:
    assert set(TOPICS) == {*(kind.value for kind in JOB_TYPES), "asset", "system"}


def test_nobody_gets_nothing(app: GatewayApp, people: dict[Role, Person]) -> None:
    del people
    for name in GUARDED:
        found = refused(app, name, {})
        assert found is not None, name
        assert found[0] == 401, name
    with app.client() as client, pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect("/ws"):
        pass
    assert denied.value.status_code == 401


def test_a_role_may_use_what_the_table_says_and_nothing_else(app: GatewayApp, people: dict[Role, Person]) -> None:
    # Ending one's own session, or oneself, would end the test.
    for name in [name for name in GUARDED if name not in {"POST /api/auth/logout", "GET /api/events"}]:
        for role, person in people.items():
            found = refused(app, name, person.headers)
            if role.includes(ROUTES[name].role or Role.VIEWER):
                assert found is None or found[0] != 401, (name, role)
                assert found is None or "needs the role" not in str(found), (name, role)
            elif name not in UNCHECKED:
                assert found is not None, (name, role)
                assert found[0] == 403, (name, role)


def test_a_key_may_use_what_its_scope_says_and_nothing_else(
    app: GatewayApp, people: dict[Role, Person], keys: dict[Scope, dict[str, str]]
) -> None:
    del people
    for name in [name for name in GUARDED if name != "GET /api/events"]:
        policy = ROUTES[name]
        for scope, headers in keys.items():
            allowed = not policy.person and (not policy.scopes or scope in policy.scopes)
            found = refused(app, name, headers)
            if allowed:
                assert found is None, (name, scope, found)
            elif name not in UNCHECKED:
                assert found is not None, (name, scope)
                assert found[0] == 403, (name, scope)


def test_a_key_follows_the_kinds_of_its_scopes(
    app: GatewayApp, people: dict[Role, Person], keys: dict[Scope, dict[str, str]]
) -> None:
    admin = people[Role.ADMIN]
    running = admin.ask("POST", "/api/speech", {"input": "سلام", "voice": "espeak-fa"})
    assert running.status_code == 202, running.text
    for scope, headers in keys.items():
        with app.client() as client, connected(client, headers) as socket:
            for kind, policy in TOPICS.items():
                socket.send_json({"op": "subscribe", "topics": [topic(kind)]})
                answer = socket.receive_json()
                while answer.get("op") not in {"subscribed", "error"}:
                    answer = socket.receive_json()
                assert answer.get("code") == (None if scope in policy.scopes else "FORBIDDEN"), (scope, kind, answer)
    with app.client() as client, connected(client, keys[Scope.SPEECH]) as socket:
        socket.send_json({"op": "subscribe", "topics": ["*"]})
        answers = [socket.receive_json(), socket.receive_json()]
    assert {answer.get("kind") for answer in answers} == {"speech", None}
    refusing = [kind for kind, policy in TOPICS.items() if Scope.DOWNLOADS not in policy.scopes]
    for kind in refusing:
        answer = admin.ask("GET", f"/api/events?topics={topic(kind)}", **keys[Scope.DOWNLOADS])
        assert code(answer) == (403, "FORBIDDEN")


def test_a_key_never_has_more_than_its_account(app: GatewayApp, people: dict[Role, Person]) -> None:
    viewer = people[Role.VIEWER]
    for scope in ("training", "downloads", "admin"):
        answer = viewer.ask("POST", "/api/auth/keys", {"name": "more", "scopes": [scope]})
        assert code(answer) == (403, "FORBIDDEN")
    headers = viewer.key("read")
    assert refused(app, "POST /api/sources/download", headers) is not None


def test_a_route_without_a_policy_is_refused_to_the_administrator_too(
    app: GatewayApp, people: dict[Role, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {name: policy for name, policy in ROUTES.items() if name != "GET /api/assets"}
    monkeypatch.setattr("services.gateway.auth.policy.ROUTES", without)
    assert code(people[Role.ADMIN].ask("GET", "/api/assets")) == (500, "INTERNAL")
