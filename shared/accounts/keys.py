"""The collection `api_keys`: credentials of programs, `sk-sokhan-<id>.<secret>`. The id is the readable prefix."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.accounts.secrets import hash_of, matches, new_secret, split_credential
from shared.contracts.access import Scope
from shared.contracts.errors import NotFound
from shared.store import Filter, Store
from shared.store.paging import find_all

KEY_PREFIX = "sk-sokhan-"
_COLLECTION = "api_keys"
_PAGE = 500
_ID_BYTES = 6
_TOUCH_EVERY = timedelta(minutes=1)


class ApiKey(BaseModel):
    """`voice`: the canonical id of the only voice that the key may use; None for all that its account may use."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    owner: str
    name: str
    secret_hash: str = Field(repr=False)
    scopes: tuple[Scope, ...]
    voice: str | None = None
    created_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    last_used_at: AwareDatetime | None = None
    last_used_from: str | None = None


class ApiKeyRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def create(
        self, owner: str, name: str, scopes: Sequence[Scope], *, voice: str | None, expires_at: datetime | None
    ) -> tuple[ApiKey, str]:
        """A new key and its credential, which is not stored."""
        secret = new_secret()
        key = ApiKey(
            id=secrets.token_hex(_ID_BYTES),
            owner=owner,
            name=name,
            secret_hash=hash_of(secret),
            scopes=tuple(dict.fromkeys(scopes)),
            voice=voice,
            created_at=self._now(),
            expires_at=expires_at,
        )
        await self._store.insert(_COLLECTION, key.model_dump())
        return key, f"{KEY_PREFIX}{key.id}.{secret}"

    async def find(self, key_id: str) -> ApiKey | None:
        """The key; None if it has expired or was revoked."""
        document = await self._store.get(_COLLECTION, key_id)
        key = ApiKey.model_validate(document) if document else None
        expired = key is not None and key.expires_at is not None and key.expires_at <= self._now()
        return None if expired else key

    async def of_credential(self, credential: str) -> ApiKey | None:
        parts = split_credential(credential.removeprefix(KEY_PREFIX))
        key = await self.find(parts[0]) if parts else None
        return key if parts and key is not None and matches(parts[1], key.secret_hash) else None

    async def touch(self, key: ApiKey, address: str | None) -> None:
        """Record a use, at most once a minute."""
        now = self._now()
        if key.last_used_at is None or now - key.last_used_at >= _TOUCH_EVERY:
            used = {"last_used_at": now, "last_used_from": address}
            await self._store.update(_COLLECTION, {"id": key.id}, {"$set": used})

    async def of(self, owner: str) -> list[ApiKey]:
        """The account's keys, the newest first; expired ones too."""
        items = await find_all(self._store, _COLLECTION, {"owner": owner}, sort=[("created_at", -1)], page=_PAGE)
        return [ApiKey.model_validate(item) for item in items]

    async def delete(self, owner: str, key_id: str | None = None) -> int:
        """Delete one key of the account, or all. Raises `NotFound` for an unknown one."""
        where: Filter = {"owner": owner} if key_id is None else {"owner": owner, "id": key_id}
        count = await self._store.delete(_COLLECTION, where)
        if key_id is not None and not count:
            raise NotFound(f"There is no key {key_id[:40]}.")
        return count
