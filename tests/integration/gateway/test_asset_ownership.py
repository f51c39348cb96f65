"""What each account is shown of the installed assets, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.contracts.access import INSTALLATION, AssetAccess, Role
from shared.contracts.assets import Asset, AssetKind
from shared.contracts.holding import owned_by
from shared.files import write_access
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.hub import TestHub
from tests.support.sources import ask, code, data

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SHARED = owned_by("sara").model_copy(update={"visibility": "shared"})
HELD = AssetAccess(owner=None, holders=("sara",))
ENTRY = "facebook/mms-tts-fas"
SIZE = 1000


def asset(kind: AssetKind, asset_id: str, access: AssetAccess, **details: object) -> Asset:
    return Asset.model_validate({
        "id": asset_id, "kind": kind, "name": asset_id.rsplit("/", 1)[-1], "path": f"{kind}s/{asset_id}",
        "type": "text", "size": SIZE, "file_count": 1, "status": "ready", "source": "local", "fingerprint": "f",
        "downloaded_at": NOW, "updated_at": NOW, "access": access, **details,
    })  # fmt: skip


OF_SARA = [
    asset("dataset", "~sara/texts", owned_by("sara")),
    asset("model", "~sara/voice", owned_by("sara")),
    asset("model", ENTRY, HELD, source="HuggingFace"),
    asset("checkpoint", "run/10", owned_by("sara"), path="checkpoints/run/10"),
]
OF_ALL = [asset("model", "~sara/shared", SHARED), asset("model", "sokhan/base", INSTALLATION)]
OF_LOCAL = [asset("dataset", "local/earlier", AssetAccess())]
LISTS = (
    "/api/assets", "/api/training/assets", "/api/catalog/models", "/api/catalog/datasets", "/api/sources/installed",
    "/api/datasets",
)  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[GatewayApp]:
    with gateway_app(tmp_path_factory.mktemp("accounts"), {"HF_ENDPOINT": hub.url}) as built:
        built.install(*OF_SARA, *OF_ALL, *OF_LOCAL)
        yield built


def shown(built: GatewayApp, path: str) -> set[str]:
    answer = data(built, "GET", path)
    items = answer.get("assets") or answer["all"] if isinstance(answer, dict) else answer
    return {item["id"] for item in items}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_what_the_account_may_see(installed: GatewayApp, path: str) -> None:
    everything = shown(installed, path)
    with installed.as_owner("sara"):
        of_sara = shown(installed, path)
    with installed.as_owner("ali"):
        of_ali = shown(installed, path)
    assert everything - of_sara <= {"local/earlier"}
    assert of_ali == of_sara - {asset.id for asset in OF_SARA}
    assert of_sara - of_ali


def test_totals_count_what_the_account_may_see(installed: GatewayApp) -> None:
    with installed.as_owner("ali"):
        totals = data(installed, "GET", "/api/assets")["totals"]
    assert (totals["count"], totals["ready"], totals["bytes"]) == (2, 2, 2 * SIZE)


def test_a_view_says_whose_it_is_and_names_no_holder(installed: GatewayApp) -> None:
    for owner, mine in (("sara", True), ("ali", False)):
        with installed.as_owner(owner):
            views = {view["id"]: view for view in data(installed, "GET", "/api/assets")["assets"]}
        shared, base = views["~sara/shared"], views["sokhan/base"]
        assert (shared["owner"], shared["visibility"], shared["mine"]) == ("sara", "shared", mine)
        assert (base["owner"], base["visibility"], base["mine"]) == (None, "shared", False)
        assert all("holders" not in str(view) and "access" not in view for view in views.values())
    assert all(view["mine"] for view in data(installed, "GET", "/api/assets")["assets"]), "without accounts"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/datasets/{id}", None),
        ("DELETE", "/api/sources/installed/{id}", None),
        ("POST", "/api/sources/installed/verify", {"id": "{id}"}),
        ("PATCH", "/api/assets/{id}", {"visibility": "shared"}),
    ],
)
def test_a_private_id_is_answered_like_one_that_does_not_exist(
    installed: GatewayApp, method: str, path: str, body: dict[str, str] | None
) -> None:
    def answer(asset_id: str) -> object:
        sent = {name: value.format(id=asset_id) for name, value in body.items()} if body else None
        refused = ask(installed, method, path.format(id=asset_id), sent)
        assert code(refused) == (404, "NOT_FOUND")
        error = refused.json()["error"]
        return str({**error, "request_id": ""}).replace(asset_id, "ID")

    with installed.as_owner("ali"):
        assert answer("~sara/texts") == answer("~sara/nothing")
        assert answer("local/earlier") == answer("local/nothing")


def test_an_account_names_its_own_as_local(installed: GatewayApp) -> None:
    with installed.as_owner("sara"):
        for name in ("local/texts", "texts", "~sara/texts"):
            assert data(installed, "GET", f"/api/datasets/{name}")["id"] == "~sara/texts"


def test_only_the_full_id_is_removed(installed: GatewayApp) -> None:
    """A repeated request for an id that is gone must not remove what else the name may mean."""
    with installed.as_owner("sara"):
        for name in ("local/texts", "texts"):
            assert code(ask(installed, "DELETE", f"/api/sources/installed/{name}")) == (404, "NOT_FOUND")
        assert data(installed, "GET", "/api/datasets/~sara/texts")["id"] == "~sara/texts"


def test_an_entry_of_the_catalog_is_installed_only_for_who_may_see_it(installed: GatewayApp) -> None:
    for owner, expected in (("sara", True), ("ali", False)):
        with installed.as_owner(owner):
            items = {item["id"]: item for item in data(installed, "GET", "/api/sources/catalog")}
            one = data(installed, "GET", f"/api/sources/catalog/{ENTRY}")
        for item in (items[ENTRY], one):
            assert (item["installed"], item["status"]) == (expected, "ready" if expected else None)


def test_updates_and_progress_are_of_what_the_account_may_see(installed: GatewayApp) -> None:
    progress = f"/api/models/download/progress?modelId={ENTRY}"
    with installed.as_owner("sara"):
        assert [view["id"] for view in data(installed, "GET", "/api/sources/installed/updates")] == [ENTRY]
        assert '"status":"done"' in ask(installed, "GET", progress).text
    with installed.as_owner("ali"):
        assert data(installed, "GET", "/api/sources/installed/updates") == []
        assert code(ask(installed, "GET", progress)) == (404, "NOT_FOUND")


def test_a_plan_counts_the_bytes_that_the_account_has(installed: GatewayApp, hub: TestHub) -> None:
    hub.put("ns/held", {"weights.bin": bytes(3000)})
    folder = installed.data / "models" / "ns" / "held"
    folder.mkdir(parents=True)
    (folder / "weights.bin").write_bytes(bytes(3000))
    wish = {"modelId": "ns/held", "include": ["weights.bin"]}
    for access, of_sara in ((None, 0), (HELD, 3000)):
        if access is not None:
            write_access(folder, access)
        for owner, expected in (("sara", of_sara), ("ali", 0)):
            with installed.as_owner(owner):
                assert data(installed, "POST", "/api/sources/download/plan", wish)["bytesHere"] == expected
    assert data(installed, "POST", "/api/sources/download/plan", wish)["bytesHere"] == 3000, "without accounts"


def test_the_installations_is_an_administrators_to_remove(installed: GatewayApp) -> None:
    with installed.as_owner("ali"):
        assert code(ask(installed, "DELETE", "/api/sources/installed/sokhan/base")) == (403, "FORBIDDEN")
        assert code(ask(installed, "DELETE", "/api/sources/installed/~sara/shared")) == (403, "FORBIDDEN")
        change = {"visibility": "private"}
        assert code(ask(installed, "PATCH", "/api/assets/~sara/shared", change)) == (403, "FORBIDDEN")
    with installed.as_owner("root", Role.ADMIN):
        assert code(ask(installed, "DELETE", "/api/sources/installed/~sara/shared")) == (403, "FORBIDDEN")


def test_a_name_is_taken_only_within_the_account(installed: GatewayApp) -> None:
    (installed.data / "datasets" / "~sara" / "texts").mkdir(parents=True)
    content = {"data": {"name": "texts"}, "files": {"file": ("a.jsonl", b"{}")}}
    with installed.as_owner("sara"), installed.client() as client:
        refused = client.post("/api/datasets", **content)  # type: ignore[arg-type]
    assert code(refused) == (409, "CONFLICT")
    assert "~sara/texts" in refused.json()["error"]["message"]


def test_a_quota_counts_the_accounts_own_data_sets(tmp_path: Path) -> None:
    with gateway_app(tmp_path, {"SOKHAN_STORED_BYTES_PER_OWNER": str(SIZE)}) as built:
        built.install(asset("dataset", "~sara/texts", SHARED), asset("dataset", "ns/held", HELD, source="HuggingFace"))
        for owner, expected in (("sara", (507, "NO_SPACE")), ("ali", (422, "VALIDATION"))):
            with built.as_owner(owner), built.client() as client:
                assert code(client.post("/api/datasets", content=b"")) == expected
