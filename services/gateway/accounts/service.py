"""Accounts and invitations, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from services.gateway.accounts.schemas import ChangeAccountRequest, InvitationView, NewInvitation, NewInvitationRequest
from services.gateway.auth.identity import CallerIdentity
from services.gateway.auth.passwords import Passwords, check_password
from services.gateway.auth.schemas import AccountView
from services.gateway.auth.sessions import SessionsService
from shared.accounts import AccountRepository, InvitationRepository
from shared.config import Settings


def address_of(settings: Settings) -> str:
    """The gateway's address for a browser: the public one, else one of this machine."""
    host = "127.0.0.1" if _means_every_interface(settings.host) else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


def _means_every_interface(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:  # a name
        return False


def registration_link(base: str, invitation: str) -> str:
    """The page that makes an account. The invitation is in the fragment, which no browser sends and no server logs."""
    return f"{base}/register#invitation={invitation}"


@dataclass(frozen=True, slots=True)
class AccountsService:
    """`base`: the gateway's address as browsers see it."""

    accounts: AccountRepository
    invitations: InvitationRepository
    passwords: Passwords
    sessions: SessionsService
    base: str

    async def all(self) -> list[AccountView]:
        return [AccountView.of(account) for account in await self.accounts.all()]

    async def show(self, name: str) -> AccountView:
        """Raises `NotFound`."""
        return AccountView.of(await self.accounts.get(name))

    async def change(self, name: str, request: ChangeAccountRequest) -> AccountView:
        """Raises `NotFound`, `Conflict` if no administrator would be left, `Validation` for a weak password."""
        before = await self.accounts.get(name)
        given = request.model_dump(include=request.model_fields_set - {"password"}, exclude_none=True)
        changes = dict(given)
        if request.password is not None:
            password = request.password.get_secret_value()
            check_password(password, name)
            changes["password_hash"] = await self.passwords.hash(password)
        account = await self.accounts.change_keeping_admin(before, **changes) if changes else before
        if changes.keys() & {"password_hash", "role", "state"}:
            await self.sessions.end_all(name)
        return AccountView.of(account)

    async def invite(self, request: NewInvitationRequest, caller: CallerIdentity) -> NewInvitation:
        invitation, credential = await self.invitations.create(
            request.role,
            caller.owner,
            lifetime=timedelta(hours=request.expires_in_hours),
            note=request.note,
            name=request.name,
        )
        return NewInvitation(
            **InvitationView.of(invitation).model_dump(),
            invitation=credential,
            link=registration_link(self.base, credential),
        )

    async def list_invitations(self) -> list[InvitationView]:
        return [InvitationView.of(invitation) for invitation in await self.invitations.all()]

    async def withdraw(self, invitation_id: str) -> None:
        """Raises `NotFound`."""
        await self.invitations.delete(invitation_id)
