"""The requests and answers of `/api/auth`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, SecretStr

from services.gateway.auth.passwords import MAX_LENGTH
from shared.accounts import Account, ApiKey
from shared.config import AuthMode
from shared.config_accounts import Registration
from shared.contracts.access import Role, Scope
from shared.contracts.mended import Mended, OneLine
from shared.contracts.owners import AccountName
from shared.contracts.wire import Wire

Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_LENGTH, examples=["a long sentence of yours"])]
Credential = Annotated[SecretStr, Field(min_length=1, max_length=300)]
DisplayName = Annotated[OneLine, Field(max_length=80)]


class TicketView(Wire):
    ticket: str
    expires_in: int = Field(description="seconds")


class AccountView(Wire):
    """`name` is the owner of what the account makes, and never changes."""

    name: str
    display_name: str
    role: Role
    state: Literal["active", "disabled"]
    created_at: AwareDatetime
    last_login_at: AwareDatetime | None = None

    @classmethod
    def of(cls, account: Account) -> AccountView:
        state: Literal["active", "disabled"] = "active" if account.active else "disabled"
        return cls(
            **account.model_dump(include={"display_name", "role", "created_at", "last_login_at"}),
            name=account.id,
            state=state,
        )


class RegisterRequest(Mended, Wire):
    """`invitation`: what an administrator has given you; `cookie`: sign in as a browser."""

    name: AccountName = Field(examples=["sara"])
    password: Password
    display_name: DisplayName = Field("", examples=["سارا"])
    invitation: Credential | None = None
    cookie: bool = False


class LoginRequest(Mended, Wire):
    """With accounts `name` and `password`; in the mode `token` the installation's `token`, with `cookie`."""

    name: OneLine | None = Field(None, min_length=1, max_length=200, examples=["sara"])
    password: Password | None = None
    token: Credential | None = Field(None, examples=[None])
    cookie: bool = Field(False, description="sign in as a browser: the answer sets a cookie")


class AuthModeView(Wire):
    """What a page for signing in needs to know. `registration` is null without accounts."""

    mode: AuthMode
    registration: Registration | None = None


class RefreshRequest(Mended, Wire):
    refresh_token: Credential


class ChangePasswordRequest(Mended, Wire):
    current: Password
    new: Password


class SignedIn(Wire):
    """Of a program: `accessToken` (for `expiresIn` seconds) and `refreshToken`. Of a browser: a cookie, and `csrfToken`
    for the header X-CSRF-Token.
    """

    account: AccountView | None = Field(description="null in the mode `token`")
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    access_token: str | None = None
    expires_in: int | None = None
    refresh_token: str | None = None
    csrf_token: str | None = None


class MeView(Wire):
    """`mode`: SOKHAN_AUTH. `scopes`, `voice` and `key` are those of an API key; null without one."""

    name: str
    display_name: str = ""
    role: Role
    mode: str
    scopes: tuple[Scope, ...] | None = None
    voice: str | None = None
    key: str | None = None
    session: str | None = None
    csrf_token: str | None = None


class SessionView(Wire):
    id: str
    kind: Literal["program", "browser"]
    current: bool
    address: str | None = None
    agent: str | None = None
    created_at: AwareDatetime
    last_used_at: AwareDatetime
    expires_at: AwareDatetime


class RevokedSessions(Wire):
    revoked: int


class NewKeyRequest(Mended, Wire):
    """`voice`: a key for one voice only has the scope speech alone. `expiresInDays`: null for a key without an end."""

    name: OneLine = Field(min_length=1, max_length=80, examples=["news site"])
    scopes: tuple[Scope, ...] = Field((Scope.SPEECH,), min_length=1, max_length=len(Scope))
    voice: str | None = Field(None, min_length=1, max_length=200)
    expires_in_days: int | None = Field(None, ge=1, le=3650)


class KeyView(Wire):
    """`prefix` is the readable beginning of the key."""

    id: str
    prefix: str
    name: str
    scopes: tuple[Scope, ...]
    voice: str | None = None
    created_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    last_used_at: AwareDatetime | None = None
    last_used_from: str | None = None

    @classmethod
    def of(cls, key: ApiKey, prefix: str) -> KeyView:
        return cls(**key.model_dump(exclude={"owner", "secret_hash"}), prefix=f"{prefix}{key.id}")


class NewKey(KeyView):
    """`key` is shown this once: only its hash is stored."""

    key: str
