"""`/api/users`, `/api/invitations`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.gateway.accounts.deletion import AccountDeletion
from services.gateway.accounts.schemas import (
    ChangeAccountRequest,
    DeletedAccount,
    DeletionPlan,
    InvitationView,
    NewInvitation,
    NewInvitationRequest,
    SharedFate,
)
from services.gateway.accounts.service import AccountsService
from services.gateway.auth import Caller
from services.gateway.auth.schemas import AccountView
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok

router = APIRouter(prefix="/api", tags=["accounts"])

DeletionDep = Annotated[AccountDeletion, Depends(provided(AccountDeletion))]
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


@router.get("/users/{name}/deletion", summary="What the deletion of an account would do")
async def plan_deletion(name: str, deletion: DeletionDep) -> Ok[DeletionPlan]:
    return Ok(data=await deletion.plan(name))


@router.delete(
    "/users/{name}",
    summary="Delete an account with what is its own",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: the only administrator, or a job does not end"}},
)
async def delete(
    name: str, deletion: DeletionDep, caller: Caller, shared: SharedFate = "transfer", to: str | None = None
) -> Ok[DeletedAccount]:
    """What it has shared goes to `to` (by default you), or with `shared=remove` away. It can be asked for again."""
    return Ok(data=await deletion(name, shared, to or caller.owner))


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
