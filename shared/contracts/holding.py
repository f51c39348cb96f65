"""Changes of an asset's access: pure functions from one `AssetAccess` to the next."""

from __future__ import annotations

from shared.contracts.access import AssetAccess, Visibility
from shared.contracts.owners import LOCAL_OWNER, SOLE_OWNERS


def recorded_owner(owner: str) -> str:
    """The owner as an access records it. The sole owners of an installation without accounts are one: `local`."""
    return LOCAL_OWNER if owner in SOLE_OWNERS else owner


def owned_by(owner: str) -> AssetAccess:
    """The access of a new upload or product of this owner."""
    return AssetAccess(owner=recorded_owner(owner))


def held_by(access: AssetAccess | None, owner: str, *, restricted: bool) -> AssetAccess:
    """The access of a repository after this owner has downloaded it. `access` is None for a new folder.

    `restricted`: whether it is gated or private on the Hub. A restricted repository is never shared, also if a copy
    of the installation was here before. That copy then is `local`'s, so that the last holder does not remove its files.
    """
    access = access or AssetAccess(owner=None)
    if access.of_installation and access.visibility == "shared" and not restricted:
        return access
    visibility: Visibility = "private" if restricted else access.visibility
    copied_by_hand = access.of_installation and access.visibility == "shared"
    recorded = LOCAL_OWNER if copied_by_hand else access.owner
    holders, holder = access.holders, recorded_owner(owner)
    if owner in SOLE_OWNERS:
        recorded = holder
    else:
        recorded = None if recorded == holder else recorded
        holders = tuple(sorted({*holders, holder}))
    return AssetAccess(owner=recorded, visibility=visibility, holders=holders, restricted=restricted)


def released_by(access: AssetAccess, owner: str) -> AssetAccess | None:
    """The access without this owner; None if nobody else has the asset, so that its files can be removed.

    A sole owner of the installation removes the files for everybody.
    """
    if owner in SOLE_OWNERS:
        return None
    left = access.model_copy(
        update={
            "owner": None if access.owner == owner else access.owner,
            "holders": tuple(holder for holder in access.holders if holder != owner),
        }
    )
    return None if left.of_installation else left


def given(access: AssetAccess, giver: str, receiver: str, *, from_hub: bool = False) -> AssetAccess:
    """The access after everything of `giver` became `receiver`'s.

    `from_hub`: it is a repository, which has holders and no owner.
    """
    owner, holders = access.owner, set(access.holders)
    if giver in holders:
        holders = (holders - {giver}) | {receiver}
    if owner == recorded_owner(giver):
        owner = None if from_hub else receiver
        holders |= {receiver} if from_hub else set()
    return access.model_copy(update={"owner": owner, "holders": tuple(sorted(holders))})
