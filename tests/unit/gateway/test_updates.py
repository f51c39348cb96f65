"""Which branch an installed asset follows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.gateway.sources.updates import followed
from shared.contracts.catalog import CatalogEntry
from shared.files import Manifest

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SHA = "a" * 40


def manifest(revision: str | None, asset_id: str = "ns/a") -> Manifest:
    return Manifest(
        id=asset_id,
        kind="model",
        source="HuggingFace",
        created_at=NOW,
        repo_id="ns/a",
        repo_revision=revision,
        commit=SHA,
    )


def entry(entry_id: str, **changes: object) -> CatalogEntry:
    return CatalogEntry.model_validate({"id": entry_id, "repo_id": "ns/a", "kind": "tts", **changes})


@pytest.mark.parametrize(
    ("revision", "entries", "expected"),
    [
        ("main", [], "main"),
        ("v2", [entry("ns/a", revision="dev")], "v2"),
        (None, [], "main"),
        (SHA, [], SHA),
        (SHA, [entry("ns/a", revision="dev")], "dev"),
        (SHA, [entry("ns/a", revision="b" * 40)], "b" * 40),
        (SHA, [entry("ns/a", repo_type="dataset", kind="dataset", revision="dev")], SHA),
    ],
)
def test_a_branch_is_followed_and_a_commit_by_its_entry(
    revision: str | None, entries: list[CatalogEntry], expected: str
) -> None:
    assert followed(manifest(revision), entries).revision == expected


def test_a_part_follows_its_own_entry() -> None:
    parts = [entry("ns/one", revision="one", include=("a/*",)), entry("ns/two", revision="two", include=("b/*",))]
    assert followed(manifest(SHA, "ns/two"), parts).revision == "two"
