"""`/api/settings`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from services.gateway.auth import Caller, Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok
from services.gateway.settings.schemas import (
    ChangeSettingsRequest,
    HuggingFaceView,
    SettingsView,
    StoredToken,
    StoreTokenRequest,
    ValidateTokenRequest,
)
from services.gateway.settings.service import SettingsService
from services.gateway.sources.schemas import TokenCheck

router = APIRouter(prefix="/api/settings", tags=["settings"])

SettingsDep = Annotated[SettingsService, Depends(provided(SettingsService))]


@router.get("", summary="Your settings, the installation's, and what you have used of each quota")
async def show(settings: SettingsDep, owner: Owner) -> Ok[SettingsView]:
    return Ok(data=await settings.show(owner))


@router.post("", summary="Change settings; omitted fields stay")
async def change(request_body: ChangeSettingsRequest, settings: SettingsDep, caller: Caller) -> Ok[SettingsView]:
    """Yours, and as an administrator those of the installation."""
    return Ok(data=await settings.change(request_body, caller))


@router.put("/huggingface/validate", summary="Check a Hub token, or the stored one")
async def validate(request_body: ValidateTokenRequest, settings: SettingsDep, owner: Owner) -> Ok[TokenCheck]:
    token = request_body.token.get_secret_value() if request_body.token else None
    return Ok(data=await settings.check_token(token, owner))


@router.put("/huggingface/token", summary="Store your Hub token, encrypted")
async def store(request_body: StoreTokenRequest, settings: SettingsDep, owner: Owner) -> Ok[StoredToken]:
    """No response contains the token. It is also stored while the Hub is unreachable."""
    return Ok(data=await settings.store_token(request_body.token.get_secret_value(), owner))


@router.delete("/huggingface/token", summary="Forget your Hub token")
async def forget(settings: SettingsDep, owner: Owner) -> Ok[HuggingFaceView]:
    return Ok(data=await settings.forget_token(owner))
