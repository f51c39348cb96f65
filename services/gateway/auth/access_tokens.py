"""Access tokens: JWTs (RFC 9068) that name an account and its session, signed with HMAC-SHA256 and nothing else.

`kid` names the key: after a rotation of `SOKHAN_SECRET_KEY`, tokens of the previous keys stay valid until they expire.
A token is short-lived, and its session is checked too: a revoked session ends at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from shared.secret_keys import SecretKeys

_ALGORITHM = "HS256"
_ISSUER = "sokhan"
_TYPE = "at+jwt"
_MAX_READ = 10_000


@dataclass(frozen=True, slots=True)
class TokenSubject:
    owner: str
    session: str


class AccessTokens:
    """`seconds`: the life of a token."""

    def __init__(self, keys: SecretKeys, seconds: int, now: Callable[[], datetime]) -> None:
        derived = keys.derive("access tokens")
        self._keys = {_key_id(key): key for key in derived}
        self._current = _key_id(derived[0])
        self.seconds = seconds
        self._now = now
        # A program sends the same token with every request: its signature is checked once.
        self._read: dict[str, tuple[TokenSubject, float]] = {}

    def issue(self, owner: str, session: str) -> str:
        now = self._now()
        claims = {
            "iss": _ISSUER,
            "sub": owner,
            "sid": session,
            "iat": now,
            "exp": now + timedelta(seconds=self.seconds),
        }
        headers = {"kid": self._current, "typ": _TYPE}
        return jwt.encode(claims, self._keys[self._current], algorithm=_ALGORITHM, headers=headers)

    def read(self, token: str) -> TokenSubject | None:
        """The subject of a valid token; None for any other text."""
        known = self._read.get(token) or self._verified(token)
        if known is None or known[1] <= self._now().timestamp():
            self._read.pop(token, None)
            return None
        if len(self._read) >= _MAX_READ:
            self._read.clear()
        self._read[token] = known
        return known[0]

    def _verified(self, token: str) -> tuple[TokenSubject, float] | None:
        """The subject and the end of a token with a right signature. The end is judged by the clock that issued it."""
        try:
            head = jwt.get_unverified_header(token)
            key = self._keys.get(str(head.get("kid")))
            if key is None or head.get("typ") != _TYPE:
                return None
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["iss", "sub", "sid", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )
            expires = float(claims["exp"])
        except (jwt.PyJWTError, ValueError, TypeError):
            return None
        return TokenSubject(str(claims["sub"]), str(claims["sid"])), expires


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"kid\0" + key).hexdigest()[:12]
