"""Accounts over HTTP: the first administrator, invitations, passwords, sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.support.accounts import ADMIN, PASSWORD, Person, accounts_app, first_admin, invited, register
from tests.support.gateway_app import GatewayApp
from tests.support.sources import code


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    environment = {"SOKHAN_FAILED_LOGINS_PER_MINUTE": "0"}
    with accounts_app(tmp_path_factory.mktemp("accounts"), environment) as built:
        yield built


@pytest.fixture(scope="module")
def admin(app: GatewayApp) -> Person:
    return first_admin(app)


@pytest.fixture(scope="module")
def sara(admin: Person) -> Person:
    return invited(admin, "sara")


def login(app: GatewayApp, name: str, password: str = PASSWORD, **more: object) -> Person:
    with app.client() as client:
        answer = client.post("/api/auth/login", json={"name": name, "password": password, **more})
    assert answer.status_code == 200, answer.text
    made = answer.json()["data"]
    return Person(app, name, made["accessToken"], made["refreshToken"])


def status(app: GatewayApp, path: str, body: Mapping[str, object]) -> tuple[int, str]:
    with app.client() as client:
        return code(client.post(path, json=body))


def test_the_first_link_makes_the_administrator_once(app: GatewayApp, admin: Person) -> None:
    assert admin.data("GET", "/api/auth/me")["role"] == "admin"
    link = (app.folder / "admin-link").read_text()
    used = {"name": "second", "password": PASSWORD, "invitation": link.partition("#invitation=")[2]}
    assert status(app, "/api/auth/register", used) == (403, "FORBIDDEN")


def test_a_link_is_in_no_log(app: GatewayApp, admin: Person) -> None:
    del admin
    link = (app.folder / "admin-link").read_text()
    assert link.partition("#invitation=")[2] not in app.log.getvalue()


def test_an_invitation_makes_one_account_of_its_role_and_name(app: GatewayApp, admin: Person) -> None:
    made = admin.data("POST", "/api/invitations", {"role": "viewer", "name": "mina", "note": "دفتر"})
    assert str(made["link"]).endswith(f"/register#invitation={made['invitation']}")
    other = {"name": "nima", "password": PASSWORD, "invitation": made["invitation"]}
    assert status(app, "/api/auth/register", other) == (403, "FORBIDDEN")
    mina = register(app, "mina", str(made["invitation"]))
    assert mina.data("GET", "/api/auth/me")["role"] == "viewer"
    assert status(app, "/api/auth/register", {**other, "name": "mina"}) == (403, "FORBIDDEN")


def test_without_an_invitation_nobody_registers(app: GatewayApp, admin: Person) -> None:
    del admin
    assert status(app, "/api/auth/register", {"name": "eve", "password": PASSWORD}) == (403, "FORBIDDEN")


def test_a_taken_name_does_not_use_up_the_invitation(app: GatewayApp, admin: Person, sara: Person) -> None:
    invitation = admin.data("POST", "/api/invitations", {})["invitation"]
    taken = {"name": sara.name, "password": PASSWORD, "invitation": invitation}
    assert status(app, "/api/auth/register", taken) == (409, "CONFLICT")
    register(app, "still-free", str(invitation))


@pytest.mark.parametrize("name", ["local", "owner", "probe", "Sara", "-x", "a", "x" * 33, "سارا", "a/b", "a.b", "~a"])
def test_names_that_mean_something_else_are_refused(app: GatewayApp, admin: Person, name: str) -> None:
    del admin
    assert status(app, "/api/auth/register", {"name": name, "password": PASSWORD}) == (422, "VALIDATION")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "fresh-name-1"])
def test_a_password_that_is_easy_to_guess_is_refused(app: GatewayApp, admin: Person, password: str) -> None:
    invitation = admin.data("POST", "/api/invitations", {})["invitation"]
    body = {"name": "fresh-name", "password": password, "invitation": invitation}
    assert status(app, "/api/auth/register", body) == (422, "VALIDATION")


def test_the_answer_is_the_same_for_a_wrong_password_and_an_unknown_name(app: GatewayApp, sara: Person) -> None:
    with app.client("127.0.0.9") as client:
        wrong = client.post("/api/auth/login", json={"name": sara.name, "password": "not the password"}).json()
        unknown = client.post("/api/auth/login", json={"name": "nobody", "password": "not the password"}).json()
    for answer in (wrong, unknown):
        del answer["error"]["request_id"]
    assert wrong == unknown
    assert wrong["error"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("name", ["sara", "nobody-at-all"])
def test_wrong_passwords_are_slowed_by_name_and_network(app: GatewayApp, sara: Person, name: str) -> None:
    del sara
    with app.client("127.0.8.1") as client:
        tries = [client.post("/api/auth/login", json={"name": name, "password": "wrong one"}) for _ in range(5)]
    assert [answer.status_code for answer in tries[:3]] == [401, 401, 401]
    assert tries[3].status_code == 429
    assert int(tries[3].headers["retry-after"]) >= 1
    login(app, "sara")  # from another network


def test_an_access_token_is_short_and_a_refresh_gives_the_next(app: GatewayApp, sara: Person) -> None:
    session = login(app, sara.name)
    with app.client() as client:
        first = client.post("/api/auth/refresh", json={"refreshToken": session.refresh}).json()["data"]
        # The answer got lost: the same token again, within half a minute, gives the same next one.
        again = client.post("/api/auth/refresh", json={"refreshToken": session.refresh}).json()["data"]
        assert first["refreshToken"] == again["refreshToken"] != session.refresh
        second = client.post("/api/auth/refresh", json={"refreshToken": first["refreshToken"]}).json()["data"]
        assert second["expiresIn"] <= 3600
        # The first token is two generations old now: somebody has a copy.
        reused = client.post("/api/auth/refresh", json={"refreshToken": session.refresh})
        assert code(reused) == (401, "UNAUTHENTICATED")
        after = client.post("/api/auth/refresh", json={"refreshToken": second["refreshToken"]})
        assert code(after) == (401, "UNAUTHENTICATED")
        headers = {"Authorization": f"Bearer {second['accessToken']}"}
        assert client.get("/api/auth/me", headers=headers).status_code == 401


def test_logout_ends_the_session_at_once(app: GatewayApp, sara: Person) -> None:
    session = login(app, sara.name)
    assert session.ask("GET", "/api/auth/me").status_code == 200
    assert session.ask("POST", "/api/auth/logout").status_code == 200
    assert session.ask("GET", "/api/auth/me").status_code == 401


def test_sessions_are_listed_and_ended_by_their_owner_only(app: GatewayApp, admin: Person, sara: Person) -> None:
    first, second = login(app, sara.name), login(app, sara.name)
    listed = first.ask("GET", "/api/auth/sessions").json()["data"]
    assert sum(item["current"] for item in listed) == 1
    other = second.data("GET", "/api/auth/me")["session"]
    assert code(admin.ask("DELETE", f"/api/auth/sessions/{other}")) == (404, "NOT_FOUND")
    assert first.ask("DELETE", f"/api/auth/sessions/{other}").status_code == 200
    assert second.ask("GET", "/api/auth/me").status_code == 401
    first.data("DELETE", "/api/auth/sessions")
    assert len(first.ask("GET", "/api/auth/sessions").json()["data"]) == 1


def test_a_new_password_ends_the_other_sessions(app: GatewayApp, admin: Person) -> None:
    leila = invited(admin, "leila")
    other = login(app, "leila")
    new = "یک جملهٔ دیگر و تازه"
    wrong = {"current": "not the password", "new": new}
    assert code(leila.ask("POST", "/api/auth/password", wrong)) == (403, "FORBIDDEN")
    leila.data("POST", "/api/auth/password", {"current": PASSWORD, "new": new})
    assert other.ask("GET", "/api/auth/me").status_code == 401
    assert leila.ask("GET", "/api/auth/me").status_code == 200
    login(app, "leila", new)
    assert status(app, "/api/auth/login", {"name": "leila", "password": PASSWORD}) == (401, "UNAUTHENTICATED")


def test_an_administrator_changes_roles_and_disables_accounts(app: GatewayApp, admin: Person) -> None:
    omid = invited(admin, "omid")
    key = omid.key("read")
    admin.data("PATCH", "/api/users/omid", {"role": "viewer"})
    assert omid.ask("GET", "/api/auth/me").status_code == 401  # a session of the role that it had
    omid = login(app, "omid")
    assert code(omid.ask("POST", "/api/training", {"recipe": "toy"})) == (403, "FORBIDDEN")
    admin.data("PATCH", "/api/users/omid", {"state": "disabled"})
    assert omid.ask("GET", "/api/auth/me").status_code == 401
    with app.client() as client:
        assert client.get("/api/auth/me", headers=key).status_code == 401
    assert status(app, "/api/auth/login", {"name": "omid", "password": PASSWORD}) == (401, "UNAUTHENTICATED")
    admin.data("PATCH", "/api/users/omid", {"state": "active", "password": "یک گذرواژهٔ موقت"})
    login(app, "omid", "یک گذرواژهٔ موقت")


def test_the_last_administrator_stays_one(admin: Person) -> None:
    for change in ({"role": "member"}, {"state": "disabled"}):
        assert code(admin.ask("PATCH", f"/api/users/{ADMIN}", change)) == (409, "CONFLICT")


def test_no_answer_and_no_log_has_a_hash_or_a_password(app: GatewayApp, admin: Person, sara: Person) -> None:
    answers = [
        admin.ask("GET", path).text
        for path in ("/api/users", f"/api/users/{sara.name}", "/api/invitations", "/api/auth/sessions")
    ]
    for text in (*answers, app.log.getvalue()):
        assert "argon2" not in text
        assert "Hash" not in text
        assert PASSWORD not in text


def test_every_line_of_a_request_has_the_account_and_the_request(app: GatewayApp, sara: Person) -> None:
    session = login(app, sara.name)
    assert session.ask("GET", "/api/auth/me", None, **{"X-Request-Id": "look-for-me"}).status_code == 200
    lines = [line for line in app.log.getvalue().splitlines() if "look-for-me" in line]
    assert lines
    assert all('"account": "sara"' in line for line in lines)


def test_without_accounts_there_is_nothing_to_sign_in_to(gateway: GatewayApp) -> None:
    with gateway.client() as client:
        for path, body in (
            ("/api/auth/login", {"name": "sara", "password": PASSWORD}),
            ("/api/auth/register", {"name": "sara", "password": PASSWORD}),
            ("/api/auth/refresh", {"refreshToken": "x.y"}),
        ):
            assert code(client.post(path, json=body)) == (404, "NOT_FOUND")
        assert client.get("/api/auth/me").json()["data"]["mode"] == "off"
