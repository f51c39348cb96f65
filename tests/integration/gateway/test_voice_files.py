"""The files of installed voices over HTTP: for speech in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.gateway.assets.service import AssetsService
from shared.contracts.access import AssetAccess
from shared.contracts.assets import Asset, AssetKind
from shared.contracts.holding import owned_by
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.piper import write_piper_voice
from tests.support.sources import code

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PIPER = "/api/voices/~sara/amir/files"


def voice(asset_id: str, access: AssetAccess, **details: object) -> Asset:
    return Asset.model_validate({
        "id": asset_id, "kind": "model", "name": asset_id.rsplit("/", 1)[-1], "path": f"models/{asset_id}",
        "type": "piper", "size": 1, "file_count": 2, "status": "ready", "source": "local", "fingerprint": "f",
        "downloaded_at": NOW, "updated_at": NOW, "access": access,
        "details": {"speaks": True, "sampleRate": 16000}, **details,
    })  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with gateway_app(tmp_path_factory.mktemp("voices")) as built:
        for name in ("~sara/amir", "~sara/shared", "~sara/files", "~ali/zahra"):
            folder = write_piper_voice(built.data / "models" / name)
            (folder / ".sokhan-access.json").write_text("{}")
            (folder / "sokhan.json").write_text("{}")
        folder = built.data / "models" / "~sara" / "amir"
        (folder / "files").mkdir()
        (folder / "files" / "متن.txt").write_text("سلام")
        (folder / "secret.txt").symlink_to(built.data / "sokhan.db")
        (folder / "way").symlink_to(built.data)
        shared = owned_by("sara").model_copy(update={"visibility": "shared"})
        built.install(
            voice("~sara/amir", owned_by("sara")),
            voice("~sara/shared", shared),
            voice("~sara/files", owned_by("sara")),
            voice("~ali/zahra", owned_by("ali")),
            voice("ns/text", shared, type="text", details={}),
            voice("ns/broken", shared, status="error"),
        )
        yield built


def test_a_listing_has_the_voices_own_files(app: GatewayApp) -> None:
    with app.as_owner("sara"), app.client() as client:
        data = client.get(PIPER).json()["data"]
        assert (data["id"], data["engine"], data["sampleRate"]) == ("~sara/amir", "piper", 16000)
        assert [file["path"] for file in data["files"]] == ["voice.onnx", "voice.onnx.json", "files/متن.txt"]
        for file in data["files"]:
            answer = client.get(file["url"])
            assert (answer.status_code, len(answer.content)) == (200, file["size"])
        for name in ("amir", "local/amir", "~sara%2Famir"):
            assert client.get(f"/api/voices/{name}/files").json()["data"] == data


def test_a_file_is_served_in_parts_and_once(app: GatewayApp) -> None:
    with app.as_owner("sara"), app.client() as client:
        whole = client.get(f"{PIPER}/voice.onnx")
        assert whole.headers["cache-control"] == "private, no-cache"
        assert whole.headers["accept-ranges"] == "bytes"
        tag = whole.headers["etag"]
        part = client.get(f"{PIPER}/voice.onnx", headers={"Range": "bytes=10-19", "If-Range": tag})
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
        again = client.get(f"{PIPER}/voice.onnx", headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(f"{PIPER}/voice.onnx", headers={"If-None-Match": '"other"'}).status_code == 200
        head = client.head(f"{PIPER}/voice.onnx")
        assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))
        config = client.get(f"{PIPER}/voice.onnx.json")
        assert config.headers["content-type"] == "application/json"
        assert json.loads(config.content)["audio"]["sample_rate"] == 16000


@pytest.mark.parametrize(
    "path",
    [
        "none.onnx", "..%2Fshared%2Fvoice.onnx", "%2e%2e/%2e%2e/sokhan.db", "secret.txt", "way/sokhan.db",
        "sokhan.json", ".sokhan-access.json", "files", "%2Fetc%2Fpasswd", "a" * 300, "",
    ],
)  # fmt: skip
def test_nothing_else_is_found(app: GatewayApp, path: str) -> None:
    with app.as_owner("sara"), app.client() as client:
        answer = client.get(f"{PIPER}/{path}")
    if path not in {"", "files"}:  # addresses of a listing
        assert code(answer) == (404, "NOT_FOUND"), answer.text
    assert b"SQLite" not in answer.content


def test_a_path_of_many_folders_asks_for_two_voices_at_most(app: GatewayApp, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    find = AssetsService.find

    async def counted(self: AssetsService, kind: AssetKind, name: str, viewer: str) -> Asset | None:
        asked.append(name)
        return await find(self, kind, name, viewer)

    monkeypatch.setattr(AssetsService, "find", counted)
    with app.as_owner("sara"), app.client() as client:
        for start in ("amir2", "ns/none", "files/files"):
            asked.clear()
            assert code(client.get(f"/api/voices/{start}{'/files/a' * 499}")) == (404, "NOT_FOUND")
            assert len(asked) <= 2


def test_a_voice_may_have_the_name_files(app: GatewayApp) -> None:
    with app.as_owner("sara"), app.client() as client:
        answer = client.get("/api/voices/~sara/files/files/voice.onnx")
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", ["~sara/amir", "ns/text", "ns/broken", "ns/unknown", "espeak-fa"])
def test_what_is_not_a_voice_of_the_account_is_not_found(app: GatewayApp, name: str) -> None:
    with app.as_owner("ali"), app.client() as client:
        for path in ("", "/voice.onnx"):
            assert code(client.get(f"/api/voices/{name}/files{path}")) == (404, "NOT_FOUND")
        assert client.get("/api/voices/~sara/shared/files/voice.onnx").status_code == 200


def test_a_key_for_one_voice_reads_that_voice_only(app: GatewayApp) -> None:
    with app.as_owner("sara", voice="~sara/amir"), app.client() as client:
        assert client.get(f"{PIPER}/voice.onnx").status_code == 200
        assert client.get("/api/voices/alloy/files").json()["data"]["id"] == "~sara/amir"
        assert code(client.get("/api/voices/~sara/shared/files")) == (404, "NOT_FOUND")
        assert code(client.get("/api/voices/~sara/shared/files/voice.onnx")) == (404, "NOT_FOUND")
