"""What happens between two steps of a request: passwords, roles and limits hold all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.gateway.auth.passwords import Passwords
from shared.accounts import Account, AccountRepository, LoginFailures
from shared.contracts.access import Role
from shared.contracts.errors import Conflict, RateLimited
from shared.service.runtime import utc_now
from shared.store import Store, open_store
from tests.support.accounts import PASSWORD, Person, accounts_app, first_admin, invited
from tests.support.gateway_app import GatewayApp
from tests.support.sources import code

NEW = "another long sentence, written later"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with accounts_app(tmp_path_factory.mktemp("accounts")) as built:
        yield built


@pytest.fixture(scope="module")
def admin(app: GatewayApp) -> Person:
    return first_admin(app)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path}/test.db")
    yield opened
    await opened.close()


@pytest.fixture
async def two(store: Store) -> tuple[AccountRepository, list[Account]]:
    """Two administrators."""
    accounts = AccountRepository(store, utc_now)
    return accounts, [await accounts.create(name, "hash", Role.ADMIN) for name in ("parvin", "omid")]


@pytest.mark.parametrize("change", [{"role": "member"}, {"state": "disabled"}])
async def test_two_administrators_cannot_take_the_role_from_each_other(
    two: tuple[AccountRepository, list[Account]], change: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts, both = two

    async def both_have_passed_it(_: Account) -> None:
        return

    monkeypatch.setattr(accounts, "check_can_lose_admin", both_have_passed_it)
    outcomes = await asyncio.gather(
        *(accounts.change_keeping_admin(account, **change) for account in both), return_exceptions=True
    )
    assert any(isinstance(outcome, Conflict) for outcome in outcomes)
    assert await accounts.has_admin()


async def test_a_newer_hash_does_not_undo_a_new_password(two: tuple[AccountRepository, list[Account]]) -> None:
    accounts, (read, _) = two
    await accounts.change(read.id, password_hash="of a new password")
    assert await accounts.replace_hash(read, "a newer hash of the old one") is None
    assert (await accounts.get(read.id)).password_hash == "of a new password"


async def test_guesses_at_once_are_no_more_than_guesses_in_a_row(store: Store) -> None:
    failures = LoginFailures(store, utc_now)
    guessed: list[int] = []

    async def guess(number: int) -> None:
        async with failures.attempt("sara", "10.0.0.0/24"):
            await asyncio.sleep(0)
            guessed.append(number)
            await failures.add("sara", "10.0.0.0/24")

    outcomes = await asyncio.gather(*(guess(number) for number in range(20)), return_exceptions=True)
    assert len(guessed) == 3
    assert sum(isinstance(outcome, RateLimited) for outcome in outcomes) == 17


@pytest.mark.parametrize("change", [{"password": NEW}, {"state": "disabled"}])
def test_a_login_that_began_before_the_change_has_no_session_after_it(
    app: GatewayApp, admin: Person, change: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = invited(admin, f"slow-{next(iter(change))}")
    verify = Passwords.verify

    async def verify_slowly(self: Passwords, stored: str | None, password: str) -> bool:
        right = await verify(self, stored, password)
        await asyncio.to_thread(admin.data, "PATCH", f"/api/users/{person.name}", change)
        return right

    monkeypatch.setattr(Passwords, "verify", verify_slowly)
    with app.client() as client:
        answer = client.post("/api/auth/login", json={"name": person.name, "password": PASSWORD})
    monkeypatch.undo()
    assert code(answer) == (401, "UNAUTHENTICATED")
    admin.data("PATCH", f"/api/users/{person.name}", {"state": "active", "password": NEW})
    with app.client() as client:
        again = client.post("/api/auth/login", json={"name": person.name, "password": NEW}).json()["data"]
        listed = client.get("/api/auth/sessions", headers={"Authorization": f"Bearer {again['accessToken']}"})
    assert len(listed.json()["data"]) == 1


def test_an_invented_refresh_token_does_not_end_a_session(app: GatewayApp, admin: Person) -> None:
    """The id is in access tokens and in the audit."""
    person = invited(admin, "known-id")
    session = person.data("GET", "/api/auth/me")["session"]
    with app.client() as client:
        for secret in ("A" * 43, person.refresh.partition(".")[2][:-1] + "_", "A" * 65):
            answer = client.post("/api/auth/refresh", json={"refreshToken": f"{session}.{secret}"})
            assert code(answer) == (401, "UNAUTHENTICATED")
        assert client.post("/api/auth/refresh", json={"refreshToken": person.refresh}).status_code == 200


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"state": "disabled"}])
def test_invitations_of_a_former_administrator_are_void(app: GatewayApp, admin: Person, change: dict[str, str]) -> None:
    former = invited(admin, f"former-{next(iter(change))}", "admin")
    invitation = former.data("POST", "/api/invitations", {"role": "admin"})["invitation"]
    admin.data("PATCH", f"/api/users/{former.name}", change)
    with app.client() as client:
        answer = client.post(
            "/api/auth/register", json={"name": "back-again", "password": PASSWORD, "invitation": invitation}
        )
    assert code(answer) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        ("read", "POST", "/api/settings", {"downloadBandwidth": 1000}),
        ("speech", "POST", "/api/settings", {"theme": "dark"}),
        ("speech", "POST", "/api/lexicon", {"word": "سلام", "reading": "درود", "level": "installation"}),
    ],
)
def test_an_administrators_key_without_the_scope_changes_nothing_of_the_installation(
    admin: Person, scope: str, method: str, path: str, body: dict[str, object]
) -> None:
    key = admin.key(scope)
    assert code(admin.ask(method, path, body, **key)) == (403, "FORBIDDEN")


@pytest.mark.parametrize("name", ["پر\x00وین", "a\nb", "a\u2028b", "\x1b[31mred"])
def test_names_that_others_read_are_one_line(admin: Person, name: str) -> None:
    assert code(admin.ask("PATCH", f"/api/users/{admin.name}", {"displayName": name}))[0] == 422
    assert code(admin.ask("POST", "/api/auth/keys", {"name": name}))[0] == 422
    assert admin.data("PATCH", f"/api/users/{admin.name}", {"displayName": "می‌خواهم"})["displayName"] == "می‌خواهم"
