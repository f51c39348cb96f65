"""API keys of an account: listed, made, deleted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.gateway.auth.credentials import RevokedCredentials
from services.gateway.auth.identity import CallerIdentity
from services.gateway.auth.revoking import Revoker
from services.gateway.auth.schemas import KeyView, NewKey, NewKeyRequest
from shared.accounts import KEY_PREFIX, ApiKeyRepository
from shared.contracts.access import Role, Scope
from shared.contracts.errors import Conflict, Forbidden, NotFound, Validation

# The canonical id of a voice that the owner may use; raises `NotFound`.
VoiceId = Callable[[str, str], Awaitable[str]]
# The lowest role that can use a scope at all.
_ROLES = {
    Scope.READ: Role.VIEWER,
    Scope.SPEECH: Role.VIEWER,
    Scope.TRAINING: Role.MEMBER,
    Scope.DOWNLOADS: Role.MEMBER,
    Scope.ADMIN: Role.ADMIN,
}


@dataclass(frozen=True, slots=True)
class KeysService:
    """`most`: keys of one account, 0 for no limit. `accounts`: whether this installation has accounts."""

    keys: ApiKeyRepository
    revoker: Revoker
    voice_id: VoiceId
    most: int
    accounts: bool
    now: Callable[[], datetime]

    async def of(self, caller: CallerIdentity) -> list[KeyView]:
        return [KeyView.of(key, KEY_PREFIX) for key in await self.keys.of(caller.owner)]

    async def create(self, request: NewKeyRequest, caller: CallerIdentity) -> NewKey:
        """Raises `Forbidden` for a scope above the role, `Conflict` at the limit, `NotFound` for an unknown voice."""
        if not self.accounts:
            raise NotFound("This installation has no accounts.", hint="Set SOKHAN_AUTH=accounts; see docs/accounts.md.")
        for scope in request.scopes:
            if not caller.role.includes(_ROLES[scope]):
                raise Forbidden(f"The scope {scope} needs the role {_ROLES[scope]}; yours is {caller.role}.")
        if request.voice is not None and set(request.scopes) != {Scope.SPEECH}:
            raise Validation("A key for one voice has the scope speech and no other.").about("scopes")
        voice = await self.voice_id(request.voice, caller.owner) if request.voice is not None else None
        days = request.expires_in_days
        key, credential = await self.keys.create(
            caller.owner,
            request.name,
            request.scopes,
            voice=voice,
            expires_at=self.now() + timedelta(days=days) if days else None,
        )
        # After the insertion: several can be made at once.
        if self.most and len(await self.keys.of(caller.owner)) > self.most:
            await self.keys.delete(caller.owner, key.id)
            raise Conflict(f"You have {self.most:,} keys already.", hint="Delete one that you do not use.")
        return NewKey(**KeyView.of(key, KEY_PREFIX).model_dump(), key=credential)

    async def delete(self, key_id: str, caller: CallerIdentity) -> None:
        """Revoke a key; its open streams end. Raises `NotFound`, also for a key of another account."""
        await self.keys.delete(caller.owner, key_id)
        await self.revoker.revoke(RevokedCredentials(key=key_id))
