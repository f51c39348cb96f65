"""Finds the ends of jobs in the store, and makes the deliveries of the webhooks that want them.

The store is asked, not the bus, which may lose an event: a delivery is made at least once. The time between two looks
overlaps, because clocks differ and a write may take a while; a repeated message has the same id and is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.gateway.webhooks.events import ended_at, ends_of, event_name, is_chosen, message_of
from shared.contracts.errors import Unavailable
from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.jobs import JobRepository
from shared.telemetry import get_logger
from shared.webhooks import DeliveryRepository, Webhook, WebhookRepository

_LOG = get_logger("webhooks")
_OVERLAP = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class WebhookCollector:
    webhooks: WebhookRepository
    deliveries: DeliveryRepository
    jobs: JobRepository
    now: Callable[[], datetime]

    async def collect(self) -> int:
        """Returns the number of new deliveries. Raises `Unavailable`."""
        count = 0
        for webhook in await self.webhooks.active():
            try:
                count += await self._collect(webhook)
            except Unavailable:
                raise
            except Exception:  # a job that cannot be read must not stop the webhooks of others
                _LOG.exception("webhook_not_collected", webhook=webhook.id)
        return count

    async def _collect(self, webhook: Webhook) -> int:
        now, count = self.now(), 0
        since = max(webhook.collected_until - _OVERLAP, webhook.active_since)
        for kind, job_type in JOB_TYPES.items():
            if any(is_chosen(name, (event,)) for event in webhook.events for name in ends_of(kind)):
                for job in await self.jobs.ended_since(job_type, webhook.owner, since):
                    count += await self._add(webhook, job)
        await self.webhooks.change(webhook, collected_until=now)
        return count

    async def _add(self, webhook: Webhook, job: Job) -> bool:
        name = event_name(job)
        if not is_chosen(name, webhook.events):
            return False
        payload = json.dumps(message_of(job), ensure_ascii=False, separators=(",", ":"))
        # Not the revision, which also grows when an ended job is shared.
        message_id = f"{webhook.id}-{job.id}-{round(ended_at(job).timestamp() * 1000)}"
        return await self.deliveries.add(message_id, webhook.id, webhook.owner, name, payload)
