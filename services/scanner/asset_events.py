"""The events of a changed asset, and the accounts that may receive them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.contracts.access import AssetAccess
from shared.contracts.assets import Asset
from shared.contracts.events import Event, topic

Change = Literal["added", "changed", "removed"]
Audience = tuple[str, ...] | None
"""The accounts that may see an asset; None for everyone."""


@dataclass(frozen=True, slots=True)
class SeenChange:
    """A change as one audience sees it."""

    change: Change
    audience: Audience


def audience_of(access: AssetAccess) -> Audience:
    if access.visibility == "shared":
        return None
    return tuple(sorted({*access.holders, *([access.owner] if access.owner is not None else [])}))


def changes_seen(before: AssetAccess, after: AssetAccess) -> list[SeenChange]:
    """The events of a change, in order. Who loses the asset sees its removal, who gains it an addition.

    “Everyone but these” is no audience. When an asset stops to be shared, it is therefore removed for everyone, and
    added again for those who keep it; when it becomes shared, it is added for everyone.
    """
    old, new = audience_of(before), audience_of(after)
    if old == new:
        return [SeenChange("changed", new)]
    if new is None:
        return [SeenChange("added", None)]
    if old is None:
        return [SeenChange("removed", None), *_if_any("added", set(new))]
    lost, kept, gained = set(old) - set(new), set(old) & set(new), set(new) - set(old)
    return [*_if_any("removed", lost), *_if_any("added", gained), *_if_any("changed", kept)]


def event_of(asset: Asset, seen: SeenChange, now: datetime) -> tuple[str, Event]:
    """The token of the event's subject, and the event. Its data name the owner, never the holders."""
    # An asset's name may contain characters that a subject's token may not.
    token = hashlib.sha256(asset.key.encode()).hexdigest()[:24]
    shown = asset.model_dump(mode="json", by_alias=True, exclude={"fingerprint", "access"})
    access = {"owner": asset.access.owner, "visibility": asset.access.visibility}
    return token, Event(
        id=f"{token}:{asset.revision}:{seen.change}",
        topic=topic("asset", asset.key),
        kind="asset",
        audience=seen.audience,
        revision=asset.revision,
        type="asset",
        time=now,
        data={**shown, **access, "change": seen.change},
    )


def _if_any(change: Change, accounts: set[str]) -> list[SeenChange]:
    return [SeenChange(change, tuple(sorted(accounts)))] if accounts else []
