"""Each user's Hub token, encrypted at rest. It leaves this module only towards the Hub's own origin.

The key is derived from `SOKHAN_SECRET_KEY`; without one a random key is made in the data folder, readable by its owner
alone: that protects a copied database, not a copied data folder.
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
from shared.store import Store

_KEY_FILE = "secret.key"


class TokenVault:
    """`fallback` is the installation's own token (HF_TOKEN), for users who gave none."""

    def __init__(self, store: Store, key: bytes, fallback: SecretStr | None, now: Callable[[], datetime]) -> None:
        self._store = store
        self._cipher = Fernet(key)
        self._fallback = fallback
        self._now = now

    async def get(self, owner: str) -> str | None:
        document = await self._store.get("settings", _id(owner))
        if document is None:
            return self._fallback.get_secret_value() if self._fallback else None
        try:
            return self._cipher.decrypt(str(document["token"]).encode()).decode()
        except InvalidToken as error:
            raise Unavailable(
                "The stored Hub token cannot be decrypted: SOKHAN_SECRET_KEY has changed.",
                hint="Set the old key again, or store the token anew.",
            ) from error

    async def has(self, owner: str) -> bool:
        return await self._store.get("settings", _id(owner)) is not None or self._fallback is not None

    async def put(self, owner: str, token: str) -> None:
        sealed = self._cipher.encrypt(token.encode()).decode()
        await self._store.upsert("settings", _id(owner), {"$set": {"token": sealed, "updated_at": self._now()}})

    async def delete(self, owner: str) -> bool:
        return await self._store.delete("settings", {"id": _id(owner)}) > 0


def _id(owner: str) -> str:
    return f"huggingface:{owner}"


def secret_key(given: SecretStr | None, folder: Path) -> bytes:
    """The key as Fernet wants it: from the setting, else from a file that is made once. Blocking."""
    if given is not None:
        return _derive(given.get_secret_value().encode())
    path = folder / _KEY_FILE
    if not path.exists():
        _make(path)
    return _derive(_read_made(path))


def _make(path: Path) -> None:
    """Whole or not at all, and one for all: several services start at the same moment."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another one was faster: its key is the key
            os.link(fresh, path)
    finally:
        fresh.unlink()


def _read_made(path: Path) -> bytes:
    content = path.read_bytes()
    if len(content) < 32:
        raise Unavailable(f"{path} is not a key.", hint="Remove it; the stored Hub tokens must be given again then.")
    return content


def _derive(secret: bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"sokhan hub tokens\0" + secret).digest())
