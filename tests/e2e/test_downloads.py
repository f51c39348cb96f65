"""Downloads as a user sees them, against a hub that speaks the Hub's protocol on loopback."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.support.hub import TestHub, always_size
from tests.support.platform import Platform
from tests.support.processes import wait_until

CONFIG = json.dumps({"model_type": "vits", "architectures": ["VitsModel"]}).encode()


def start(sokhan: Platform, repo: str, **wish: object) -> dict[str, object]:
    with sokhan.client() as client:
        answer = client.post("/api/sources/download", json={"modelId": repo, **wish})
    assert answer.status_code == 202, answer.text
    job: dict[str, object] = answer.json()["data"]
    assert answer.headers["location"] == f"/api/sources/download/{job['id']}"
    return job


def finished(sokhan: Platform, job: dict[str, object]) -> dict[str, object]:
    return sokhan.wait_job(f"/api/sources/download/{job['id']}")


def installed(sokhan: Platform, repo: str) -> dict[str, object] | None:
    items = sokhan.get("/api/sources/installed")["all"]
    assert isinstance(items, list)
    return next((item for item in items if item["id"] == repo), None)


def test_a_repository_arrives_whole_and_is_installed(sokhan: Platform, hub: TestHub) -> None:
    weights = bytes(range(256)) * 2000
    hub.put("ns/voice", {"config.json": CONFIG, "model.safetensors": weights, "sub/فارسی.txt": "سلام".encode()})
    job = start(sokhan, "ns/voice")
    with sokhan.socket(f"download:{job['id']}") as listener:
        events = list(listener.events())
    revisions = [int(str(event["revision"])) for event in events]
    assert events[0]["type"] == "snapshot"
    assert revisions == sorted(set(revisions)), revisions
    done = finished(sokhan, job)
    assert (done["state"], done["status"], done["progress"]) == ("completed", "completed", 100.0)
    size = len(CONFIG) + len(weights) + len("سلام".encode()) + always_size("ns/voice")
    assert done["bytesDownloaded"] == done["bytesTotal"] == size
    folder = sokhan.data / str(done["destination"])
    assert (folder / "model.safetensors").read_bytes() == weights
    assert (folder / "sub" / "فارسی.txt").read_text() == "سلام"
    manifest = json.loads((folder / "sokhan.json").read_text())
    assert manifest["commit"] == done["commit"]
    hashes = {file["path"]: file["sha256"] for file in manifest["files"]}
    assert hashes["model.safetensors"] == hashlib.sha256(weights).hexdigest()
    wait_until(lambda: installed(sokhan, "ns/voice") is not None, 10, "the scanner found it")
    found = installed(sokhan, "ns/voice")
    assert found is not None
    assert (found["isComplete"], found["hasConfig"], found["hasModel"]) == (True, True, True)


def test_a_listing_of_many_pages_is_fetched_whole(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/many", {f"file-{n:03}.txt": str(n).encode() for n in range(120)})
    done = finished(sokhan, start(sokhan, "ns/many"))
    assert done["state"] == "completed"
    assert len(list((sokhan.data / str(done["destination"])).glob("*.txt"))) == 120


def test_include_and_exclude_choose_files(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/chosen", {"a.json": b"{}", "b.json": b"{}", "c.bin": b"x"})
    done = finished(sokhan, start(sokhan, "ns/chosen", include=["*.json"], exclude=["b*"]))
    names = {path.name for path in (sokhan.data / str(done["destination"])).iterdir()}
    assert names == {"a.json", "sokhan.json", ".cache"}  # .cache: the Hub client's own notes


@pytest.mark.parametrize("fault", ["truncate", "status-503"])
def test_a_broken_line_is_survived(sokhan: Platform, hub: TestHub, fault: str) -> None:
    repo = f"ns/line-{fault}"
    hub.put(repo, {f"{fault}.bin": bytes(50_000), "ok.txt": b"ok"})
    hub.fault(f"{fault}.bin", fault)
    done = finished(sokhan, start(sokhan, repo))
    assert (done["state"], done["attempt"]) == ("completed", 1)


def test_a_damaged_file_is_never_installed(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/damaged", {"damaged.bin": bytes(50_000)})
    hub.fault("damaged.bin", "corrupt", times=99)
    done = finished(sokhan, start(sokhan, "ns/damaged"))
    assert done["state"] == "failed"
    assert done["status"] == "error"
    assert _code(done) == "HASH_MISMATCH"
    assert not any((sokhan.data / "models/ns/damaged").glob("damaged.bin*"))


@pytest.mark.parametrize(("repo", "code"), [("ns/does-not-exist", "GATED_REPO"), ("gated/voice", "GATED_REPO")])
def test_what_cannot_be_had_fails_with_its_code_and_a_hint(sokhan: Platform, repo: str, code: str) -> None:
    done = finished(sokhan, start(sokhan, repo))
    assert _code(done) == code
    error = done["error"]
    assert isinstance(error, dict)
    assert repo in error["message"] + error["hint"]


@pytest.mark.parametrize("fault", ["evil-redirect", "loop"])
def test_a_redirect_elsewhere_is_refused(sokhan: Platform, hub: TestHub, fault: str) -> None:
    hub.put(f"ns/{fault}", {f"{fault}.bin": bytes(2_000)})
    hub.fault(f"{fault}.bin", fault, times=99)
    assert _code(finished(sokhan, start(sokhan, f"ns/{fault}"))) == "REDIRECT_REFUSED"


def test_cancel_removes_the_partial_files(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/slow", {"slow.bin": bytes(8_000_000)})
    hub.fault("slow.bin", "slow", times=9)
    job = start(sokhan, "ns/slow")
    part = sokhan.data / "models/ns/slow/slow.bin.sokhan-part"
    wait_until(part.exists, 20, "bytes are coming")
    with sokhan.client() as client:
        assert client.delete(f"/api/sources/download/{job['id']}").status_code == 200
    assert finished(sokhan, job)["state"] == "cancelled"
    assert not part.exists()
    with sokhan.client() as client:
        again = client.delete(f"/api/sources/download/{job['id']}")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "CONFLICT")


def test_a_download_survives_its_downloader(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/killed", {"killed.bin": bytes(3_000_000)})
    hub.fault("killed.bin", "slow", times=1)
    job = start(sokhan, "ns/killed")
    wait_until((sokhan.data / "models/ns/killed/killed.bin.sokhan-part").exists, 20, "bytes are coming")
    sokhan.kill("downloader")
    sokhan.start("downloader")
    done = finished(sokhan, job)
    assert (done["state"], done["attempt"]) == ("completed", 2)


def test_two_downloads_of_one_repository_do_not_harm_each_other(sokhan: Platform, hub: TestHub) -> None:
    content = bytes(range(256)) * 12_000
    hub.put("ns/twice", {"twice.bin": content})
    hub.fault("twice.bin", "slow", times=1)
    first, second = start(sokhan, "ns/twice"), start(sokhan, "ns/twice")
    done = [finished(sokhan, job) for job in (first, second)]
    assert [job["state"] for job in done] == ["completed", "completed"]
    assert (sokhan.data / "models/ns/twice/twice.bin").read_bytes() == content
    assert sum(request["path"].endswith("/ns/twice/twice.bin") for request in hub.requests()) <= 3  # resolve, CDN once


def _code(job: dict[str, object]) -> object:
    error = job["error"]
    assert isinstance(error, dict), job
    return error["code"]
