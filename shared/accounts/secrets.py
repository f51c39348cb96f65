"""Random credentials of the form `<id>.<secret>`: the id finds the document, which holds the secret's hash only.

The secrets have 256 random bits, so a plain SHA-256 cannot be reversed by guessing. Passwords can be guessed and are
hashed elsewhere (`services/gateway/auth/passwords.py`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_FORM = re.compile(r"([A-Za-z0-9_-]{8,64})\.([A-Za-z0-9_-]{20,128})")
_BYTES = 32


def new_secret() -> str:
    return secrets.token_urlsafe(_BYTES)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def matches(secret: str, stored: object) -> bool:
    """Whether a stored hash is that of the secret, in constant time."""
    return isinstance(stored, str) and hmac.compare_digest(hash_of(secret), stored)


def split_credential(credential: str) -> tuple[str, str] | None:
    """The id and the secret; None for a text of another form."""
    found = _FORM.fullmatch(credential)
    return (found[1], found[2]) if found else None
