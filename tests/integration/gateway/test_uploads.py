"""Resumable uploads (tus 1.0) against the gateway's application: the protocol, its limits and its owners."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.accounts import PASSWORD, Person, accounts_app, first_admin, invited
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.sources import code
from tests.support.tus import VERSION, Tus, metadata

LIMIT = 100_000
ENVIRONMENT = {"SOKHAN_UPLOAD_MAX_BYTES": str(LIMIT), "SOKHAN_OPEN_UPLOADS_PER_OWNER": "0"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with gateway_app(tmp_path_factory.mktemp("uploads"), ENVIRONMENT) as built:
        yield built


@pytest.fixture
def tus(app: GatewayApp) -> Iterator[Tus]:
    with app.client() as client:
        yield Tus(client)


def stored(app: GatewayApp, path: str, suffix: str = ".data") -> Path:
    return app.data / "uploads" / "resumable" / f"{path.rpartition('/')[2]}{suffix}"


def clean_up(app: GatewayApp) -> int:
    assert app._gateway is not None
    assert app._portal is not None
    return app._portal.call(app._gateway.uploads.clean_up)


def test_options_states_the_version_and_the_limits(app: GatewayApp) -> None:
    with app.client() as client:
        answer = client.options("/api/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination,expiration"
    assert answer.headers["tus-max-size"] == str(LIMIT)


def test_an_upload_arrives_in_parts(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(10, filename="صدا.zip")
    first = tus.send(path, b"01234", 0)
    assert (first.status_code, first.headers["upload-offset"]) == (204, "5")
    assert first.headers["tus-resumable"] == "1.0.0"
    head = tus.ask("HEAD", path)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("5", "10")
    assert head.headers["upload-metadata"] == metadata(filename="صدا.zip")
    assert head.headers["cache-control"] == "no-store"
    assert head.content == b""
    assert tus.send(path, b"56789", 5).headers["upload-offset"] == "10"
    assert stored(app, path).read_bytes() == b"0123456789"
    shown = tus.client.get(path).json()["data"]
    assert (shown["complete"], shown["fileName"]) == (True, "صدا.zip")
    assert shown["id"] in {item["id"] for item in tus.client.get("/api/uploads").json()["data"]}


def test_only_its_owner_can_read_the_files(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(3)
    for suffix in (".data", ".json"):
        assert not stat.S_IMODE(stored(app, path, suffix).stat().st_mode) & 0o002


def test_it_expires_a_week_after_the_last_byte(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(5)
    created = tus.ask("HEAD", path).headers["upload-expires"]
    touched = stored(app, path).stat().st_mtime
    assert abs(parsedate_to_datetime(created).timestamp() - touched - 7 * 86_400) < 2
    old = touched - 7 * 86_400 - 1
    os.utime(stored(app, path), (old, old))
    assert tus.ask("HEAD", path).status_code == 404
    assert code(tus.send(path, b"x", 0)) == (404, "NOT_FOUND")
    fresh = tus.create(5)
    assert clean_up(app) == 1
    assert not stored(app, path).exists()
    assert not stored(app, path, ".json").exists()
    assert tus.offset(fresh) == 0


def test_a_wrong_version_is_refused_with_ours(tus: Tus) -> None:
    for version in ({}, {"Tus-Resumable": "0.2.2"}):
        answer = tus.client.post("/api/uploads", headers={"Upload-Length": "1", **version})
        assert code(answer) == (412, "VALIDATION")
        assert answer.headers["tus-version"] == "1.0.0"


@pytest.mark.parametrize("length", ["", "-1", "1.5", "x", "٣", "1" * 30])
def test_a_length_that_is_no_number_is_refused(tus: Tus, length: str) -> None:
    headers = [(b"Tus-Resumable", b"1.0.0"), (b"Upload-Length", length.encode())]
    answer = tus.client.post("/api/uploads", headers=headers)
    assert code(answer) == (422, "VALIDATION")


def test_deferred_length_and_concatenation_are_not_offered(tus: Tus) -> None:
    assert code(tus.ask("POST", "/api/uploads", Upload_Defer_Length="1")) == (422, "VALIDATION")
    assert code(tus.ask("POST", "/api/uploads", Upload_Length="1", Upload_Concat="partial")) == (422, "VALIDATION")


def test_exactly_the_limit_is_accepted_and_one_byte_more_is_not(app: GatewayApp, tus: Tus) -> None:
    assert code(tus.ask("POST", "/api/uploads", Upload_Length=str(LIMIT + 1))) == (413, "TOO_LARGE")
    path = tus.create(LIMIT)
    assert tus.send(path, bytes(LIMIT), 0).headers["upload-offset"] == str(LIMIT)
    assert stored(app, path).stat().st_size == LIMIT


def test_nothing_is_written_beyond_the_length(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(4)
    assert code(tus.send(path, b"12345", 0)) == (413, "TOO_LARGE")
    assert tus.offset(path) == 0

    def chunked() -> Iterator[bytes]:
        yield b"123"
        yield b"456"

    headers = VERSION | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert code(tus.client.patch(path, content=chunked(), headers=headers)) == (413, "TOO_LARGE")
    assert stored(app, path).read_bytes() == b"1234"


def test_a_file_without_a_byte_is_complete_at_once(tus: Tus) -> None:
    path = tus.create(0)
    assert tus.client.get(path).json()["data"]["complete"] is True
    assert tus.send(path, b"", 0).status_code == 204
    body = {"uploadId": path.rpartition("/")[2], "name": "nothing"}
    assert code(tus.client.post("/api/datasets/imports", json=body)) == (422, "VALIDATION")


def test_a_wrong_offset_and_a_wrong_type_are_refused(tus: Tus) -> None:
    path = tus.create(10)
    tus.send(path, b"0123", 0)
    assert code(tus.send(path, b"x", 0)) == (409, "CONFLICT")
    assert code(tus.send(path, b"x", 9)) == (409, "CONFLICT")
    assert code(tus.ask("PATCH", path, b"x", Upload_Offset="4", Content_Type="application/json")) == (415, "VALIDATION")
    assert code(tus.ask("PATCH", path, b"x", Content_Type="application/offset+octet-stream")) == (422, "VALIDATION")
    assert tus.offset(path) == 4


def test_a_second_writer_is_locked_out(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(10)
    with stored(app, path).open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert code(tus.send(path, b"x", 0)) == (423, "CONFLICT")
        assert tus.offset(path) == 0
    assert tus.send(path, b"x", 0).status_code == 204


def test_a_method_can_be_overridden_for_old_proxies(tus: Tus) -> None:
    path = tus.create(3)
    answer = tus.ask(
        "POST", path, b"abc", X_HTTP_Method_Override="PATCH", Upload_Offset="0",
        Content_Type="application/offset+octet-stream",
    )  # fmt: skip
    assert (answer.status_code, answer.headers.get("upload-offset")) == (204, "3")


@pytest.mark.parametrize(
    "header",
    ["filename @@@", "filename ////w==", ",", "a b c", "filename YQ==,filename YQ==", "n\x7fme YQ==", "x" * 5000,
     ",".join(f"k{n} YQ==" for n in range(30))],
)  # fmt: skip
def test_hostile_metadata_is_refused(tus: Tus, header: str) -> None:
    answer = tus.ask("POST", "/api/uploads", Upload_Length="1", Upload_Metadata=header)
    assert code(answer) == (422, "VALIDATION")


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\windows\\passwd", "a/b/passwd"])
def test_a_path_in_the_file_name_is_only_a_name(app: GatewayApp, tus: Tus, name: str) -> None:
    path = tus.create(1, filename=name)
    assert tus.client.get(path).json()["data"]["fileName"] == "passwd"
    assert {entry.name.partition(".")[2] for entry in stored(app, path).parent.iterdir()} <= {"data", "json"}


@pytest.mark.parametrize("id", ["..", "%2e%2e%2fsokhan.db", "A" * 32, "x" * 500, "0" * 32])
def test_an_unknown_id_is_not_found(tus: Tus, id: str) -> None:
    assert tus.ask("HEAD", f"/api/uploads/{id}").status_code in {404, 405}


def test_the_remains_of_killed_processes_are_removed(app: GatewayApp, tus: Tus) -> None:
    whole, without_record, without_bytes = tus.create(5), tus.create(5), tus.create(5)
    stored(app, without_record, ".json").unlink()
    stored(app, without_bytes).unlink()
    (stored(app, whole).parent / ".x.json.0.tmp").write_bytes(b"{")
    assert clean_up(app) == 0
    for path in stored(app, whole).parent.iterdir():
        if not path.name.startswith(whole.rpartition("/")[2]):
            os.utime(path, (time.time() - 2 * 86_400,) * 2)
    tus.send(whole, b"ab", 0)
    clean_up(app)
    assert not stored(app, without_record).exists()
    assert not stored(app, without_bytes, ".json").exists()
    assert tus.offset(whole) == 2


def test_a_deleted_upload_is_gone(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(5)
    tus.send(path, b"ab", 0)
    answer = tus.ask("DELETE", path)
    assert (answer.status_code, answer.headers["tus-resumable"]) == (204, "1.0.0")
    assert tus.ask("HEAD", path).status_code == 404
    assert not stored(app, path).exists()


def test_a_full_disk_is_said_before_a_byte_is_sent(app: GatewayApp, tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tus.create(5)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    assert code(tus.ask("POST", "/api/uploads", Upload_Length="9")) == (507, "NO_SPACE")
    assert code(tus.send(path, b"abc", 0)) == (507, "NO_SPACE")
    monkeypatch.undo()
    assert tus.send(path, b"abc", 0).status_code == 204


def test_it_survives_a_restart(app: GatewayApp) -> None:
    with app.client() as client:
        path = Tus(client).create(6, filename="a.zip")
        Tus(client).send(path, b"abc", 0)
    app.restart()
    with app.client() as client:
        assert Tus(client).offset(path) == 3
        assert Tus(client).send(path, b"def", 3).status_code == 204
    assert stored(app, path).read_bytes() == b"abcdef"


def imported(tus: Tus, path: str, name: str) -> tuple[int, dict[str, object]]:
    answer = tus.client.post(
        "/api/datasets/imports", json={"uploadId": path.rpartition("/")[2], "name": name}, headers=tus.headers
    )
    return answer.status_code, answer.json()


def test_an_import_takes_the_upload_once(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(4, filename="a.jsonl")
    status, answer = imported(tus, path, "early")
    assert (status, answer["error"]["code"]) == (409, "CONFLICT")  # type: ignore[index]
    tus.send(path, b"data", 0)
    for name in ("../up", ".hidden", "a/b"):
        assert imported(tus, path, name)[0] == 422
    inode = stored(app, path).stat().st_ino
    status, first = imported(tus, path, "right")
    assert status == 202
    moved = app.data / "uploads" / path.rpartition("/")[2]
    assert moved.stat().st_ino == inode
    assert moved.read_bytes() == b"data"
    assert tus.ask("HEAD", path).status_code == 404
    assert imported(tus, path, "right")[1]["data"]["jobId"] == first["data"]["jobId"]  # type: ignore[index]


def test_an_interrupted_import_can_be_repeated(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(4)
    tus.send(path, b"data", 0)
    # As a gateway leaves it that is killed after the move.
    stored(app, path).rename(app.data / "uploads" / path.rpartition("/")[2])
    assert tus.offset(path) == 4
    assert imported(tus, path, "again")[0] == 202
    assert not stored(app, path, ".json").exists()


@pytest.mark.parametrize("expires", [False, True])
def test_the_bytes_of_a_queued_import_stay_without_their_record(app: GatewayApp, tus: Tus, *, expires: bool) -> None:
    path = tus.create(4)
    tus.send(path, b"data", 0)
    record = stored(app, path, ".json").read_bytes()
    assert imported(tus, path, f"queued-{expires}".lower())[0] == 202
    # As a gateway leaves it that is killed between the job and the removal of the record.
    stored(app, path, ".json").write_bytes(record)
    moved = app.data / "uploads" / path.rpartition("/")[2]
    if expires:
        os.utime(moved, (time.time() - 8 * 86_400,) * 2)
        assert clean_up(app) >= 1
    else:
        assert tus.ask("DELETE", path).status_code == 204
    assert moved.read_bytes() == b"data"
    assert not stored(app, path, ".json").exists()


def test_an_interrupted_import_is_removed_with_its_bytes(app: GatewayApp, tus: Tus) -> None:
    path = tus.create(4)
    tus.send(path, b"data", 0)
    moved = app.data / "uploads" / path.rpartition("/")[2]
    stored(app, path).rename(moved)
    assert tus.ask("DELETE", path).status_code == 204
    assert not moved.exists()


def test_an_import_of_an_old_upload_is_new_to_the_scanner(app: GatewayApp, tus: Tus) -> None:
    for interrupted in (False, True):
        path = tus.create(4)
        tus.send(path, b"data", 0)
        moved = app.data / "uploads" / path.rpartition("/")[2]
        if interrupted:
            stored(app, path).rename(moved)
        os.utime(moved if interrupted else stored(app, path), (time.time() - 2 * 86_400,) * 2)
        assert imported(tus, path, f"old-{interrupted}".lower())[0] == 202
        assert time.time() - moved.stat().st_mtime < 60


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Person, Person]]:
    environment = {
        "SOKHAN_OPEN_UPLOADS_PER_OWNER": "2",
        "SOKHAN_STORED_BYTES_PER_OWNER": "5000",
        "SOKHAN_CORS_ORIGINS": "https://pages.example",
    }
    with accounts_app(tmp_path_factory.mktemp("accounts"), environment) as built:
        admin = first_admin(built)
        yield admin, invited(admin, "sara")


def test_an_upload_of_somebody_else_is_not_found(accounts: tuple[Person, Person]) -> None:
    admin, sara = accounts
    with admin.gateway.client() as client:
        own, other = Tus(client, sara.headers), Tus(client, admin.headers)
        path = own.create(4)
        assert own.send(path, b"ab", 0).status_code == 204
        assert other.ask("HEAD", path).status_code == 404
        assert code(other.send(path, b"cd", 2)) == (404, "NOT_FOUND")
        assert code(other.ask("DELETE", path)) == (404, "NOT_FOUND")
        assert code(other.ask("GET", path)) == (404, "NOT_FOUND")
        assert imported(other, path, "stolen")[0] == 404
        assert other.ask("GET", "/api/uploads").json()["data"] == []
        own.send(path, b"cd", 2)
        assert imported(own, path, "mine")[0] == 202
        assert imported(other, path, "mine")[0] == 404


def test_an_idempotency_key_reaches_nobody_elses_upload(
    accounts: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, sara = accounts
    monkeypatch.setattr("services.gateway.datasets.service._WAIT_S", 0.0)
    with admin.gateway.client() as client:
        own, other = Tus(client, sara.headers), Tus(client, admin.headers)
        path = own.create(4)
        forged = admin.headers | {"Idempotency-Key": f"upload:{path.rpartition('/')[2]}"}
        form = {"data": {"name": "forged"}, "files": {"file": ("a.txt", b"x")}}
        posted = client.post("/api/datasets", headers=forged, **form)  # type: ignore[arg-type]
        assert posted.status_code == 202
        imported(other, path, "forged")
        assert own.offset(path) == 0
        own.ask("DELETE", path)


def test_the_uploads_of_a_deleted_account_are_removed(
    accounts: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.assets.refresh._LIMIT_S", 0.05)  # there is no scanner
    admin = accounts[0]
    omid = invited(admin, "omid")
    with admin.gateway.client() as client:
        path = Tus(client, omid.headers).create(4)
        answer = client.delete("/api/users/omid?shared=remove", headers=admin.headers)
    assert answer.status_code == 200, answer.text
    assert not stored(admin.gateway, path).exists()
    assert not stored(admin.gateway, path, ".json").exists()


def test_the_number_and_the_bytes_of_open_uploads_are_limited(accounts: tuple[Person, Person]) -> None:
    admin, _ = accounts
    with admin.gateway.client() as client:
        tus = Tus(client, admin.headers)
        assert code(tus.ask("POST", "/api/uploads", Upload_Length="6000")) == (507, "NO_SPACE")
        first = tus.create(4000)
        assert code(tus.ask("POST", "/api/uploads", Upload_Length="2000")) == (507, "NO_SPACE")
        tus.create(10)
        assert code(tus.ask("POST", "/api/uploads", Upload_Length="1")) == (429, "RATE_LIMITED")
        assert tus.ask("DELETE", first).status_code == 204
        tus.create(1)


def test_imports_that_have_not_ended_count_to_the_stored_bytes(accounts: tuple[Person, Person]) -> None:
    admin = accounts[0]
    parisa, reza = invited(admin, "parisa"), invited(admin, "reza")
    with admin.gateway.client() as client:
        tus, other = Tus(client, parisa.headers), Tus(client, reza.headers)
        first, second = tus.create(2000), tus.create(2000)
        for path, name in ((first, "one"), (second, "two")):
            assert tus.send(path, b"x" * 2000, 0).status_code == 204
            assert imported(tus, path, name)[0] == 202
        answer = tus.ask("POST", "/api/uploads", Upload_Length="2000")
        assert code(answer) == (507, "NO_SPACE")
        assert "4,000 bytes" in answer.json()["error"]["message"]
        other.create(2000)


def test_a_browser_uploads_with_its_cookie_and_token(accounts: tuple[Person, Person]) -> None:
    sara = accounts[1]
    with sara.gateway.client() as client:
        login = client.post("/api/auth/login", json={"name": "sara", "password": PASSWORD, "cookie": True})
        assert login.status_code == 200, login.text
        tus = Tus(client, {"Origin": sara.gateway.url})
        assert code(tus.ask("POST", "/api/uploads", Upload_Length="3")) == (403, "FORBIDDEN")
        token = client.get("/api/auth/me").json()["data"]["csrfToken"]
        tus.headers["X-CSRF-Token"] = token
        path = tus.create(3)
        assert tus.offset(path) == 0
        assert tus.send(path, b"abc", 0).status_code == 204
        assert tus.ask("DELETE", path).status_code == 204


def test_a_page_of_another_origin_reads_the_headers(accounts: tuple[Person, Person]) -> None:
    sara = accounts[1]
    origin = {"Origin": "https://pages.example"}
    with sara.gateway.client() as client:
        asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "tus-resumable"}
        assert client.options("/api/uploads/x", headers=origin | asked).status_code == 200
        answer = Tus(client, sara.headers | origin).ask("POST", "/api/uploads", Upload_Length="1")
        exposed = answer.headers["access-control-expose-headers"]
        assert {"Location", "Upload-Offset", "Tus-Resumable", "Upload-Expires"} <= set(exposed.split(", "))


def test_an_error_of_the_edge_has_the_version_too(accounts: tuple[Person, Person]) -> None:
    with accounts[0].gateway.client() as client:
        answer = client.head("/api/uploads/x")
    assert (answer.status_code, answer.headers["tus-resumable"]) == (401, "1.0.0")
