"""The collection `deliveries`: one document for each message to a webhook, until it is delivered or given up.

The id names the webhook, the job and its revision, so the same end of a job makes one message, whoever finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.errors import NotFound
from shared.store import Duplicate, Filter, Store, Value
from shared.store.port import Change

_COLLECTION = "deliveries"
DeliveryState = Literal["pending", "delivered", "failed"]
# Longer than one attempt takes; a sender that dies leaves its delivery to another one after this time.
_LEASE = timedelta(seconds=60)


class WebhookDelivery(BaseModel):
    """`payload` is the JSON text that is sent, the same at every attempt."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    webhook: str
    owner: str
    type: str
    payload: str
    state: DeliveryState = "pending"
    attempts: int = 0
    created_at: AwareDatetime
    next_at: AwareDatetime
    leased_until: AwareDatetime
    delivered_at: AwareDatetime | None = None
    status: int | None = None
    error: str | None = None


class DeliveryRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def add(self, id_: str, webhook: str, owner: str, type_: str, payload: str) -> bool:
        """False if the message exists already."""
        now = self._now()
        delivery = WebhookDelivery(
            id=id_,
            webhook=webhook,
            owner=owner,
            type=type_,
            payload=payload,
            created_at=now,
            next_at=now,
            leased_until=now,
        )
        try:
            await self._store.insert(_COLLECTION, delivery.model_dump())
        except Duplicate:
            return False
        return True

    async def claim(self) -> WebhookDelivery | None:
        """The pending delivery that is due the longest, for `_LEASE`; None if there is none."""
        now = self._now()
        due: Filter = {"state": "pending", "next_at": {"$lte": now}, "leased_until": {"$lte": now}}
        change: Change = {"$set": {"leased_until": now + _LEASE}, "$inc": {"attempts": 1}}
        document = await self._store.update(_COLLECTION, due, change, sort=[("next_at", 1)])
        return WebhookDelivery.model_validate(document) if document else None

    async def record(self, delivery: WebhookDelivery, **changes: Value) -> None:
        """Store the outcome of an attempt, unless another sender has claimed the delivery since."""
        mine: Filter = {"id": delivery.id, "attempts": delivery.attempts}
        await self._store.update(_COLLECTION, mine, {"$set": {**changes, "leased_until": self._now()}})

    async def get(self, webhook: str, id_: str) -> WebhookDelivery:
        """Raises `NotFound`."""
        document = await self._store.get(_COLLECTION, id_)
        if document is None or document["webhook"] != webhook:
            raise NotFound(f"There is no delivery {id_[:80]}.")
        return WebhookDelivery.model_validate(document)

    async def replay(self, delivery: WebhookDelivery) -> WebhookDelivery:
        """Send it again, with the same id and payload."""
        now = self._now()
        change: dict[str, Value] = {"state": "pending", "attempts": 0, "next_at": now, "error": None, "status": None}
        document = await self._store.update(_COLLECTION, {"id": delivery.id}, {"$set": change})
        if document is None:
            raise NotFound(f"There is no delivery {delivery.id}.")
        return WebhookDelivery.model_validate(document)

    async def page(self, webhook: str, limit: int, cursor: str | None) -> tuple[list[WebhookDelivery], str | None]:
        """The newest first, and the cursor of the next page."""
        found = await self._store.find(
            _COLLECTION, {"webhook": webhook}, sort=[("created_at", -1)], limit=limit, cursor=cursor
        )
        return [WebhookDelivery.model_validate(item) for item in found.items], found.next

    async def delete(self, webhook: str) -> None:
        await self._store.delete(_COLLECTION, {"webhook": webhook})

    async def prune(self, age: timedelta) -> int:
        """Delete those that ended long ago. Returns their number."""
        ended: Filter = {"state": {"$in": ["delivered", "failed"]}, "created_at": {"$lt": self._now() - age}}
        return await self._store.delete(_COLLECTION, ended)
