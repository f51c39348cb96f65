"""What becomes of an entry when it is edited and when the Hub is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.gateway.catalog.changes import edited, refreshed
from services.gateway.catalog.schemas import EntryChangeRequest
from services.gateway.catalog.service import CatalogFilter
from shared.contracts.catalog import CatalogEntry
from shared.contracts.errors import Validation
from shared.hub import Listing, RemoteFile
from shared.hub.api_models import Info

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SHA = "a" * 40
FOUND = {"commit": SHA, "size": 7, "refreshed_at": NOW}


def entry(**changes: object) -> CatalogEntry:
    return CatalogEntry.model_validate({"id": "ns/a", "repo_id": "ns/a", "kind": "tts", "origin": "seed", **changes})


def listing(*paths: str) -> Listing:
    return Listing(SHA, tuple(RemoteFile(path, 10, "b" * 64, None) for path in paths))


def info(**changes: object) -> Info:
    return Info.model_validate({"id": "ns/a", "sha": SHA, **changes})


def change(**given: object) -> EntryChangeRequest:
    return EntryChangeRequest.model_validate(given)


def test_an_edit_makes_an_entry_the_admins_and_changes_only_what_is_named() -> None:
    after = edited(entry(tags=("x",), **FOUND), change(license="mit"))
    assert (after.origin, after.license, after.tags, after.commit) == ("admin", "mit", ("x",), SHA)


@pytest.mark.parametrize(
    "given", [{"revision": "v2"}, {"repo_id": "ns/b"}, {"exclude": ["*.md"]}, {"commit": "c" * 40}]
)
def test_an_edit_of_the_source_drops_the_findings(given: dict[str, object]) -> None:
    after = edited(entry(**FOUND), change(**given))
    assert (after.commit, after.size, after.refreshed_at) == (given.get("commit"), None, None)
    assert set(after.unverified) >= {"size", "license"}


def test_the_same_source_again_keeps_them() -> None:
    assert edited(entry(**FOUND), change(revision="main")).commit == SHA


def test_a_null_takes_the_pin_away_and_nothing_else_may_be_null() -> None:
    assert edited(entry(**FOUND), change(commit=None)).commit is None
    with pytest.raises(Validation, match="kind"):
        edited(entry(), change(kind=None))


def test_a_refresh_confirms_what_it_found() -> None:
    before = entry(unverified=("license", "size", "trust", "pairs", "repo_id"))
    after = refreshed(before, info(tags=["license:mit"]), listing("a.pth", "b.onnx"), NOW)
    assert (after.commit, after.size, after.trust, after.license) == (SHA, 20, ("pickle", "onnx"), "mit")
    assert (after.license_class, after.unverified, after.refreshed_at) == ("free", (), NOW)


def test_a_license_that_the_hub_does_not_tell_stays_unconfirmed() -> None:
    after = refreshed(entry(license="cc0-1.0", unverified=("license",)), info(), listing("a.onnx"), NOW)
    assert (after.license, after.unverified) == ("cc0-1.0", ("license",))


def test_pairs_are_confirmed_only_when_both_files_are_there() -> None:
    pairs = [{"checkpoint": "best.pth", "config": "config-1.json"}]
    before = entry(pairs=pairs, unverified=("pairs",))
    assert refreshed(before, info(), listing("best.pth"), NOW).unverified == ("pairs",)
    assert refreshed(before, info(), listing("best.pth", "config-1.json"), NOW).unverified == ()


def test_a_gated_repository_is_classed_so_whatever_its_license() -> None:
    after = refreshed(entry(), info(gated="auto", tags=["license:mit"]), listing("a"), NOW)
    assert after.license_class == "gated"


def test_patterns_that_match_nothing_are_said_so() -> None:
    with pytest.raises(Validation, match="No file"):
        refreshed(entry(include=("fa/*",)), info(), listing("en/a"), NOW)


def test_words_are_found_whatever_keyboard_they_were_typed_on() -> None:
    voice = entry(name={"fa": "صدای یک کودک", "en": "A child's voice"}, tags=("Piper",))
    for words in ("كودك", "صداي كودك", "CHILD", "piper child", ""):
        assert CatalogFilter(words=words).fits(voice), words
    assert not CatalogFilter(words="child adult").fits(voice)
