"""The collection `webhooks`: addresses that an account wants to be told at the end of its jobs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.errors import NotFound
from shared.store import Filter, Store, Value
from shared.store.paging import find_all

_COLLECTION = "webhooks"
_PAGE = 500


class Webhook(BaseModel):
    """`secrets_sealed`: the encrypted signing secrets, the current one first.

    The ends of jobs from `active_since` up to `collected_until` have their deliveries.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    owner: str
    url: str
    events: tuple[str, ...]
    description: str = ""
    secrets_sealed: tuple[str, ...] = Field(repr=False)
    active: bool = True
    problem: str | None = None
    created_at: AwareDatetime
    rotated_at: AwareDatetime | None = None
    active_since: AwareDatetime
    collected_until: AwareDatetime
    failing_since: AwareDatetime | None = None


class WebhookRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def create(
        self, owner: str, url: str, events: tuple[str, ...], description: str, secret_sealed: str
    ) -> Webhook:
        now = self._now()
        webhook = Webhook(
            id=f"wh_{secrets.token_hex(8)}",
            owner=owner,
            url=url,
            events=events,
            description=description,
            secrets_sealed=(secret_sealed,),
            created_at=now,
            active_since=now,
            collected_until=now,
        )
        await self._store.insert(_COLLECTION, webhook.model_dump())
        return webhook

    async def of(self, owner: str) -> list[Webhook]:
        return await self._find({"owner": owner})

    async def active(self) -> list[Webhook]:
        return await self._find({"active": True})

    async def _find(self, where: Filter) -> list[Webhook]:
        items = await find_all(self._store, _COLLECTION, where, sort=[("created_at", 1)], page=_PAGE)
        return [Webhook.model_validate(item) for item in items]

    async def get(self, owner: str, webhook_id: str) -> Webhook:
        """Raises `NotFound`, also for a webhook of another account."""
        document = await self._store.get(_COLLECTION, webhook_id)
        if document is None or document["owner"] != owner:
            raise NotFound(f"There is no webhook {webhook_id[:40]}.")
        return Webhook.model_validate(document)

    async def change(self, webhook: Webhook, **changes: Value) -> Webhook:
        """Set fields. Raises `NotFound` if it was deleted meanwhile."""
        document = await self._store.update(_COLLECTION, {"id": webhook.id}, {"$set": changes})
        if document is None:
            raise NotFound(f"There is no webhook {webhook.id}.")
        return Webhook.model_validate(document)

    async def find(self, webhook_id: str) -> Webhook | None:
        document = await self._store.get(_COLLECTION, webhook_id)
        return Webhook.model_validate(document) if document else None

    async def delete(self, owner: str, webhook_id: str | None = None) -> list[str]:
        """Delete one webhook of the account, or all. Returns their ids. Raises `NotFound` for an unknown one."""
        chosen = await self.of(owner) if webhook_id is None else [await self.get(owner, webhook_id)]
        for webhook in chosen:
            await self._store.delete(_COLLECTION, {"id": webhook.id})
        return [webhook.id for webhook in chosen]
