"""The catalog over HTTP: what it shows, what an administrator changes, what the Hub says of an entry."""

from __future__ import annotations

import hashlib

import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.hub import TestHub, always_size
from tests.support.sources import ask, code, data

AMIR = "rhasspy/piper-fa_IR-amir"


def ids(strict: GatewayApp, query: str = "") -> list[str]:
    return [item["id"] for item in data(strict, "GET", f"/api/sources/catalog{query}")]


@pytest.mark.parametrize(
    ("query", "some", "none_of"),
    [
        ("?kind=tts", AMIR, "HooshvareLab/pn_summary"),
        ("?kind=g2p", "MahtaFetrat/HomoRich-G2P-Persian", AMIR),
        ("?tag=piper", AMIR, "facebook/mms-tts-fas"),
        ("?language=en", "persiannlp/parsinlu_translation_fa_en", AMIR),
        ("?q=امیر", AMIR, "rhasspy/piper-fa_IR-ganji"),
        ("?q=امير پايپر", AMIR, "rhasspy/piper-fa_IR-ganji"),
        ("?q=PIPER voice", AMIR, "facebook/mms-tts-fas"),
    ],
)
def test_the_catalog_is_found_by_kind_tag_language_and_words(
    strict: GatewayApp, query: str, some: str, none_of: str
) -> None:
    found = ids(strict, query)
    assert some in found
    assert none_of not in found


def test_a_kind_that_does_not_exist_is_refused(strict: GatewayApp) -> None:
    assert code(ask(strict, "GET", "/api/sources/catalog?kind=video")) == (422, "VALIDATION")


def test_models_and_datasets_are_shown_apart_with_their_state(strict: GatewayApp) -> None:
    models = data(strict, "GET", "/api/sources/models/available")
    datasets = data(strict, "GET", "/api/sources/datasets/available")
    assert {item["repoType"] for item in models} == {"model"}
    assert {item["repoType"] for item in datasets} == {"dataset"}
    assert all((item["installed"], item["job"]) == (False, None) for item in (*models, *datasets))


@pytest.mark.parametrize("path", [AMIR, AMIR.replace("/", "%2F")])
def test_an_entry_is_found_by_its_id_raw_and_encoded(strict: GatewayApp, path: str) -> None:
    item = data(strict, "GET", f"/api/sources/catalog/{path}")
    assert (item["id"], item["repoId"], item["engines"]) == (AMIR, "rhasspy/piper-voices", ["piper"])
    assert item["name"]["fa"]
    assert item["name"]["en"]


def test_an_administrator_adds_changes_and_removes_an_entry(strict: GatewayApp) -> None:
    path = "/api/sources/catalog/ns/added"
    new = {"repoId": "ns/added", "kind": "tts", "name": {"fa": "تازه", "en": "fresh"}, "tags": ["mine"]}
    answer = ask(strict, "POST", "/api/sources/catalog", new)
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert code(ask(strict, "POST", "/api/sources/catalog", new)) == (409, "CONFLICT")
    changed = data(strict, "PATCH", path, {"revision": "v2", "license": "mit"})
    assert (changed["revision"], changed["license"], changed["tags"]) == ("v2", "mit", ["mine"])
    assert data(strict, "PATCH", path, {"commit": "a" * 40})["commit"] == "a" * 40
    assert code(ask(strict, "PATCH", path, {"commit": "main"})) == (422, "VALIDATION")
    assert code(ask(strict, "PATCH", path, {"tags": None})) == (422, "VALIDATION")
    data(strict, "DELETE", path)
    for method in ("GET", "PATCH", "DELETE"):
        assert code(ask(strict, method, path, {} if method == "PATCH" else None)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "new",
    [
        {},
        {"repoId": "../etc", "kind": "tts"},
        {"repoId": "local/mine", "kind": "tts"},
        {"repoId": "ns/a", "id": "local/mine", "kind": "tts"},
        {"repoId": "ns/a"},
        {"repoId": "ns/a", "kind": "video"},
        {"repoId": "ns/a", "kind": "tts", "commit": "HEAD"},
        {"repoId": "ns/a", "kind": "tts", "include": [""]},
    ],
)
def test_a_wrong_entry_is_refused_with_a_sentence(strict: GatewayApp, new: dict[str, object]) -> None:
    answer = ask(strict, "POST", "/api/sources/catalog", new)
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["message"]


def test_a_restart_keeps_what_an_administrator_did_to_the_seed(strict: GatewayApp) -> None:
    removed, edited = "Kamtera/ParsiGoo", "MahtaFetrat/Mana-TTS"
    data(strict, "DELETE", f"/api/sources/catalog/{removed}")
    data(strict, "PATCH", f"/api/sources/catalog/{edited}", {"tags": ["ours"]})
    data(strict, "POST", "/api/sources/catalog", {"repoId": "ns/own", "kind": "tts"})
    strict.restart()
    assert strict.log.getvalue().count("catalog_seeded") == 2
    assert len(ids(strict)) >= 17
    found = ids(strict)
    assert removed not in found
    assert "ns/own" in found
    assert data(strict, "GET", f"/api/sources/catalog/{edited}")["tags"] == ["ours"]


