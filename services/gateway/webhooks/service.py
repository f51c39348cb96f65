"""Webhooks of an account: made, changed, deleted; deliveries listed and replayed; and the loop that sends them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from services.gateway.webhooks.collector import WebhookCollector
from services.gateway.webhooks.schemas import (
    ChangeWebhookRequest,
    DeliveryView,
    NewWebhookRequest,
    SecretWebhook,
    WebhookView,
)
from services.gateway.webhooks.sender import WebhookSender
from services.gateway.webhooks.signing import WebhookSecrets
from shared.bus import Bus
from shared.contracts.errors import Conflict, Unavailable, Validation
from shared.telemetry import get_logger
from shared.webhooks import DeliveryRepository, WebhookRepository

_LOG = get_logger("webhooks")
_EVERY_S = 2.0
_SENDERS = 4
_KEEP = timedelta(days=30)
_MOST = 20


@dataclass(frozen=True, slots=True)
class WebhooksService:
    webhooks: WebhookRepository
    deliveries: DeliveryRepository
    secrets: WebhookSecrets
    collector: WebhookCollector
    sender: WebhookSender

    async def of(self, owner: str) -> list[WebhookView]:
        return [WebhookView.of(webhook) for webhook in await self.webhooks.of(owner)]

    async def show(self, webhook_id: str, owner: str) -> WebhookView:
        """Raises `NotFound`."""
        return WebhookView.of(await self.webhooks.get(owner, webhook_id))

    async def create(self, request: NewWebhookRequest, owner: str) -> SecretWebhook:
        """Raises `Conflict` at the limit of an account."""
        secret, sealed = self.secrets.new()
        webhook = await self.webhooks.create(owner, request.url, request.events, request.description, sealed)
        if len(await self.webhooks.of(owner)) > _MOST:  # counted after the insertion: several can be made at once
            await self.webhooks.delete(owner, webhook.id)
            raise Conflict(f"You have {_MOST} webhooks already.", hint="Delete one that you do not use.")
        return SecretWebhook(**WebhookView.of(webhook).model_dump(), secret=secret)

    async def change(self, webhook_id: str, request: ChangeWebhookRequest, owner: str) -> SecretWebhook:
        """Raises `NotFound`, `Validation` for a null."""
        webhook = await self.webhooks.get(owner, webhook_id)
        given = request.model_dump(include=request.model_fields_set - {"rotate_secret"})
        if empty := sorted(name for name, value in given.items() if value is None):
            raise Validation(f"{empty[0]}: this cannot be null; leave it out to keep it.")
        secret = None
        if request.active:
            given |= {"problem": None, "failing_since": None}
            if not webhook.active:  # what ended while it was off is not sent
                given |= {"active_since": self.collector.now(), "collected_until": self.collector.now()}
        if request.rotate_secret:
            secret, sealed = self.secrets.new()
            given |= {"secrets_sealed": (sealed, *webhook.secrets_sealed[:1]), "rotated_at": self.collector.now()}
        changed = await self.webhooks.change(webhook, **given) if given else webhook
        return SecretWebhook(**WebhookView.of(changed).model_dump(), secret=secret)

    async def delete(self, owner: str, webhook_id: str | None = None) -> None:
        """Delete one, or all of an account, with their deliveries. Raises `NotFound`."""
        for deleted in await self.webhooks.delete(owner, webhook_id):
            await self.deliveries.delete(deleted)

    async def page(
        self, webhook_id: str, owner: str, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryView], str | None]:
        """Raises `NotFound`."""
        webhook = await self.webhooks.get(owner, webhook_id)
        found, following = await self.deliveries.page(webhook.id, limit, cursor)
        return [DeliveryView.of(delivery) for delivery in found], following

    async def replay(self, webhook_id: str, delivery_id: str, owner: str) -> DeliveryView:
        """Raises `NotFound`."""
        webhook = await self.webhooks.get(owner, webhook_id)
        return DeliveryView.of(await self.deliveries.replay(await self.deliveries.get(webhook.id, delivery_id)))

    def start(self, bus: Bus) -> None:
        bus.spawn(self._collect_regularly(), "webhooks-collect")
        for number in range(_SENDERS):
            bus.spawn(self._send_regularly(), f"webhooks-send-{number}")

    async def _collect_regularly(self) -> None:
        turn = 0
        while True:
            try:
                await self.collector.collect()
                if turn % 1000 == 0:
                    await self.deliveries.prune(_KEEP)
            except Unavailable as error:
                _LOG.warning("webhooks_not_collected", reason=error.message)
            except Exception:  # a job that cannot be read must not end the loop
                _LOG.exception("webhooks_not_collected")
            turn += 1
            await asyncio.sleep(_EVERY_S)

    async def _send_regularly(self) -> None:
        while True:
            try:
                if await self.sender.send_next():
                    continue
            except Unavailable as error:
                _LOG.warning("webhooks_not_sent", reason=error.message)
            except Exception:  # one delivery must not end the loop; its lease gives it another attempt
                _LOG.exception("webhook_crashed")
            await asyncio.sleep(_EVERY_S)
