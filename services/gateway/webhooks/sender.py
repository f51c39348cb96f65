"""Sends deliveries, and tries failed ones again with a growing delay, from the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2

from services.gateway.webhooks.signing import WebhookSecrets
from shared.contracts.errors import NotFound, SokhanError
from shared.telemetry import get_logger
from shared.version import sokhan_version
from shared.webhooks import DeliveryRepository, Webhook, WebhookDelivery, WebhookRepository

_LOG = get_logger("webhooks")
# The schedule that the Standard Webhooks specification recommends: three days in all.
_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
_GONE = 410
# A receiver that fails every message for so long is switched off; its owner can switch it on again.
_GIVE_UP_AFTER = timedelta(days=5)
_ROTATION = timedelta(days=1)
_ATTEMPT_S = 15.0


@dataclass(frozen=True, slots=True)
class WebhookSender:
    """`client` refuses private addresses and does not follow redirects."""

    webhooks: WebhookRepository
    deliveries: DeliveryRepository
    secrets: WebhookSecrets
    client: httpx2.AsyncClient
    now: Callable[[], datetime]

    async def send_next(self) -> bool:
        """Attempt one delivery that is due; False if there is none. Raises `Unavailable` without a store."""
        delivery = await self.deliveries.claim()
        if delivery is None:
            return False
        webhook = await self.webhooks.find(delivery.webhook)
        if webhook is None or not webhook.active:
            await self.deliveries.record(delivery, state="failed", error="The webhook was switched off or deleted.")
            return True
        status, problem = await self._attempt(webhook, delivery)
        if problem is None:
            await self.deliveries.record(
                delivery, state="delivered", status=status, error=None, delivered_at=self.now()
            )
            await self._change(webhook, failing_since=None)
        else:
            await self._failed(webhook, delivery, status, problem)
        return True

    async def _attempt(self, webhook: Webhook, delivery: WebhookDelivery) -> tuple[int | None, str | None]:
        """The status of the answer, and why it does not count as delivered."""
        try:
            headers = {
                **self.secrets.headers(delivery.id, self.now(), delivery.payload, self._secrets_of(webhook)),
                "Content-Type": "application/json",
                "User-Agent": f"Sokhan/{sokhan_version()}",
            }
            request = self.client.build_request(
                "POST", webhook.url, content=delivery.payload.encode(), headers=headers, timeout=_ATTEMPT_S
            )
            async with asyncio.timeout(_ATTEMPT_S):  # the client's own limit is one of each read
                response = await self.client.send(request, stream=True)  # of the answer only the status is read
                await response.aclose()
        except SokhanError as error:
            return None, error.message
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, TimeoutError) as error:
            return None, f"The address does not answer ({type(error).__name__})."
        if response.is_success:
            return response.status_code, None
        return response.status_code, f"The address answers with status {response.status_code}."

    def _secrets_of(self, webhook: Webhook) -> tuple[str, ...]:
        """The current secret, and for a day after a rotation the previous one."""
        recent = webhook.rotated_at is not None and self.now() - webhook.rotated_at < _ROTATION
        return webhook.secrets_sealed[: 2 if recent else 1]

    async def _failed(self, webhook: Webhook, delivery: WebhookDelivery, status: int | None, problem: str) -> None:
        now = self.now()
        since = webhook.failing_since or now
        disables = status == _GONE or now - since > _GIVE_UP_AFTER
        last = delivery.attempts > len(_DELAYS)
        if disables or last:
            await self.deliveries.record(delivery, state="failed", status=status, error=problem)
        else:
            following = now + _DELAYS[delivery.attempts - 1]
            await self.deliveries.record(delivery, status=status, error=problem, next_at=following)
        if disables:
            _LOG.warning("webhook_disabled", webhook=webhook.id, reason=problem)
        switched_off: dict[str, str | bool] = {"active": False, "problem": problem} if disables else {}
        await self._change(webhook, failing_since=since, **switched_off)

    async def _change(self, webhook: Webhook, **changes: datetime | str | bool | None) -> None:
        if any(getattr(webhook, name) != value for name, value in changes.items()):
            try:
                await self.webhooks.change(webhook, **changes)
            except NotFound:
                _LOG.debug("webhook_deleted", webhook=webhook.id)
