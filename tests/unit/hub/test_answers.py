"""The Hub's JSON as repositories of the world make it."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from shared.hub.api_models import Info, read_hit

SHA = "a" * 40


@pytest.mark.parametrize(
    "item",
    [
        {"id": "a/b"},
        {"id": "a/b", "tags": None, "downloads": None, "gated": None, "cardData": None},
        {"id": "a/b", "tags": ["fa", None, 3], "cardData": {"license": ["mit"], "language": ["fa", None]}},
        {"id": "a/b", "cardData": {"license": None, "language": "fa"}, "siblings": [{"rfilename": "x"}]},
    ],
)
def test_a_hit_with_gaps_is_a_hit(item: JsonValue) -> None:
    hit = read_hit(item)
    assert hit is not None
    assert hit.hit("model").id == "a/b"


@pytest.mark.parametrize("item", [None, 3, {}, {"id": 3}, {"id": "a/b", "gated": "perhaps"}, []])
def test_a_hit_of_another_shape_is_left_out(item: JsonValue) -> None:
    assert read_hit(item) is None


def test_a_revision_is_read_whatever_its_card_says() -> None:
    found = Info.model_validate({"id": "a/b", "sha": SHA, "tags": [None, "license:mit"], "cardData": {"language": {}}})
    assert (found.sha, found.license) == (SHA, "mit")
