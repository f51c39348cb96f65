"""Who may download what: the catalog is the list, and an entry says which files at which commit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.hub import TestHub
from tests.support.sources import ask, cancel_all, code, data

AMIR = "rhasspy/piper-fa_IR-amir"
MMS = "facebook/mms-tts-fas"


@pytest.fixture(autouse=True)
def _nothing_left(strict: GatewayApp) -> Iterator[None]:
    yield
    cancel_all(strict)


@pytest.mark.parametrize(
    "path", ["/api/sources/download", "/api/sources/catalog/download", "/api/models/download/start"]
)
def test_what_is_not_in_the_catalog_is_refused_and_the_way_is_named(strict: GatewayApp, path: str) -> None:
    answer = ask(strict, "POST", path, {"modelId": "ns/unlisted"})
    assert code(answer) == (400, "MODEL_NOT_ALLOWED")
    assert "sokhan catalog add ns/unlisted" in answer.json()["error"]["hint"]


@pytest.mark.parametrize("wish", [{"modelId": MMS}, {"repoId": MMS}, {"modelId": MMS, "repoType": "model"}])
def test_an_entry_is_downloaded_by_its_name(strict: GatewayApp, wish: dict[str, str]) -> None:
    job = data(strict, "POST", "/api/sources/download", wish)
    assert (job["repoId"], job["assetId"], job["repoRevision"]) == (MMS, MMS, "main")
    assert data(strict, "GET", f"/api/sources/catalog/{MMS}")["job"]["id"] == job["id"]


def test_the_type_comes_from_the_entry_and_must_not_contradict_it(strict: GatewayApp) -> None:
    name = "HooshvareLab/pn_summary"
    assert data(strict, "POST", "/api/sources/download", {"modelId": name})["repoType"] == "dataset"
    wrong = ask(strict, "POST", "/api/sources/download", {"modelId": name, "repoType": "model"})
    assert code(wrong) == (400, "MODEL_NOT_ALLOWED")


def test_a_part_of_a_repository_goes_to_a_folder_of_its_own(strict: GatewayApp) -> None:
    job = data(strict, "POST", "/api/sources/catalog/download", {"modelId": AMIR})
    assert (job["repoId"], job["assetId"]) == ("rhasspy/piper-voices", AMIR)


def test_the_whole_of_what_is_listed_in_parts_is_refused_and_the_parts_are_named(strict: GatewayApp) -> None:
    answer = ask(strict, "POST", "/api/sources/download", {"modelId": "rhasspy/piper-voices"})
    assert code(answer) == (400, "MODEL_NOT_ALLOWED")
    assert AMIR in answer.json()["error"]["hint"]


@pytest.mark.parametrize(
    ("include", "status"),
    [
        (["fa/fa_IR/amir/medium/*.json"], 202),
        (["fa/fa_IR/amir/medium/fa_IR-amir-medium.onnx"], 202),
        (["*"], 400),
        (["fa/fa_IR/*"], 400),
        (["fa/fa_IR/amir/medium/*", "en/*"], 400),
    ],
)
def test_patterns_may_narrow_an_entry_and_not_widen_it(strict: GatewayApp, include: list[str], status: int) -> None:
    answer = ask(strict, "POST", "/api/sources/download", {"modelId": AMIR, "include": include})
    assert answer.status_code == status, answer.text


def test_a_pinned_entry_is_downloaded_at_its_commit_unless_another_is_named(strict: GatewayApp, hub: TestHub) -> None:
    hub.put("ns/at-commit", {"a.txt": b"a"})
    data(strict, "POST", "/api/sources/catalog", {"repoId": "ns/at-commit", "kind": "tts"})
    commit = data(strict, "POST", "/api/sources/catalog/ns/at-commit/refresh")["commit"]
    job = data(strict, "POST", "/api/sources/download", {"modelId": "ns/at-commit"})
    assert job["repoRevision"] == commit
    named = data(strict, "POST", "/api/sources/download", {"modelId": "ns/at-commit", "revision": "main"})
    assert named["repoRevision"] == "main"


def test_what_was_taken_out_of_the_catalog_cannot_be_tried_again(strict: GatewayApp) -> None:
    data(strict, "POST", "/api/sources/catalog", {"repoId": "ns/gone", "kind": "tts"})
    job = data(strict, "POST", "/api/sources/download", {"modelId": "ns/gone"})
    data(strict, "DELETE", f"/api/sources/download/{job['id']}")
    data(strict, "DELETE", "/api/sources/catalog/ns/gone")
    assert code(ask(strict, "POST", f"/api/sources/download/{job['id']}/retry")) == (400, "MODEL_NOT_ALLOWED")


def test_who_may_download_unlisted_ones_is_still_held_to_the_catalog_by_its_own_endpoint(gateway: GatewayApp) -> None:
    answer = ask(gateway, "POST", "/api/sources/catalog/download", {"modelId": "ns/unlisted"})
    assert code(answer) == (400, "MODEL_NOT_ALLOWED")
