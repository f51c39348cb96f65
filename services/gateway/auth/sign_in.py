"""Registration, login, refresh and passwords.

The answer to a wrong password and its time are the same for a name that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import HTTPConnection

from services.gateway.auth.identity import CallerIdentity
from services.gateway.auth.installation_token import InstallationToken
from services.gateway.auth.passwords import Passwords, check_password
from services.gateway.auth.schemas import (
    AuthModeView,
    ChangePasswordRequest,
    LoginRequest,
    MeView,
    RegisterRequest,
    RevokedSessions,
)
from services.gateway.auth.sessions import OpenedSession, SessionsService
from shared.accounts import INSTALLATION_ITSELF, AccountRepository, Invitation, InvitationRepository, LoginFailures
from shared.config import AuthMode
from shared.config_accounts import Registration
from shared.contracts.access import Role
from shared.contracts.errors import Forbidden, NotFound, Unauthenticated, Validation
from shared.contracts.hints import Action, Hint
from shared.contracts.owners import TOKEN_OWNER
from shared.service.http import network_of
from shared.telemetry import get_logger

_LOG = get_logger("auth")
# No account has a line break in its name.
_TOKEN_FAILURES = "the installation's\ntoken"  # noqa: S105 - the name of a counter


@dataclass(frozen=True, slots=True)
class SignIn:
    mode: AuthMode
    token: InstallationToken
    registration: Registration
    accounts: AccountRepository
    invitations: InvitationRepository
    failures: LoginFailures
    passwords: Passwords
    sessions: SessionsService
    now: Callable[[], datetime]

    async def register(self, request: RegisterRequest, connection: HTTPConnection) -> OpenedSession:
        """Raises `Forbidden` without a valid invitation, `Conflict` for a taken name, `Validation`."""
        self._require_accounts()
        connection.state.signing_in = request.name
        password = request.password.get_secret_value()
        invitation = await self._invitation(request)
        if invitation is None and self.registration is not Registration.OPEN:
            raise Forbidden(
                "A new account needs an invitation that has not been used.", hint="An administrator makes one."
            )
        check_password(password, request.name)
        hashed = await self.passwords.hash(password)
        if invitation is not None and not await self.invitations.take(invitation):
            raise Forbidden("This invitation has been used.", hint="An administrator makes another one.")
        role = invitation.role if invitation else Role.MEMBER
        try:
            account = await self.accounts.create(request.name, hashed, role, request.display_name)
        except BaseException:
            if invitation is not None:
                await self.invitations.put_back(invitation)
            raise
        if invitation is not None and invitation.created_by == INSTALLATION_ITSELF:
            await self.invitations.delete_all(Role.ADMIN, INSTALLATION_ITSELF)  # links of earlier starts
        _LOG.info("account_created", account=account.id, role=role.value)
        return await self.sessions.open(account, connection, cookie=request.cookie)

    async def _invitation(self, request: RegisterRequest) -> Invitation | None:
        """The invitation of the request, if it is valid here."""
        given = request.invitation.get_secret_value() if request.invitation else ""
        found = await self.invitations.check(given)
        if found is None or found.name not in {None, request.name}:
            return None
        if found.created_by != INSTALLATION_ITSELF:
            creator = await self.accounts.find(found.created_by)
            if creator is None or not creator.is_active_admin:
                return None
        # A closed installation still gets its administrator.
        closed = self.registration is Registration.CLOSED
        return None if closed and found.created_by != INSTALLATION_ITSELF else found

    async def login(self, request: LoginRequest, connection: HTTPConnection) -> OpenedSession:
        """Raises `Unauthenticated` for a wrong name or password, `RateLimited` after several, `Validation`."""
        if self.mode is AuthMode.TOKEN:
            return await self._login_with_token(request, connection)
        self._require_accounts()
        name, password = _name_and_password(request)
        connection.state.signing_in = name[:40]
        network = _network_of(connection)
        wrong = Unauthenticated("The name or the password is wrong.")
        async with self.failures.attempt(name, network):
            account = await self.accounts.find(name)
            stored = account.password_hash if account is not None and account.active else None
            if not await self.passwords.verify(stored, password) or account is None or stored is None:
                await self.failures.add(name, network)
                _LOG.warning("login_failed", account=name[:40], client=network)
                raise wrong
            await self.failures.clear(name, network)
        if self.passwords.is_outdated(stored):
            account = await self.accounts.replace_hash(account, await self.passwords.hash(password))
            if account is None:
                raise wrong
        opened = await self.sessions.open(account, connection, cookie=request.cookie)
        # A password that changes meanwhile ends the sessions that it finds; this one it may not have found.
        current = await self.accounts.change(account.id, last_login_at=self.now())
        if current.password_hash != account.password_hash or not current.active:
            await self.sessions.end(opened.session)
            raise wrong
        _LOG.info("login_succeeded", account=account.id, client=network)
        return opened

    async def _login_with_token(self, request: LoginRequest, connection: HTTPConnection) -> OpenedSession:
        """A browser's session, which ends with the token. A program sends the token itself."""
        if request.token is None:
            raise Validation("This installation has no accounts: sign in with its token.").about("token")
        if not request.cookie:
            raise Validation(
                "With the token only a browser signs in: set cookie to true.",
                hint="A program sends the token with each request: Authorization: Bearer.",
            ).about("cookie")
        connection.state.signing_in = TOKEN_OWNER
        network = _network_of(connection)
        async with self.failures.attempt(_TOKEN_FAILURES, network, "wrong tokens"):
            if self.token.hash is None or not self.token.is_given(request.token.get_secret_value()):
                await self.failures.add(_TOKEN_FAILURES, network)
                _LOG.warning("login_failed", account=TOKEN_OWNER, client=network)
                raise Unauthenticated("The token is wrong.")
            await self.failures.clear(_TOKEN_FAILURES, network)
        opened = await self.sessions.open_with_token(self.token.hash, connection)
        _LOG.info("login_succeeded", account=TOKEN_OWNER, client=network)
        return opened

    def mode_view(self) -> AuthModeView:
        """What everybody may know: how to sign in here."""
        registration = self.registration if self.mode is AuthMode.ACCOUNTS else None
        return AuthModeView(mode=self.mode, registration=registration)

    async def refresh(self, refresh_token: str) -> OpenedSession:
        """Raises `Unauthenticated` for a token that is unknown, expired or used before."""
        self._require_accounts()
        found = await self.sessions.refresh(refresh_token)
        account = await self.accounts.find(found[0].owner) if found else None
        if found is None or account is None or not account.active:
            raise Unauthenticated("This session has ended.", hint="Sign in again.")
        session, following = found
        return self.sessions.opened(account, session, following)

    async def me(self, caller: CallerIdentity, csrf_token: str | None) -> MeView:
        account = await self.accounts.find(caller.owner) if self.mode is AuthMode.ACCOUNTS else None
        return MeView(
            name=caller.owner,
            display_name=account.display_name if account else "",
            role=caller.role,
            mode=self.mode.value,
            scopes=None if caller.scopes is None else tuple(sorted(caller.scopes)),
            voice=caller.voice,
            key=caller.key,
            session=caller.session,
            csrf_token=csrf_token,
        )

    async def change_password(self, request: ChangePasswordRequest, caller: CallerIdentity) -> RevokedSessions:
        """Ends the account's other sessions; API keys stay. Raises `Forbidden` for a wrong current password."""
        self._require_accounts()
        account = await self.accounts.get(caller.owner)
        async with self.failures.attempt(account.id, "password"):
            if not await self.passwords.verify(account.password_hash, request.current.get_secret_value()):
                await self.failures.add(account.id, "password")
                raise Forbidden("The current password is wrong.").about("current")
        new = request.new.get_secret_value()
        check_password(new, account.id)
        await self.accounts.change(account.id, password_hash=await self.passwords.hash(new))
        await self.failures.clear(account.id, "password")
        return await self.sessions.end_others(caller)

    def _require_accounts(self) -> None:
        if self.mode is not AuthMode.ACCOUNTS:
            raise NotFound("This installation has no accounts.", hint="Set SOKHAN_AUTH=accounts; see docs/accounts.md.")


def _name_and_password(request: LoginRequest) -> tuple[str, str]:
    """Raises `Validation` if one is missing."""
    for field, given in (("name", request.name), ("password", request.password)):
        if given is None:
            raise Validation(f"{field}: is missing.", hint=Hint(Action.SEE_FIELDS)).about(field)
    assert request.name is not None
    assert request.password is not None
    return request.name, request.password.get_secret_value()


def _network_of(connection: HTTPConnection) -> str:
    host = connection.client.host if connection.client else ""
    return network_of(host) or host
