"""Who receives which event of an asset."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.scanner.asset_events import SeenChange, changes_seen, event_of
from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.assets import Asset
from shared.contracts.holding import owned_by

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SARA = owned_by("sara")
SHARED = SARA.model_copy(update={"visibility": "shared"})


def held(*holders: str) -> AssetAccess:
    return AssetAccess(owner=None, holders=holders)


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        (SARA, SARA, [("changed", ("sara",))]),
        (INSTALLATION, INSTALLATION, [("changed", None)]),
        (SARA, SHARED, [("added", None)]),
        (SHARED, SARA, [("removed", None), ("added", ("sara",))]),
        (held("ali"), held("ali", "sara"), [("added", ("sara",)), ("changed", ("ali",))]),
        (held("ali", "sara"), held("ali"), [("removed", ("sara",)), ("changed", ("ali",))]),
        (AssetAccess(), SARA, [("removed", ("local",)), ("added", ("sara",))]),
        (INSTALLATION, held("sara"), [("removed", None), ("added", ("sara",))]),
    ],
)
def test_who_loses_it_sees_a_removal_and_who_gains_it_an_addition(
    before: AssetAccess, after: AssetAccess, seen: list[tuple[str, tuple[str, ...] | None]]
) -> None:
    assert [(change.change, change.audience) for change in changes_seen(before, after)] == seen


def test_an_event_names_no_holder() -> None:
    asset = Asset.model_validate({
        "id": "ns/a", "kind": "model", "name": "a", "path": "models/ns/a", "type": "x", "size": 1, "file_count": 1,
        "status": "ready", "source": "HuggingFace", "fingerprint": "f", "downloaded_at": NOW, "updated_at": NOW,
        "access": held("ali", "sara"), "revision": 3,
    })  # fmt: skip
    token, event = event_of(asset, SeenChange("removed", ("sara",)), NOW)
    assert event.id == f"{token}:3:removed"
    assert event.audience == ("sara",)
    assert (event.data["owner"], event.data["visibility"], event.data["change"]) == (None, "private", "removed")
    assert "holders" not in str(event.data)
