"""The part of the composition root for accounts, sessions and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.gateway.accounts.first_admin import offer_first_admin
from services.gateway.accounts.service import AccountsService, address_of
from services.gateway.auth import Authenticator
from services.gateway.auth.access_tokens import AccessTokens
from services.gateway.auth.cookies import SessionCookies
from services.gateway.auth.credentials import Credentials, RevokedCredentials
from services.gateway.auth.installation_token import InstallationToken
from services.gateway.auth.keys import KeysService, VoiceId
from services.gateway.auth.passwords import Passwords
from services.gateway.auth.revoking import Revoker
from services.gateway.auth.sessions import SessionsService
from services.gateway.auth.sign_in import SignIn
from services.gateway.fair_use import FairUse
from shared.access import TicketRepository
from shared.accounts import (
    AccountRepository,
    ApiKeyRepository,
    InvitationRepository,
    LoginFailures,
    SessionRepository,
)
from shared.config import AuthMode
from shared.secret_keys import SecretKeys
from shared.service import Service


@dataclass(frozen=True, slots=True)
class AuthParts:
    """`provided`: the instances for the endpoints."""

    provided: tuple[object, ...]
    revoker: Revoker
    sessions: SessionsService
    keys: ApiKeyRepository
    accounts: AccountRepository
    invitations: InvitationRepository
    base: str
    admin_link_file: Path | None
    mode: AuthMode

    async def start(self) -> None:
        """Listen to the other gateways, and offer the first administrator's link. Raises `Unavailable`, `OSError`."""
        self.revoker.start()
        if self.mode is AuthMode.ACCOUNTS:
            await offer_first_admin(self.accounts, self.invitations, self.base, self.admin_link_file)


def build_auth(
    service: Service,
    secrets: SecretKeys,
    fair_use: FairUse,
    voice_id: VoiceId,
    on_revoked: Callable[[RevokedCredentials], object],
) -> AuthParts:
    settings, store, now = service.settings, service.store, service.now
    accounts, invitations = AccountRepository(store, now), InvitationRepository(store, now)
    session_records = SessionRepository(store, now, secrets.derive("refresh tokens")[0])
    key_records = ApiKeyRepository(store, now)
    tickets = TicketRepository(store, now)
    tokens = AccessTokens(secrets, settings.access_token_seconds, now)
    cookies = SessionCookies(secrets, settings.public_url)
    credentials = Credentials(accounts, session_records, key_records)
    revoker = Revoker(service.bus, credentials, on_revoked)
    sessions = SessionsService(session_records, tokens, revoker)
    passwords = Passwords()
    token = InstallationToken(settings.token)
    base = address_of(settings)
    sign_in = SignIn(
        settings.auth,
        token,
        settings.registration,
        accounts,
        invitations,
        LoginFailures(store, now),
        passwords,
        sessions,
        now,
    )
    keys = KeysService(
        key_records, revoker, voice_id, settings.api_keys_per_owner, settings.auth is AuthMode.ACCOUNTS, now
    )
    provided = (
        Authenticator(settings.auth, token, tickets, fair_use, credentials, tokens, cookies),
        tickets,
        cookies,
        sessions,
        sign_in,
        keys,
        AccountsService(accounts, invitations, passwords, sessions, base),
    )
    return AuthParts(
        provided, revoker, sessions, key_records, accounts, invitations, base, settings.admin_link_file, settings.auth
    )
