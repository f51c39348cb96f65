"""`/api/webhooks`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.gateway.auth import Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok, OkPage
from services.gateway.webhooks.schemas import (
    ChangeWebhookRequest,
    DeliveryView,
    NewWebhookRequest,
    SecretWebhook,
    WebhookView,
)
from services.gateway.webhooks.service import WebhooksService

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

WebhooksDep = Annotated[WebhooksService, Depends(provided(WebhooksService))]


@router.get("", summary="Your webhooks")
async def listing(webhooks: WebhooksDep, owner: Owner) -> Ok[list[WebhookView]]:
    return Ok(data=await webhooks.of(owner))


@router.post("", status_code=201, summary="Make a webhook; its secret is shown once")
async def create(
    request: NewWebhookRequest, response: Response, webhooks: WebhooksDep, owner: Owner
) -> Ok[SecretWebhook]:
    """It gets a signed POST at the end of each of your jobs that you choose (Standard Webhooks)."""
    response.headers["Cache-Control"] = "no-store"
    return Ok(data=await webhooks.create(request, owner))


@router.get("/{id}", summary="One webhook")
async def show(id: str, webhooks: WebhooksDep, owner: Owner) -> Ok[WebhookView]:
    return Ok(data=await webhooks.show(id, owner))


@router.patch("/{id}", summary="Change a webhook, switch it on or off, rotate its secret")
async def change(
    id: str, request: ChangeWebhookRequest, response: Response, webhooks: WebhooksDep, owner: Owner
) -> Ok[SecretWebhook]:
    response.headers["Cache-Control"] = "no-store"
    return Ok(data=await webhooks.change(id, request, owner))


@router.delete("/{id}", summary="Delete a webhook and its deliveries")
async def delete(id: str, webhooks: WebhooksDep, owner: Owner) -> Ok[None]:
    await webhooks.delete(owner, id)
    return Ok(data=None)


@router.get("/{id}/deliveries", summary="Its deliveries, newest first")
async def deliveries(
    id: str,
    webhooks: WebhooksDep,
    owner: Owner,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> OkPage[DeliveryView]:
    found, following = await webhooks.page(id, owner, limit, cursor)
    return OkPage(data=found, next=following)


@router.post("/{id}/deliveries/{delivery}/replay", status_code=202, summary="Send a delivery again")
async def replay(id: str, delivery: str, webhooks: WebhooksDep, owner: Owner) -> Ok[DeliveryView]:
    return Ok(data=await webhooks.replay(id, delivery, owner))
