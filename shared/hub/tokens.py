"""The users' Hub tokens, encrypted at rest (`shared/secret_keys.py`). A token is sent to the Hub's origin only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from shared.contracts.errors import Unavailable
from shared.contracts.owners import SOLE_OWNERS
from shared.secret_keys import SecretKeys
from shared.store import Filter, Store
from shared.store.paging import find_all

_COLLECTION = "settings"
_PREFIX = "huggingface:"
_PURPOSE = "hub tokens"
_PAGE = 500


class TokenVault:
    """`installation`: HF_TOKEN. It belongs to the sole owner of an installation without accounts, who may store
    another one instead; an account has its own token or none.
    """

    def __init__(
        self, store: Store, keys: SecretKeys, installation: SecretStr | None, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._cipher = keys.cipher(_PURPOSE)
        self._current = keys.current(_PURPOSE)
        self._installation = installation
        self._now = now

    async def get(self, owner: str) -> str | None:
        """The owner's token, or None. Raises `Unavailable` if the store does not answer or the key is another one."""
        document = await self._store.get(_COLLECTION, _id(owner))
        if document is None:
            return self._of_installation(owner)
        try:
            return self._cipher.decrypt(str(document["token"]).encode()).decode()
        except InvalidToken as error:
            raise Unavailable(
                "The stored Hub token cannot be decrypted: SOKHAN_SECRET_KEY has changed.",
                hint="Set the old key again, or store the token again.",
            ) from error

    async def has(self, owner: str) -> bool:
        return await self._store.get(_COLLECTION, _id(owner)) is not None or self._of_installation(owner) is not None

    def _of_installation(self, owner: str) -> str | None:
        if self._installation is None or owner not in SOLE_OWNERS:
            return None
        return self._installation.get_secret_value()

    async def put(self, owner: str, token: str) -> None:
        sealed = self._cipher.encrypt(token.encode()).decode()
        await self._store.upsert(_COLLECTION, _id(owner), {"$set": {"token": sealed, "updated_at": self._now()}})

    async def give(self, giver: str, receiver: str) -> bool:
        """Give the giver's stored token to an owner without one."""
        document = await self._store.get(_COLLECTION, _id(giver))
        if document is None or await self._store.get(_COLLECTION, _id(receiver)) is not None:
            return False
        await self._store.upsert(
            _COLLECTION, _id(receiver), {"$set": {"token": document["token"], "updated_at": self._now()}}
        )
        return await self.delete(giver)

    async def encrypt_anew(self) -> int:
        """Encrypt every token with the current key, so that an old one can go. Returns the number of tokens changed."""
        count = 0
        for document in await find_all(
            self._store, _COLLECTION, {"token": {"$exists": True}}, sort=[("id", 1)], page=_PAGE
        ):
            sealed = str(document["token"])
            fresh = self._of_old_key(sealed)
            if fresh is not None:
                unchanged: Filter = {"id": document["id"], "token": sealed}
                count += await self._store.update(_COLLECTION, unchanged, {"$set": {"token": fresh}}) is not None
        return count

    def _of_old_key(self, sealed: str) -> str | None:
        """The token encrypted with the current key; None if it is already, or if its key is gone."""
        try:
            self._current.decrypt(sealed.encode())
        except InvalidToken:
            with suppress(InvalidToken):
                return self._cipher.rotate(sealed.encode()).decode()
        return None

    async def delete(self, owner: str) -> bool:
        return await self._store.delete(_COLLECTION, {"id": _id(owner)}) > 0


def _id(owner: str) -> str:
    return f"{_PREFIX}{owner}"
