"""Uploading a dataset: the right one is installed with its statistics, each wrong one gets its code and a sentence."""

from __future__ import annotations

import io
import socket
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from shared.trust import NOBODY
from tests.support.ljspeech import files, wav, zipped
from tests.support.platform import Platform
from tests.support.processes import wait_until


def upload(sokhan: Platform, content: bytes, name: str, key: str | None = None, **fields: str) -> httpx2.Response:
    headers = {"Idempotency-Key": key} if key else {}
    with sokhan.client() as client:
        return client.post(
            "/api/datasets", data={"name": name, **fields}, files={"file": ("data.zip", content)}, headers=headers
        )


def uploaded(sokhan: Platform) -> list[Path]:
    """The files of uploads that no dataset has been made of."""
    return [path for path in (sokhan.data / "uploads").rglob("*") if path.is_file()]


def test_a_dataset_is_installed_with_its_statistics(sokhan: Platform) -> None:
    answer = upload(sokhan, zipped(files(top="folder-on-top/")), "خوب")
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    assert data["id"] == "local/خوب"
    assert data["details"]["items"] == 4
    assert data["details"]["sampleRate"] == 22050
    assert data["details"]["hours"] == pytest.approx(4 * 0.6 / 3600, rel=0.01)
    listed = httpx2.get(f"{sokhan.url}/api/datasets", trust_env=False, verify=NOBODY).json()["data"]
    assert "local/خوب" in {item["id"] for item in listed}
    assert sokhan.get("/api/datasets/local/خوب")["status"] == "ready"
    assert uploaded(sokhan) == []


def test_a_tar_is_as_good_as_a_zip(sokhan: Platform) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files().items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    assert upload(sokhan, out.getvalue(), "tarred").status_code == 201


def test_rows_that_cannot_be_spoken_are_skipped_and_counted(sokhan: Platform) -> None:
    answer = upload(sokhan, zipped(files(("سلام.", "???", "خوبی؟"))), "with-gaps")
    details = answer.json()["data"]["details"]
    assert (details["items"], details["skipped"]) == (2, 1)


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("wavs/passwd")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def _missing_wav() -> dict[str, bytes]:
    content = files()
    del content["wavs/u2.wav"]
    return content


BAD: dict[str, tuple[bytes, str, str]] = {
    "no-metadata": (zipped({"wavs/a.wav": wav()}), "BAD_DATASET", "metadata.csv"),
    "missing-wav": (zipped(_missing_wav()), "BAD_DATASET", "wavs/u2.wav"),
    "unknown-letters": (zipped(files(("@@@", "%%%"))), "BAD_DATASET", "Persian"),
    "climbs-out": (zipped(files() | {"../../evil.txt": b"x"}), "BAD_DATASET", "outside"),
    "absolute": (zipped({"/etc/evil": b"x"}), "BAD_DATASET", "outside"),
    "link": (_link(), "BAD_DATASET", "link"),
    "bomb": (zipped(files() | {"zeros": bytes(200_000_000)}), "TOO_LARGE", "unpacks"),
    "no-archive": (b"just text", "BAD_DATASET", "neither"),
    "broken-wav": (zipped(files() | {"wavs/u1.wav": b"RIFFnothing"}), "BAD_DATASET", "u1.wav"),
    "broken-row": (zipped(files() | {"metadata.csv": b"no separator here"}), "BAD_DATASET", "Line 1"),
    "not-utf8": (zipped(files() | {"metadata.csv": "u0|سلام".encode("utf-16")}), "BAD_DATASET", "UTF-8"),
    "empty": (zipped(files() | {"metadata.csv": b"\n\n"}), "BAD_DATASET", "no rows"),
    "row-climbs-out": (zipped(files() | {"metadata.csv": b"../../u0|\xd8\xb3"}), "BAD_DATASET", "unsafe"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_dataset_is_refused_with_its_reason(sokhan: Platform, case: str) -> None:
    content, code, word = BAD[case]
    answer = upload(sokhan, content, f"bad-{case}")
    error = answer.json()["error"]
    assert (error["code"], answer.status_code) == (code, {"BAD_DATASET": 422, "TOO_LARGE": 413}[code]), error
    assert word in error["message"]
    assert httpx2.get(f"{sokhan.url}/api/datasets/local/bad-{case}", trust_env=False, verify=NOBODY).status_code == 404
    assert not (sokhan.folder / "evil.txt").exists()


def test_a_name_can_be_used_once(sokhan: Platform) -> None:
    assert upload(sokhan, zipped(files()), "taken").status_code == 201
    again = upload(sokhan, zipped(files()), "taken")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "CONFLICT")


def test_the_same_key_uploads_once(sokhan: Platform) -> None:
    first = upload(sokhan, zipped(files()), "keyed", key="k1")
    again = upload(sokhan, zipped(files()), "keyed", key="k1")
    assert first.status_code == again.status_code == 201
    assert first.json()["data"]["id"] == again.json()["data"]["id"]


def test_an_upload_past_the_limit_is_refused_while_it_comes(sokhan: Platform) -> None:
    answer = upload(sokhan, bytes(60_000_000), "huge")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")

    def endless() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        for _ in range(100):
            yield bytes(1_000_000)

    with sokhan.client() as client:
        chunked = client.post(
            "/api/datasets", content=endless(), headers={"Content-Type": "multipart/form-data; boundary=b"}
        )
    assert (chunked.status_code, chunked.json()["error"]["code"]) == (413, "TOO_LARGE")
    assert uploaded(sokhan) == []


def test_a_client_that_hangs_up_during_an_upload_leaves_nothing(sokhan: Platform) -> None:
    head = (
        f"POST /api/datasets HTTP/1.1\r\nHost: 127.0.0.1:{sokhan.port}\r\nContent-Length: 100000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    )
    with socket.create_connection(("127.0.0.1", sokhan.port), 10) as connection:
        connection.sendall(head.encode() + b"PK" * 1000)
        wait_until(lambda: bool(uploaded(sokhan)), 10, "the upload begins")
    wait_until(lambda: not uploaded(sokhan), 10, "its file is removed")
    log = sokhan.processes["gateway"].log
    wait_until(lambda: '"status": 499' in log.read_text(), 10, "the request is logged")
    assert "request_crashed" not in log.read_text()
