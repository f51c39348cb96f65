"""`/api/auth`: sign in and out, the own account, its sessions, tickets"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.gateway.auth.cookies import SessionCookies
from services.gateway.auth.identity import Caller
from services.gateway.auth.schemas import (
    AuthModeView,
    ChangePasswordRequest,
    LoginRequest,
    MeView,
    RefreshRequest,
    RegisterRequest,
    RevokedSessions,
    SessionView,
    SignedIn,
    TicketView,
)
from services.gateway.auth.sessions import OpenedSession, SessionsService
from services.gateway.auth.sign_in import SignIn
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok
from shared.access import Ticket, TicketRepository

router = APIRouter(prefix="/api/auth", tags=["auth"])

TicketsDep = Annotated[TicketRepository, Depends(provided(TicketRepository))]
SignInDep = Annotated[SignIn, Depends(provided(SignIn))]
SessionsDep = Annotated[SessionsService, Depends(provided(SessionsService))]
CookiesDep = Annotated[SessionCookies, Depends(provided(SessionCookies))]
# A page opens its socket at once. A ticket in a log or a browser's history expires with this time.
_SECONDS = 30


@router.post("/register", status_code=201, summary="Make an account, and sign in")
async def register(
    request_body: RegisterRequest, request: Request, response: Response, sign_in: SignInDep, cookies: CookiesDep
) -> Ok[SignedIn]:
    """Needs an invitation, unless SOKHAN_REGISTRATION is open."""
    opened = await sign_in.register(request_body, request)
    return Ok(data=_signed_in(opened, request, response, cookies))


@router.post(
    "/login",
    summary="Sign in",
    responses={
        429: {"model": ErrorAnswer, "description": "RATE_LIMITED: after several wrong attempts, see Retry-After"}
    },
)
async def login(
    request_body: LoginRequest, request: Request, response: Response, sign_in: SignInDep, cookies: CookiesDep
) -> Ok[SignedIn]:
    """With `cookie` the session is a cookie of the browser; otherwise an access token and a refresh token.

    In the mode `token` the body is `{"token": …, "cookie": true}`, and the session ends when SOKHAN_TOKEN changes.
    """
    opened = await sign_in.login(request_body, request)
    return Ok(data=_signed_in(opened, request, response, cookies))


@router.post("/refresh", summary="Exchange a refresh token for an access token and the next refresh token")
async def refresh(
    request_body: RefreshRequest, request: Request, response: Response, sign_in: SignInDep, cookies: CookiesDep
) -> Ok[SignedIn]:
    """Each refresh token is for one use. A second use of an old one ends the session."""
    opened = await sign_in.refresh(request_body.refresh_token.get_secret_value())
    return Ok(data=_signed_in(opened, request, response, cookies))


def _signed_in(opened: OpenedSession, request: Request, response: Response, cookies: SessionCookies) -> SignedIn:
    response.headers["Cache-Control"] = "no-store"
    if opened.session.kind == "browser":
        cookies.store(response, request, opened.credential)
        return SignedIn(account=opened.account, csrf_token=cookies.csrf_token(opened.session.id))
    return SignedIn(
        account=opened.account,
        access_token=opened.access_token,
        expires_in=opened.access_seconds,
        refresh_token=opened.credential,
    )


@router.post("/logout", summary="End this session")
async def logout(response: Response, caller: Caller, sessions: SessionsDep, cookies: CookiesDep) -> Ok[None]:
    """Open sockets and streams of the session end too."""
    cookies.clear(response)
    await sessions.end_own(caller)
    return Ok(data=None)


@router.get("/mode", summary="How to sign in here: with nothing, a token or an account")
async def mode(sign_in: SignInDep) -> Ok[AuthModeView]:
    """Needs no credential. `GET /api/auth/me` says it to a caller who has one."""
    return Ok(data=sign_in.mode_view())


@router.get("/me", summary="The caller: account, role, scopes")
async def me(response: Response, caller: Caller, sign_in: SignInDep, cookies: CookiesDep) -> Ok[MeView]:
    response.headers["Cache-Control"] = "no-store"
    csrf = cookies.csrf_token(caller.session) if caller.session else None
    return Ok(data=await sign_in.me(caller, csrf))


@router.post("/password", summary="Change the password; ends the other sessions")
async def change_password(
    request_body: ChangePasswordRequest, caller: Caller, sign_in: SignInDep
) -> Ok[RevokedSessions]:
    return Ok(data=await sign_in.change_password(request_body, caller))


@router.get("/sessions", summary="Your sessions")
async def list_sessions(caller: Caller, sessions: SessionsDep) -> Ok[list[SessionView]]:
    return Ok(data=await sessions.of(caller))


@router.delete("/sessions", summary="End your other sessions")
async def end_others(caller: Caller, sessions: SessionsDep) -> Ok[RevokedSessions]:
    return Ok(data=await sessions.end_others(caller))


@router.delete("/sessions/{id}", summary="End one of your sessions")
async def end_one(id: str, caller: Caller, sessions: SessionsDep) -> Ok[RevokedSessions]:
    return Ok(data=await sessions.end_one(caller, id))


@router.post("/ticket", status_code=201, summary="A one-use ticket for a WebSocket or an event stream")
async def ticket(tickets: TicketsDep, caller: Caller, response: Response) -> Ok[TicketView]:
    """Connect within 30 seconds with `?ticket=…`. Browsers cannot set a header there, and URLs end in logs."""
    response.headers["Cache-Control"] = "no-store"
    text = await tickets.issue(Ticket(caller.owner, caller.session, caller.key), seconds=_SECONDS)
    return Ok(data=TicketView(ticket=text, expires_in=_SECONDS))
