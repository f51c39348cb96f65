"""`sokhan register`, `login`, `logout`, `whoami`, `keys`, `users`, `invite`, `admin`."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.accounts import PASSWORD, accounts_app
from tests.support.command_in_process import sokhan_in_process
from tests.support.command_line import failed, succeeded
from tests.support.gateway_app import GatewayApp


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    """With an administrator who is signed in on the command line."""
    with accounts_app(tmp_path_factory.mktemp("cli"), {"SOKHAN_FAILED_LOGINS_PER_MINUTE": "0"}) as built:
        link = (built.folder / "admin-link").read_text()
        done = sokhan_in_process(
            built, "register", link, "--name", "parvin", "--display-name", "پروین", stdin=f"{PASSWORD}\n"
        )
        assert "Signed in" in succeeded(done)
        yield built


def sessions(app: GatewayApp) -> Path:
    return app.folder / "config" / "sokhan" / "sessions.json"


def test_the_session_is_in_a_file_of_its_user_alone_bound_to_the_address(app: GatewayApp) -> None:
    file = sessions(app)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(json.loads(file.read_text())) == [app.url]
    assert "parvin (admin)" in succeeded(sokhan_in_process(app, "whoami"))
    elsewhere = sokhan_in_process(app, "whoami", "--url", "http://127.0.0.1:1")
    assert "UNAUTHENTICATED" in failed(elsewhere), "no session for another address"


def test_a_file_that_others_can_read_is_not_used(app: GatewayApp) -> None:
    sessions(app).chmod(0o644)
    try:
        assert "can be read by others" in failed(sokhan_in_process(app, "whoami"))
    finally:
        sessions(app).chmod(0o600)


def test_an_expired_access_token_is_refreshed_and_kept(app: GatewayApp) -> None:
    content = json.loads(sessions(app).read_text())
    before = content[app.url]["session"]["refresh_token"]
    content[app.url]["session"]["expires_at"] = 0
    sessions(app).write_text(json.dumps(content))
    succeeded(sokhan_in_process(app, "whoami"))
    assert json.loads(sessions(app).read_text())[app.url]["session"]["refresh_token"] != before


def test_an_administrator_invites_and_changes_accounts(app: GatewayApp) -> None:
    link = succeeded(sokhan_in_process(app, "invite", "--role", "viewer", "--name", "mina")).strip()
    assert "/register#invitation=" in link
    with app.client() as client:
        body = {"name": "mina", "password": PASSWORD, "invitation": link.partition("invitation=")[2]}
        assert client.post("/api/auth/register", json=body).status_code == 201
    assert "mina" in succeeded(sokhan_in_process(app, "users"))
    assert "mina: member, active" in succeeded(sokhan_in_process(app, "users", "set", "mina", "--role", "member"))
    only = sokhan_in_process(app, "users", "set", "parvin", "--role", "viewer")
    assert "only administrator" in failed(only)
    assert sokhan_in_process(app, "users", "set", "mina").returncode == 2


def test_a_key_is_shown_once_listed_and_revoked(app: GatewayApp) -> None:
    made = sokhan_in_process(app, "keys", "add", "سایت خبری", "--scope", "speech", "--scope", "read", "--days", "30")
    key = succeeded(made).strip()
    assert key.startswith("sk-sokhan-")
    listed = succeeded(sokhan_in_process(app, "keys"))
    assert "سایت خبری" in listed
    assert key.partition(".")[2] not in listed
    succeeded(sokhan_in_process(app, "keys", "delete", key.partition(".")[0]))
    assert "سایت خبری" not in succeeded(sokhan_in_process(app, "keys"))


def test_a_key_has_its_scopes_only(app: GatewayApp) -> None:
    key = succeeded(sokhan_in_process(app, "keys", "add", "script", "--scope", "read")).strip()
    with app.client() as client:
        me = client.get("/api/auth/me", headers={"Authorization": f"Bearer {key}"}).json()["data"]
    assert me["scopes"] == ["read"]


def test_logout_ends_it_here_and_there_and_login_begins_it_again(app: GatewayApp) -> None:
    access = json.loads(sessions(app).read_text())[app.url]["session"]["access_token"]
    assert "Signed out" in succeeded(sokhan_in_process(app, "logout"))
    assert json.loads(sessions(app).read_text()) == {}
    with app.client() as client:
        assert client.get("/api/auth/me", headers={"Authorization": f"Bearer {access}"}).status_code == 401
    assert "sokhan login" in failed(sokhan_in_process(app, "whoami"))
    assert "There is no session" in failed(sokhan_in_process(app, "logout"))
    wrong = sokhan_in_process(app, "login", "parvin", stdin="not the password\n")
    assert "wrong" in failed(wrong)
    assert "No password" in failed(sokhan_in_process(app, "login", "parvin"))
    succeeded(sokhan_in_process(app, "login", "parvin", stdin=f"{PASSWORD}\n"))


def test_the_machines_administrator_makes_another_link_without_an_account(app: GatewayApp) -> None:
    done = sokhan_in_process(app, "admin", "reset")
    assert "Administrators: parvin" in done.stderr
    link = succeeded(done).strip()
    with app.client() as client:
        body = {"name": "second", "password": PASSWORD, "invitation": link.partition("invitation=")[2]}
        assert client.post("/api/auth/register", json=body).json()["data"]["account"]["role"] == "admin"


def test_a_new_key_file_goes_before_the_old_one(app: GatewayApp) -> None:
    before = (app.data / "secret.key").read_text()
    succeeded(sokhan_in_process(app, "admin", "rotate-key"))
    after = (app.data / "secret.key").read_text().splitlines()
    assert len(after) == 2
    assert after[1] == before
    assert stat.S_IMODE((app.data / "secret.key").stat().st_mode) == 0o600
    app.restart()
    assert "parvin" in succeeded(sokhan_in_process(app, "whoami"))
