"""The users' Hub tokens, encrypted at rest. A token is sent to the Hub's origin only.

The key is derived from `SOKHAN_SECRET_KEY`. Without it, a random key in the data folder, readable by its owner only,
protects a copied database, but not a copied data folder.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from shared.contracts.errors import Unavailable
from shared.contracts.owners import SOLE_OWNERS
from shared.store import Store

_KEY_FILE = "secret.key"


class TokenVault:
    """`installation`: HF_TOKEN. It belongs to the sole owner of an installation without accounts, who may store
    another one instead; an account has its own token or none.
    """

    def __init__(self, store: Store, key: bytes, installation: SecretStr | None, now: Callable[[], datetime]) -> None:
        self._store = store
        self._cipher = Fernet(key)
        self._installation = installation
        self._now = now

    async def get(self, owner: str) -> str | None:
        """The owner's token, or None. Raises `Unavailable` if the store does not answer or the key is another one."""
        document = await self._store.get("settings", _id(owner))
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
        return await self._store.get("settings", _id(owner)) is not None or self._of_installation(owner) is not None

    def _of_installation(self, owner: str) -> str | None:
        if self._installation is None or owner not in SOLE_OWNERS:
            return None
        return self._installation.get_secret_value()

    async def put(self, owner: str, token: str) -> None:
        sealed = self._cipher.encrypt(token.encode()).decode()
        await self._store.upsert("settings", _id(owner), {"$set": {"token": sealed, "updated_at": self._now()}})

    async def delete(self, owner: str) -> bool:
        return await self._store.delete("settings", {"id": _id(owner)}) > 0


def _id(owner: str) -> str:
    return f"huggingface:{owner}"


def secret_key(given: SecretStr | None, folder: Path) -> bytes:
    """The Fernet key: from the setting, else from a file that is created once. Blocking."""
    if given is not None:
        return _derive(given.get_secret_value().encode())
    path = folder / _KEY_FILE
    if not path.exists():
        _make(path)
    return _derive(_read_made(path))


def _make(path: Path) -> None:
    """Create the key file atomically; the first of several services that start at once determines the key."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another service has created it already
            os.link(fresh, path)
    finally:
        fresh.unlink()


def _read_made(path: Path) -> bytes:
    content = path.read_bytes()
    if len(content) < 32:
        raise Unavailable(f"{path} is not a key.", hint="Remove it, and store the Hub tokens again.")
    return content


def _derive(secret: bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"sokhan hub tokens\0" + secret).digest())
