"""`/api/users`, `/api/invitations`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.gateway.accounts.schemas import ChangeAccountRequest, InvitationView, NewInvitation, NewInvitationRequest
from services.gateway.accounts.service import AccountsService
from services.gateway.auth import Caller
from services.gateway.auth.schemas import AccountView
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok

router = APIRouter(prefix="/api", tags=["accounts"])

AccountsDep = Annotated[AccountsService, Depends(provided(AccountsService))]


@router.get("/users", summary="The accounts")
async def listing(accounts: AccountsDep) -> Ok[list[AccountView]]:
    return Ok(data=await accounts.all())


@router.get("/users/{name}", summary="One account")
async def show(name: str, accounts: AccountsDep) -> Ok[AccountView]:
    return Ok(data=await accounts.show(name))


@router.patch(
    "/users/{name}",
    summary="Change an account's role, state or password",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: it is the only administrator"}},
)
async def change(name: str, request: ChangeAccountRequest, accounts: AccountsDep) -> Ok[AccountView]:
    return Ok(data=await accounts.change(name, request))


@router.get("/invitations", summary="Invitations that can still be used")
async def invitations(accounts: AccountsDep) -> Ok[list[InvitationView]]:
    return Ok(data=await accounts.list_invitations())


@router.post("/invitations", status_code=201, summary="Make an invitation; it is shown once")
async def invite(
    request: NewInvitationRequest, response: Response, accounts: AccountsDep, caller: Caller
) -> Ok[NewInvitation]:
    response.headers["Cache-Control"] = "no-store"
    return Ok(data=await accounts.invite(request, caller))


@router.delete("/invitations/{id}", summary="Withdraw an invitation")
async def withdraw(id: str, accounts: AccountsDep) -> Ok[None]:
    await accounts.withdraw(id)
    return Ok(data=None)
