"""What is on disk: shown with its commit, compared with the Hub, verified, removed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.folders import rot
from tests.support.hub import TestHub, always_size
from tests.support.platform import Platform
from tests.support.processes import wait_until
from tests.support.sources import Json, ask, code, data

CONFIG = json.dumps({"model_type": "vits", "architectures": ["VitsModel"]}).encode()
INSTALLED = "/api/sources/installed"


def install(sokhan: Platform, hub: TestHub, repo: str, **wish: object) -> Json:
    """Download a small repository and wait until the scanner has seen it."""
    kind = "datasets" if wish.get("repoType") == "dataset" else "models"
    hub.put(repo, {"config.json": CONFIG, "model.safetensors": bytes(5000)}, kind=kind)
    job = data(sokhan, "POST", "/api/sources/download", {"repoId": repo, **wish})
    done = sokhan.wait_job(f"/api/sources/download/{job['id']}")
    assert done["state"] == "completed", done["error"]
    wait_until(lambda: shown(sokhan, repo) is not None, 20, f"{repo} is shown as installed")
    return done


def shown(sokhan: Platform, repo: str) -> Json | None:
    return next((item for item in data(sokhan, "GET", INSTALLED)["all"] if item["id"] == repo), None)


def copy_in(sokhan: Platform, kind: str, repo: str) -> Path:
    folder = sokhan.data / kind / repo
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(CONFIG)
    (folder / "metadata.csv").write_text("u1|سلام")
    return folder


def test_an_installed_repository_is_matched_with_the_catalog(sokhan: Platform, hub: TestHub) -> None:
    data(sokhan, "POST", "/api/sources/catalog", {"repoId": "ns/matched", "kind": "tts"})
    assert data(sokhan, "GET", "/api/sources/catalog/ns/matched")["installed"] is False
    done = install(sokhan, hub, "ns/matched")
    item = shown(sokhan, "ns/matched")
    assert item is not None
    assert (item["commit"], item["catalogId"], item["isComplete"]) == (done["commit"], "ns/matched", True)
    entry = data(sokhan, "GET", "/api/sources/catalog/ns/matched")
    assert (entry["installed"], entry["status"], entry["installedCommit"]) == (True, "ready", done["commit"])
    assert entry["job"] is None
    models = {asset["id"]: asset for asset in data(sokhan, "GET", "/api/catalog/models")}
    assert (models["ns/matched"]["kind"], models["ns/matched"]["source"]) == ("model", "HuggingFace")
    assert "ns/matched" not in {asset["id"] for asset in data(sokhan, "GET", "/api/catalog/datasets")}


def test_a_part_of_a_repository_is_installed_under_its_own_name(sokhan: Platform, hub: TestHub) -> None:
    voices = {f"fa/fa_IR/{name}/medium/{name}.onnx": bytes(1500) for name in ("amir", "ganji")}
    hub.put("rhasspy/piper-voices", voices)
    job = data(sokhan, "POST", "/api/sources/catalog/download", {"modelId": "rhasspy/piper-fa_IR-ganji"})
    done = sokhan.wait_job(f"/api/sources/download/{job['id']}")
    assert (done["state"], done["destination"]) == ("completed", "models/rhasspy/piper-fa_IR-ganji")
    folder = sokhan.data / "models/rhasspy/piper-fa_IR-ganji"
    assert [path.name for path in folder.rglob("*.onnx")] == ["ganji.onnx"]
    wait_until(lambda: shown(sokhan, "rhasspy/piper-fa_IR-ganji") is not None, 20, "it is shown")


def test_an_update_is_seen_when_the_branch_moves_on(sokhan: Platform, hub: TestHub) -> None:
    done = install(sokhan, hub, "ns/updated")
    before = update_of(sokhan, "ns/updated")
    assert (before["updateAvailable"], before["latestCommit"]) == (False, done["commit"])
    hub.put("ns/updated", {"new.txt": b"new"})
    after = update_of(sokhan, "ns/updated")
    assert (after["updateAvailable"], after["installedCommit"]) == (True, done["commit"])
    assert (after["latestCommit"], after["revision"]) == (hub.commit("ns/updated"), "main")


def test_what_was_installed_from_a_pinned_entry_is_compared_with_its_branch(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/pinned-update", {"config.json": CONFIG, "model.safetensors": bytes(5000)})
    data(sokhan, "POST", "/api/sources/catalog", {"repoId": "ns/pinned-update", "kind": "tts"})
    data(sokhan, "POST", "/api/sources/catalog/ns/pinned-update/refresh")
    install(sokhan, hub, "ns/pinned-update")
    assert update_of(sokhan, "ns/pinned-update")["updateAvailable"] is False
    hub.put("ns/pinned-update", {"new.txt": b"new"})
    assert update_of(sokhan, "ns/pinned-update")["updateAvailable"] is True


def test_a_commit_that_was_asked_for_has_no_newer_one(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/fixed", {"config.json": CONFIG, "model.safetensors": bytes(5000)})
    commit = hub.commit("ns/fixed")
    install(sokhan, hub, "ns/fixed", revision=commit)
    hub.put("ns/fixed", {"new.txt": b"new"})
    item = update_of(sokhan, "ns/fixed")
    assert (item["updateAvailable"], item["latestCommit"]) == (False, commit)


def test_one_repository_that_cannot_be_asked_does_not_spoil_the_others(sokhan: Platform, hub: TestHub) -> None:
    install(sokhan, hub, "ns/silent")
    install(sokhan, hub, "ns/talks")
    hub.fault("ns/silent", "unavailable", times=9)
    assert update_of(sokhan, "ns/silent")["error"]
    assert update_of(sokhan, "ns/talks")["error"] is None
    hub.clear()


def update_of(sokhan: Platform, repo: str) -> Json:
    found: list[Json] = [item for item in data(sokhan, "GET", f"{INSTALLED}/updates") if item["id"] == repo]
    assert len(found) == 1
    return found[0]


def test_a_verification_is_answered_with_what_it_found(sokhan: Platform, hub: TestHub) -> None:
    install(sokhan, hub, "ns/verified")
    assert verified(sokhan, "ns/verified") == {"verified": 4, "damaged": [], "damagedCount": 0}
    rot(sokhan.data / "models/ns/verified/model.safetensors", at=4000)
    damaged = {"path": "model.safetensors", "problem": "content"}
    assert verified(sokhan, "ns/verified") == {"verified": 3, "damaged": [damaged], "damagedCount": 1}
    item = shown(sokhan, "ns/verified")
    assert item is not None
    assert item["isComplete"] is False
    assert item["problem"].startswith("model.safetensors is damaged")


def test_what_a_verification_found_damaged_is_fetched_again(sokhan: Platform, hub: TestHub) -> None:
    install(sokhan, hub, "ns/repaired")
    weights = sokhan.data / "models/ns/repaired/model.safetensors"
    rot(weights)
    assert verified(sokhan, "ns/repaired")["damagedCount"] == 1
    install(sokhan, hub, "ns/repaired")
    assert weights.read_bytes() == bytes(5000)
    wait_until(lambda: (shown(sokhan, "ns/repaired") or {})["isComplete"], 20, "it is complete again")


def verified(sokhan: Platform, repo: str) -> Json:
    answer = ask(sokhan, "POST", f"{INSTALLED}/verify", {"id": repo})
    assert answer.status_code in {200, 202}, answer.text
    job = answer.json()["data"]
    assert (job["task"], job["name"]) == ("verify", repo)
    done = sokhan.wait_job(f"{INSTALLED}/verify/{job['id']}")
    assert done["state"] == "completed"
    result = done["result"]
    assert isinstance(result, dict)
    return {key: result[key] for key in ("verified", "damaged", "damagedCount")}


def test_what_is_removed_is_gone_from_disk_and_from_the_lists(sokhan: Platform, hub: TestHub) -> None:
    install(sokhan, hub, "ns/removed")
    folder = sokhan.data / "models/ns/removed"
    (folder / ".cache").mkdir(exist_ok=True)
    answer = ask(sokhan, "DELETE", f"{INSTALLED}/ns/removed")
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["freed"] == len(CONFIG) + 5000 + always_size("ns/removed")
    assert not folder.exists()
    assert shown(sokhan, "ns/removed") is None
    assert not list((sokhan.data / "tmp").glob("removed-*"))
    assert code(ask(sokhan, "DELETE", f"{INSTALLED}/ns/removed")) == (404, "NOT_FOUND")


def test_what_a_download_is_writing_is_not_removed(sokhan: Platform, hub: TestHub) -> None:
    install(sokhan, hub, "ns/busy")
    hub.put("ns/busy", {"more.bin": bytes(4_000_000)})
    hub.fault("more.bin", "slow", times=9)
    job = data(sokhan, "POST", "/api/sources/download", {"repoId": "ns/busy"})
    answer = ask(sokhan, "DELETE", f"{INSTALLED}/ns/busy")
    assert code(answer) == (409, "CONFLICT")
    assert job["id"] in answer.json()["error"]["message"]
    data(sokhan, "DELETE", f"/api/sources/download/{job['id']}")
    assert sokhan.wait_job(f"/api/sources/download/{job['id']}")["state"] == "cancelled"
    wait_until(lambda: ask(sokhan, "DELETE", f"{INSTALLED}/ns/busy").is_success, 20, "it can be removed then")


def test_an_id_that_means_a_model_and_a_dataset_needs_its_kind(sokhan: Platform) -> None:
    folders = [copy_in(sokhan, kind, "ns/both") for kind in ("models", "datasets")]
    wait_until(lambda: _count(sokhan, "ns/both") == 2, 20, "the scanner has seen both")
    assert code(ask(sokhan, "DELETE", f"{INSTALLED}/ns/both")) == (422, "VALIDATION")
    assert code(ask(sokhan, "POST", f"{INSTALLED}/verify", {"id": "ns/both"})) == (422, "VALIDATION")
    data(sokhan, "DELETE", f"{INSTALLED}/ns/both?kind=dataset")
    assert [folder.exists() for folder in folders] == [True, False]
    data(sokhan, "DELETE", f"{INSTALLED}/ns/both")
    assert not folders[0].exists()


def test_a_link_is_removed_and_what_it_leads_to_stays(sokhan: Platform, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / "config.json").write_bytes(CONFIG)
    link = sokhan.data / "models" / "ns" / "linked"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    wait_until(lambda: _count(sokhan, "ns/linked") == 1, 20, "the scanner has seen it")
    data(sokhan, "DELETE", f"{INSTALLED}/ns/linked")
    assert not link.exists()
    assert (target / "config.json").exists()


def _count(sokhan: Platform, repo: str) -> int:
    return sum(item["id"] == repo for item in data(sokhan, "GET", INSTALLED)["all"])
