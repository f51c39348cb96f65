"""`/api/auth/keys`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.gateway.auth.identity import Caller
from services.gateway.auth.keys import KeysService
from services.gateway.auth.schemas import KeyView, NewKey, NewKeyRequest
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok

router = APIRouter(prefix="/api/auth/keys", tags=["auth"])

KeysDep = Annotated[KeysService, Depends(provided(KeysService))]


@router.get("", summary="Your API keys")
async def listing(keys: KeysDep, caller: Caller) -> Ok[list[KeyView]]:
    return Ok(data=await keys.of(caller))


@router.post("", status_code=201, summary="Make an API key; it is shown once")
async def create(request_body: NewKeyRequest, response: Response, keys: KeysDep, caller: Caller) -> Ok[NewKey]:
    response.headers["Cache-Control"] = "no-store"
    return Ok(data=await keys.create(request_body, caller))


@router.delete("/{id}", summary="Revoke an API key; its open streams end")
async def delete(id: str, keys: KeysDep, caller: Caller) -> Ok[None]:
    await keys.delete(id, caller)
    return Ok(data=None)
