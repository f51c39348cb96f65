"""An account is deleted with a plan; what it shared stays, by choice; and everything can be given to an account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.contracts.access import AssetAccess
from shared.contracts.assets import Asset
from shared.contracts.holding import owned_by
from shared.files import read_access, write_access
from tests.support.accounts import ADMIN, PASSWORD, Person, accounts_app, first_admin, invited
from tests.support.command_in_process import sokhan_in_process
from tests.support.command_line import failed, succeeded
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.sources import ask, code, data

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_scanner_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.assets.refresh._LIMIT_S", 0.05)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[GatewayApp]:
    with accounts_app(tmp_path) as built:
        yield built


@pytest.fixture
def admin(app: GatewayApp) -> Person:
    return first_admin(app)


def on_disk(app: GatewayApp, asset_id: str, access: AssetAccess, **more: object) -> Path:
    """A data set, as the scanner has found it."""
    folder = app.data / "datasets" / asset_id
    folder.mkdir(parents=True)
    (folder / "texts.txt").write_text("سلام دنیا\n", encoding="utf-8")
    write_access(folder, access)
    app.install(
        Asset.model_validate({
            "id": asset_id, "kind": "dataset", "name": asset_id.rpartition("/")[2], "path": f"datasets/{asset_id}",
            "type": "text", "size": 100, "file_count": 1, "status": "ready", "source": "local", "fingerprint": "f",
            "downloaded_at": NOW, "updated_at": NOW, "access": access, **more,
        })
    )  # fmt: skip
    return folder


def test_the_plan_says_what_goes_and_what_may_stay_and_changes_nothing(app: GatewayApp, admin: Person) -> None:
    sara = invited(admin, "sara")
    on_disk(app, "~sara/private", owned_by("sara"))
    on_disk(app, "~sara/shared", owned_by("sara").model_copy(update={"visibility": "shared"}))
    sara.data("POST", "/api/sources/download", {"modelId": "ns/some"})
    sara.key("read")
    plan = admin.data("GET", "/api/users/sara/deletion")
    assert [item["id"] for item in plan["shared"]] == ["~sara/shared"]  # type: ignore[attr-defined]
    assert [item["id"] for item in plan["removed"]] == ["~sara/private"]  # type: ignore[attr-defined]
    assert (plan["bytesRemoved"], plan["activeJobs"], plan["apiKeys"]) == (100, 1, 1)
    assert sara.ask("GET", "/api/auth/me").status_code == 200
    assert code(sara.ask("GET", "/api/users/sara/deletion")) == (403, "FORBIDDEN")


def test_what_was_shared_goes_to_an_administrator_and_the_rest_goes_away(app: GatewayApp, admin: Person) -> None:
    sara = invited(admin, "sara")
    private = on_disk(app, "~sara/private", owned_by("sara"))
    shared = on_disk(app, "~sara/shared", owned_by("sara").model_copy(update={"visibility": "shared"}))
    both = on_disk(app, "ns/held", AssetAccess(owner=None, holders=("ali", "sara")), source="HuggingFace")
    key = sara.key("read")
    sara.data("POST", "/api/sources/download", {"modelId": "ns/some"})
    done = admin.data("DELETE", "/api/users/sara")
    assert done["removed"] == ["ns/held", "~sara/private"]
    assert not private.exists()
    access = read_access(shared)
    assert access is not None
    assert (access.owner, access.visibility) == (ADMIN, "shared")
    left = read_access(both)
    assert left is not None
    assert left.holders == ("ali",)
    assert sara.ask("GET", "/api/auth/me").status_code == 401
    with app.client() as client:
        assert client.get("/api/auth/me", headers=key).status_code == 401
        again = client.post("/api/auth/login", json={"name": "sara", "password": PASSWORD})
        assert code(again) == (401, "UNAUTHENTICATED")
    assert code(admin.ask("GET", "/api/users/sara")) == (404, "NOT_FOUND")
    invitation = admin.data("POST", "/api/invitations", {})["invitation"]
    with app.client() as client:
        body = {"name": "sara", "password": PASSWORD, "invitation": invitation}
        assert code(client.post("/api/auth/register", json=body)) == (409, "CONFLICT"), "the name stays taken"


def test_or_everything_goes_away(app: GatewayApp, admin: Person) -> None:
    invited(admin, "sara")
    shared = on_disk(app, "~sara/shared", owned_by("sara").model_copy(update={"visibility": "shared"}))
    admin.data("DELETE", "/api/users/sara?shared=remove")
    assert not shared.exists()


def test_the_only_administrator_and_a_receiver_who_is_none_are_refused(admin: Person) -> None:
    assert code(admin.ask("DELETE", f"/api/users/{ADMIN}")) == (409, "CONFLICT")
    invited(admin, "sara")
    invited(admin, "ali")
    invited(admin, "former", "admin")
    admin.data("PATCH", "/api/users/former", {"state": "disabled"})
    for to in ("ali", "sara", "former", "nobody"):
        assert code(admin.ask("DELETE", f"/api/users/sara?to={to}")) == (422, "VALIDATION")
    assert code(admin.ask("DELETE", "/api/users/nobody")) == (404, "NOT_FOUND")


def test_from_off_to_accounts_and_back_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "platform"
    with gateway_app(folder) as off:
        job = str(data(off, "POST", "/api/sources/download", {"modelId": "ns/some"})["id"])
        dataset = on_disk(off, "local/texts", owned_by("local"))
        data(off, "PUT", "/api/settings/huggingface/token", {"token": "hf_of_the_laptop"})
    with accounts_app(folder) as accounts:
        sara = invited(first_admin(accounts), "sara")
        assert code(sara.ask("GET", f"/api/sources/download/{job}")) == (404, "NOT_FOUND")
        assert sara.ask("GET", "/api/datasets").json()["data"] == []
        unknown = sokhan_in_process(accounts, "admin", "give", "--to", "nobody")
        assert "no account nobody" in failed(unknown)
        done = json.loads(succeeded(sokhan_in_process(accounts, "admin", "give", "--to", "sara", "--json")))
        assert (done["jobs"]["download"], done["assets"]) == (1, ["dataset:local/texts"])
        again = json.loads(succeeded(sokhan_in_process(accounts, "admin", "give", "--to", "sara", "--json")))
        assert (again["jobs"]["download"], again["assets"]) == (0, [])
        assert sara.data("GET", f"/api/sources/download/{job}")["owner"] == "sara"
        assert sara.data("GET", "/api/settings")["huggingface"] == {"hasToken": True}
        access = read_access(dataset)
        assert access is not None
        assert (access.owner, access.visibility) == ("sara", "private")
        later = str(sara.data("POST", "/api/sources/download", {"modelId": "ns/later"})["id"])
    with gateway_app(folder) as back:
        listed = {item["id"] for item in ask(back, "GET", "/api/sources/downloads").json()["data"]}
        assert listed == {job, later}
        assert [item["id"] for item in ask(back, "GET", "/api/datasets").json()["data"]] == ["local/texts"]
        assert ask(back, "DELETE", f"/api/sources/download/{later}").status_code == 200
