"""Roles, the scopes of API keys, and who may see what."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.owners import LOCAL_OWNER, SOLE_OWNERS

Visibility = Literal["private", "shared"]
"""`shared`: with every account of this installation."""


class Role(StrEnum):
    """Each role may do what the one before it may. A viewer reads and listens; a member also downloads, trains, renders
    and uploads; an administrator also manages accounts and the installation.
    """

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        order = tuple(Role)
        return order.index(self) >= order.index(other)


class Scope(StrEnum):
    """What an API key may be used for, within the role of its account."""

    READ = "read"
    SPEECH = "speech"
    TRAINING = "training"
    DOWNLOADS = "downloads"
    ADMIN = "admin"


class AssetAccess(BaseModel):
    """Who may see an asset: the file `.sokhan-access.json` in its folder, and a field of its document.

    An upload or a trained voice has an `owner`. A repository of the Hub has `holders` instead: the accounts that have
    downloaded it. `restricted`: it is gated or private on the Hub, so it cannot be shared. An asset with neither owner
    nor holders belongs to the installation. The default, for what was made before there were accounts, is seen by no
    account until it is given to one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    owner: str | None = LOCAL_OWNER
    visibility: Visibility = "private"
    holders: tuple[str, ...] = ()
    restricted: bool = False

    @property
    def of_installation(self) -> bool:
        return self.owner is None and not self.holders


INSTALLATION = AssetAccess(owner=None, visibility="shared")
"""The access of what an administrator has copied by hand, and of the voices that come with Sokhan."""


def may_see(viewer: str, access: AssetAccess) -> bool:
    return access.visibility == "shared" or may_change(viewer, access)


def may_change(viewer: str, access: AssetAccess) -> bool:
    """Whether the asset is this viewer's. False for one of the installation: its caller asks for the role."""
    return viewer in SOLE_OWNERS or viewer == access.owner or viewer in access.holders
