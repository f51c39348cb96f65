"""From a client's words to what is fetched: the allow-list's decisions."""

from __future__ import annotations

import pytest

from services.gateway.downloads.resolve import refusal, resolve
from services.gateway.downloads.schemas import StartDownloadRequest
from shared.catalog.allowlist import allows, listed, narrows, offers_whole
from shared.contracts.catalog import CatalogEntry
from shared.contracts.kinds.download import DownloadSpec

SHA = "a" * 40


def entry(entry_id: str, **changes: object) -> CatalogEntry:
    return CatalogEntry.model_validate({"id": entry_id, "repo_id": entry_id, "kind": "tts", **changes})


def wish(name: str, **changes: object) -> StartDownloadRequest:
    return StartDownloadRequest.model_validate({"model_id": name, **changes})


WHOLE = entry("ns/whole", commit=SHA)
ROWS = entry("ns/rows", repo_type="dataset", kind="dataset")
PARTS = [entry(f"ns/part-{name}", repo_id="ns/voices", include=(f"{name}/*",)) for name in ("a", "b")]
SAFE = entry("ns/safe", exclude=("*.bin",))
CATALOG = [WHOLE, ROWS, *PARTS, SAFE]


@pytest.mark.parametrize(
    ("patterns", "within", "inside"),
    [
        ((), (), True),
        (("*",), (), True),
        ((), ("a/*",), False),
        (("a/*",), ("a/*",), True),
        (("a/*.json",), ("a/*",), True),
        (("a/[x]?.json",), ("a/*",), False),
        (("a/",), ("a/",), True),
        (("a/b/",), ("a/",), True),
        (("*",), ("a/*",), False),
        (("a/*", "b/*"), ("a/*",), False),
        (("a/*", "b/x"), ("a/*", "b/*"), True),
        (("a*",), ("a/*",), False),
        (("v*.onnx",), ("v?.onnx",), False),
        (("v?.onnx",), ("v?.onnx",), True),
    ],
)
def test_patterns_inside_others(patterns: tuple[str, ...], within: tuple[str, ...], inside: bool) -> None:
    assert narrows(patterns, within) is inside


def test_an_entry_is_known_by_its_id_and_by_its_repository_where_that_means_one() -> None:
    assert listed("ns/whole", None, CATALOG) is WHOLE
    assert listed("ns/part-a", None, CATALOG) is PARTS[0]
    assert listed("ns/voices", None, CATALOG) is None
    assert listed("ns/voices", None, [PARTS[0]]) is PARTS[0]
    assert listed("ns/rows", "model", CATALOG) is None
    assert listed("ns/rows", "dataset", CATALOG) is ROWS


def test_an_entry_lends_its_commit_its_patterns_and_its_folder() -> None:
    wanted = resolve(wish("ns/whole"), CATALOG)
    assert wanted.allowed
    assert wanted.spec == DownloadSpec(repo_id="ns/whole", repo_revision=SHA)
    part = resolve(wish("ns/part-a"), CATALOG)
    assert part.allowed
    assert part.spec == DownloadSpec(repo_id="ns/voices", asset_id="ns/part-a", include=("a/*",))
    assert part.spec.target_asset_id == "ns/part-a"


def test_what_the_client_names_itself_counts_more() -> None:
    assert resolve(wish("ns/whole", revision="dev"), CATALOG).spec.repo_revision == "dev"
    assert resolve(wish("ns/part-a", include=["a/x"]), CATALOG).spec.include == ("a/x",)


def test_what_an_entry_leaves_out_stays_out() -> None:
    wanted = resolve(wish("ns/safe", exclude=["*.md"]), CATALOG)
    assert wanted.spec.exclude == ("*.bin", "*.md")
    assert wanted.allowed
    assert not allows(DownloadSpec(repo_id="ns/safe"), CATALOG)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (wish("ns/stranger"), "sokhan catalog add ns/stranger"),
        (wish("ns/stranger", include=["*.json"]), "sokhan catalog add ns/stranger"),
        (wish("ns/voices"), "ns/part-a, ns/part-b"),
        (wish("ns/part-a", include=["c/*"]), "include"),
        (wish("ns/rows", repo_type="model"), "ns/rows"),
        (wish("ns/whole", revision="nobranch"), f"Leave revision out to take what it has ({SHA})"),
        (wish("ns/stranger", repo_type="dataset"), "ns/stranger --dataset"),
    ],
)
def test_what_is_not_allowed_names_the_way(asked: StartDownloadRequest, hint: str) -> None:
    wanted = resolve(asked, CATALOG)
    assert not wanted.allowed
    assert hint in (refusal(wanted).hint or "")


def test_the_files_of_an_entry_may_be_had_by_the_repositorys_name_too() -> None:
    assert resolve(wish("ns/voices", include=["a/*"]), CATALOG).allowed


def test_a_repository_that_is_listed_in_parts_is_not_offered_whole() -> None:
    assert offers_whole("ns/whole", "model", CATALOG)
    assert not offers_whole("ns/whole", "dataset", CATALOG)
    assert not offers_whole("ns/voices", "model", CATALOG)


def test_an_empty_catalog_allows_nothing() -> None:
    assert not resolve(wish("ns/whole"), []).allowed
