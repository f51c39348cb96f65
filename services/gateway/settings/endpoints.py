"""`/api/settings`"""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.context import Admin, Owner, Parts
from services.gateway.envelope import Ok
from services.gateway.settings.schemas import HuggingFaceView, SettingsView, StoredToken, StoreToken, ValidateToken
from services.gateway.sources.schemas import TokenCheck
from shared.contracts.settings import PlatformSettings

router = APIRouter(prefix="/api/settings", tags=["settings"])


@router.get("", summary="What can be changed while Sokhan runs")
async def show(parts: Parts, owner: Owner) -> Ok[SettingsView]:
    return Ok(data=await parts.own_settings.show(owner))


@router.post("", summary="Change them; what is left out stays")
async def change(wish: PlatformSettings, parts: Parts, admin: Admin) -> Ok[SettingsView]:
    return Ok(data=await parts.own_settings.change(wish, admin))


@router.put("/huggingface/validate", summary="Does the Hub know this token, or the stored one?")
async def validate(wish: ValidateToken, parts: Parts, owner: Owner) -> Ok[TokenCheck]:
    token = wish.token.get_secret_value() if wish.token else None
    return Ok(data=await parts.own_settings.check_token(token, owner))


@router.put("/huggingface/token", summary="Store your Hub token, encrypted")
async def store(wish: StoreToken, parts: Parts, owner: Owner) -> Ok[StoredToken]:
    """No answer ever contains it. A Hub out of reach does not keep it from being stored."""
    return Ok(data=await parts.own_settings.store_token(wish.token.get_secret_value(), owner))


@router.delete("/huggingface/token", summary="Forget your Hub token")
async def forget(parts: Parts, owner: Owner) -> Ok[HuggingFaceView]:
    return Ok(data=await parts.own_settings.forget_token(owner))