def test_a_refresh_pins_what_the_hub_has(strict: GatewayApp, hub: TestHub) -> None:
    weights = bytes(range(256)) * 20
    hub.put("ns/pinned", {"model.safetensors": weights, "pytorch_model.bin": weights, "config.json": b"{}"})
    hub.describe("ns/pinned", license="apache-2.0", language="fa")
    data(strict, "POST", "/api/sources/catalog", {"repoId": "ns/pinned", "kind": "llm"})
    item = data(strict, "POST", "/api/sources/catalog/ns/pinned/refresh")
    assert item["commit"] == hub.commit("ns/pinned")
    assert (item["size"], item["fileCount"]) == (2 * len(weights) + 2 + always_size("ns/pinned", "apache-2.0"), 5)
    assert (item["license"], item["licenseClass"], item["unverified"]) == ("apache-2.0", "free", [])
    assert item["trust"] == ["pickle", "safetensors"]
    files = {file["path"]: file for file in item["files"]}
    assert files["model.safetensors"]["sha256"] == hashlib.sha256(weights).hexdigest()
    assert files["config.json"]["gitSha1"] == hashlib.sha1(b"blob 2\0{}").hexdigest()
    listed = data(strict, "GET", "/api/sources/catalog?q=ns/pinned")[0]
    assert (listed["files"], listed["fileCount"]) == ([], 5)
    # A later change on the Hub does not reach the entry by itself.
    hub.put("ns/pinned", {"new.txt": b"new"})
    assert data(strict, "GET", "/api/sources/catalog/ns/pinned")["commit"] == item["commit"]
    assert data(strict, "POST", "/api/sources/catalog/ns/pinned/refresh")["commit"] == hub.commit("ns/pinned")


def test_a_part_of_a_repository_is_refreshed_by_its_patterns(strict: GatewayApp, hub: TestHub) -> None:
    voice = {f"fa/fa_IR/{name}/medium/{name}.onnx": bytes(2000) for name in ("amir", "ganji")}
    hub.put("rhasspy/piper-voices", {**voice, "README.md": b"x"})
    hub.describe("rhasspy/piper-voices", license="mit")
    item = data(strict, "POST", f"/api/sources/catalog/{AMIR}/refresh")
    assert [file["path"] for file in item["files"]] == ["fa/fa_IR/amir/medium/amir.onnx"]
    assert (item["size"], item["trust"]) == (2000, ["onnx"])
    # The repository's license is not that of the one voice.
    assert (item["license"], item["unverified"]) == ("cc0-1.0", ["license"])
    gyro = ask(strict, "POST", "/api/sources/catalog/rhasspy/piper-fa_IR-gyro/refresh")
    assert code(gyro) == (422, "VALIDATION")


@pytest.mark.parametrize(
    ("repo", "expected"),
    [
        ("ns/not-there", (404, "REPO_NOT_FOUND")),
        ("ns/locked", (403, "GATED_REPO")),
        ("ns/ill", (502, "HUB_UNREACHABLE")),
    ],
)
def test_a_refresh_that_the_hub_refuses_says_why_and_changes_nothing(
    strict: GatewayApp, hub: TestHub, repo: str, expected: tuple[int, str]
) -> None:
    hub.put("ns/locked", {"a.txt": b"a"})
    hub.describe("ns/locked", gated="manual")
    hub.put("ns/ill", {"a.txt": b"a"})
    hub.fault("ns/ill", "unavailable", times=20)
    entry = data(strict, "POST", "/api/sources/catalog", {"repoId": repo, "kind": "tts"})
    answer = ask(strict, "POST", f"/api/sources/catalog/{repo}/refresh")
    allowed = {expected, (403, "GATED_REPO")} if repo == "ns/not-there" else {expected}
    assert code(answer) in allowed  # to who has no token the Hub says the same of what is hidden and what is not there
    assert answer.json()["error"]["hint"]
    assert data(strict, "GET", f"/api/sources/catalog/{repo}") == entry


def test_an_edit_of_the_source_forgets_what_was_found_at_the_old_one(strict: GatewayApp, hub: TestHub) -> None:
    hub.put("ns/moves", {"a.txt": b"a"})
    data(strict, "POST", "/api/sources/catalog", {"repoId": "ns/moves", "kind": "tts"})
    assert data(strict, "POST", "/api/sources/catalog/ns/moves/refresh")["commit"]
    kept = data(strict, "PATCH", "/api/sources/catalog/ns/moves", {"tags": ["x"]})
    assert kept["commit"]
    moved = data(strict, "PATCH", "/api/sources/catalog/ns/moves", {"include": ["*.onnx"]})
    assert (moved["commit"], moved["size"], moved["files"]) == (None, None, [])
