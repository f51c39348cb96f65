"""Argon2id hashes of passwords, computed in a bounded number of threads: each takes 64 MiB and a tenth of a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.contracts.errors import RateLimited, Validation

T = TypeVar("T")
MIN_LENGTH, MAX_LENGTH = 10, 200
_AT_ONCE = 2
# Beyond these, requests are refused: hashing must not take the memory or the processor from everything else.
_WAITING = 32
_RETRY_S = 2.0
# Of no password: an unknown name takes the time of a known one.
_NOBODY = "no account has this password"


def check_password(password: str, name: str) -> None:
    """Raises `Validation` for a password that is too easy to guess (NIST SP 800-63B: length, not composition)."""
    if len(password) < MIN_LENGTH:
        raise Validation(f"A password has at least {MIN_LENGTH} characters.").about("password")
    if name in password.lower() and len(password) < len(name) + MIN_LENGTH:
        raise Validation("The password contains the account's name.").about("password")
    if len(set(password)) < MIN_LENGTH // 2:
        raise Validation("The password repeats a few characters.").about("password")


class Passwords:
    """`hasher`: by default with the parameters of RFC 9106 for limited memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Raises `RateLimited` if too many are being computed."""
        return await self._compute(lambda: self._hasher.hash(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether it is the password of this hash; takes the same time if there is none. Raises `RateLimited`."""
        if self._nobody is None:
            self._nobody = await self.hash(_NOBODY)
        against = stored or self._nobody

        def check() -> bool:
            try:
                return self._hasher.verify(against, password)
            except (VerificationError, InvalidHashError):
                return False

        return await self._compute(check) and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash has other parameters than new ones get."""
        return self._hasher.check_needs_rehash(stored)

    async def _compute(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING:
            raise RateLimited("Too many people sign in at this moment.", retry_after=_RETRY_S)
        self._waiting += 1
        try:
            async with self._places:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
