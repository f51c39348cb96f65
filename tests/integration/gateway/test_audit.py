"""Who did what: recorded, paged, exported, pruned."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway.audit.log import AuditLog
from services.gateway.auth.policy import ROUTES
from services.gateway.edge.audit import is_recorded
from shared.audit import AuditEntry, AuditRepository
from shared.store import open_store
from tests.support.accounts import PASSWORD, Person, accounts_app, first_admin, invited
from tests.support.gateway_app import GatewayApp
from tests.support.job_kit import Clock
from tests.support.sources import code


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with accounts_app(tmp_path_factory.mktemp("audit"), {"SOKHAN_FAILED_LOGINS_PER_MINUTE": "0"}) as built:
        yield built


@pytest.fixture(scope="module")
def admin(app: GatewayApp) -> Person:
    return first_admin(app)


@pytest.fixture(scope="module")
def sara(admin: Person) -> Person:
    return invited(admin, "sara")


def entries(admin: Person, **query: str) -> list[dict[str, object]]:
    with admin.gateway.client() as client:
        answer = client.get("/api/audit", params=query, headers=admin.headers)
    assert answer.status_code == 200, answer.text
    found = answer.json()["data"]
    assert isinstance(found, list)
    return found


def test_a_change_is_recorded_with_everything_that_was_asked_for(admin: Person, sara: Person) -> None:
    headers = sara.key("speech")
    with admin.gateway.client("127.0.0.5") as client:
        refused = client.post("/api/training", json={"recipe": "x"}, headers={**headers, "X-Request-Id": "by-key"})
    assert code(refused) == (403, "FORBIDDEN")
    (entry,) = [found for found in entries(admin, account="sara") if found["requestId"] == "by-key"]
    assert entry["action"] == "POST /api/training"
    assert entry["target"] == "/api/training"
    assert (entry["status"], entry["code"], entry["outcome"]) == (403, "FORBIDDEN", "refused")
    assert entry["address"] == "127.0.0.5"
    assert entry["key"]
    assert entry["time"]


def test_sign_ins_are_recorded_by_name_also_the_wrong_ones(app: GatewayApp, admin: Person, sara: Person) -> None:
    with app.client("127.0.3.1") as client:
        client.post("/api/auth/login", json={"name": sara.name, "password": "not the password"})
        client.post("/api/auth/login", json={"name": sara.name, "password": PASSWORD})
    found = [entry["outcome"] for entry in entries(admin, account="sara", action="POST /api/auth/login")]
    assert found == ["done", "refused"]


def test_every_route_that_changes_something_is_recorded() -> None:
    changes = {name for name in ROUTES if name.split(" ")[0] in {"POST", "PUT", "PATCH", "DELETE", "WS"}}
    unrecorded = {name for name in changes if not is_recorded(name)}
    assert unrecorded == {
        "POST /api/auth/refresh",
        "POST /api/auth/ticket",
        "POST /api/sources/download/plan",
        "PATCH /api/uploads/{id}",
    }


def test_reading_the_accounts_or_the_audit_is_recorded_too(admin: Person) -> None:
    admin.ask("GET", "/api/users")
    actions = [entry["action"] for entry in entries(admin)]
    assert "GET /api/users" in actions
    entries(admin)
    assert "GET /api/audit" in [entry["action"] for entry in entries(admin)]


def test_the_audit_is_an_administrators_and_nobody_can_change_it(admin: Person, sara: Person) -> None:
    assert code(sara.ask("GET", "/api/audit")) == (403, "FORBIDDEN")
    for method in ("DELETE", "PATCH", "PUT", "POST"):
        assert admin.ask(method, "/api/audit").status_code == 405


def test_pages_follow_each_other_without_a_gap(admin: Person) -> None:
    for number in range(7):
        admin.ask("POST", "/api/datasets", {"n": number})
    whole = entries(admin, action="POST /api/datasets", limit="100")
    paged: list[dict[str, object]] = []
    cursor: str | None = None
    with admin.gateway.client() as client:
        while True:
            query = {"action": "POST /api/datasets", "limit": "3"} | ({"cursor": cursor} if cursor else {})
            answer = client.get("/api/audit", params=query, headers=admin.headers).json()
            paged += answer["data"]
            cursor = answer["next"]
            if cursor is None:
                break
    assert [entry["id"] for entry in paged] == [entry["id"] for entry in whole]
    assert len(whole) == 7


def test_it_is_exported_as_json_lines_and_as_csv_without_formulas(admin: Person) -> None:
    admin.ask("DELETE", "/api/invitations/=cmd|'calc'!A1")
    lines = admin.ask("GET", "/api/audit/export?format=jsonl").text.splitlines()
    parsed = [json.loads(line) for line in lines]
    assert any(str(entry["target"]).endswith("=cmd|'calc'!A1") for entry in parsed)
    rows = list(csv.reader(io.StringIO(admin.ask("GET", "/api/audit/export?format=csv").text)))
    assert rows[0][:3] == ["id", "time", "account"]
    assert len(rows) >= len(lines)
    assert not [cell for row in rows[1:] for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_no_entry_has_a_secret_or_a_query(app: GatewayApp, admin: Person, sara: Person) -> None:
    with app.client() as client:
        client.post("/api/auth/password?token=in-a-query", json={"current": PASSWORD, "new": "x"}, headers=sara.headers)
    text = admin.ask("GET", "/api/audit/export").text
    for secret in (PASSWORD, sara.access, sara.refresh, "in-a-query"):
        assert secret not in text


def entry(clock: Clock, number: int) -> AuditEntry:
    return AuditEntry(
        id=str(number),
        created_at=clock(),
        owner="sara",
        route="POST /x",
        path="/x",
        status=200,
        outcome="done",
        request_id="r",
    )


async def test_entries_wait_for_a_store_that_does_not_answer_and_old_ones_go(tmp_path: Path) -> None:
    clock = Clock()
    store = await open_store(f"sqlite:///{tmp_path}/store.db")
    try:
        records = AuditRepository(store, clock)
        log = AuditLog(records, timedelta(days=1))
        for number in range(1200):
            log.add(entry(clock, number))
        await log.flush()
        await log.flush()
        assert await store.count("audit") == 1200
        clock.now += timedelta(days=2)
        log.add(entry(clock, 5000))
        await log.flush()
        assert await records.prune(timedelta(days=1)) == 1200
    finally:
        await store.close()
