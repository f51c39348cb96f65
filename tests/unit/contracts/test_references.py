"""What people paste for a repository."""

from __future__ import annotations

import pytest

from shared.contracts.references import RepoReference, parse_reference
from tests.support.world import rows


@pytest.mark.parametrize(("text", "repo", "kind", "revision"), rows("hub/references.tsv"))
def test_a_pasted_reference_names_its_repository(text: str, repo: str, kind: str, revision: str) -> None:
    found = parse_reference(text)
    assert (found.repo_id, found.repo_type or "", found.revision or "") == (repo, kind, revision)


@pytest.mark.parametrize(
    "text", ["", "/", "https://", "https://[::1", "ftp://x/y", "a", "a/b/c", "datasets", "http:///x/y"]
)
def test_what_is_no_reference_is_left_to_the_rules_for_ids(text: str) -> None:
    assert isinstance(parse_reference(text), RepoReference)


def test_a_path_of_three_parts_is_not_cut_to_two() -> None:
    assert parse_reference("a/b/c").repo_id == "a/b/c"
