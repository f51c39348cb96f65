"""The collection `invitations`: each makes one account, of a given role, before it expires.

`delete` is atomic, so an invitation makes at most one account.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.accounts.secrets import hash_of, matches, new_secret, split_credential
from shared.contracts.access import Role
from shared.contracts.errors import NotFound
from shared.store import Store
from shared.store.paging import find_all

_COLLECTION = "invitations"
_PAGE = 500
INSTALLATION_ITSELF = ""
"""The creator of the invitation for the first administrator."""


class Invitation(BaseModel):
    """`note`: for whom it is. `name`: the only name that it may be used for, if it is given."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    role: Role
    secret_hash: str = Field(repr=False)
    note: str = ""
    name: str | None = None
    created_by: str
    created_at: AwareDatetime
    expires_at: AwareDatetime


class InvitationRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def create(
        self, role: Role, created_by: str, *, lifetime: timedelta, note: str = "", name: str | None = None
    ) -> tuple[Invitation, str]:
        """A new invitation and its credential, which is not stored. Deletes those that have expired."""
        now = self._now()
        await self._store.delete(_COLLECTION, {"expires_at": {"$lte": now}})
        secret = new_secret()
        invitation = Invitation(
            id=secrets.token_hex(8),
            role=role,
            secret_hash=hash_of(secret),
            note=note,
            name=name,
            created_by=created_by,
            created_at=now,
            expires_at=now + lifetime,
        )
        await self._store.insert(_COLLECTION, invitation.model_dump())
        return invitation, f"{invitation.id}.{secret}"

    async def check(self, credential: str) -> Invitation | None:
        """The invitation, without using it up."""
        parts = split_credential(credential)
        document = await self._store.get(_COLLECTION, parts[0]) if parts else None
        invitation = Invitation.model_validate(document) if document else None
        if parts is None or invitation is None or invitation.expires_at <= self._now():
            return None
        return invitation if matches(parts[1], invitation.secret_hash) else None

    async def take(self, invitation: Invitation) -> bool:
        """Use it up. False if another request has."""
        return await self._store.delete(_COLLECTION, {"id": invitation.id}) > 0

    async def put_back(self, invitation: Invitation) -> None:
        """Undo `take`: the account could not be made."""
        await self._store.insert(_COLLECTION, invitation.model_dump())

    async def all(self) -> list[Invitation]:
        """Those that can still be used, the newest first."""
        where = {"expires_at": {"$gt": self._now()}}
        items = await find_all(self._store, _COLLECTION, where, sort=[("created_at", -1)], page=_PAGE)
        return [Invitation.model_validate(item) for item in items]

    async def delete(self, invitation_id: str) -> None:
        """Raises `NotFound`."""
        if not await self._store.delete(_COLLECTION, {"id": invitation_id}):
            raise NotFound(f"There is no invitation {invitation_id[:40]}.")

    async def delete_all(self, role: Role, created_by: str) -> None:
        """Delete the invitations that this creator has made for a role."""
        await self._store.delete(_COLLECTION, {"role": role.value, "created_by": created_by})
