"""Webhooks and their deliveries as clients see them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from services.gateway.webhooks.events import EVENTS
from shared.contracts.mended import Mended, OneLine
from shared.contracts.wire import Wire
from shared.setting_values import http_url
from shared.webhooks import Webhook, WebhookDelivery
from shared.webhooks.deliveries import DeliveryState


def _known(event: str) -> str:
    if event not in EVENTS:
        raise ValueError(f"is one of {', '.join(EVENTS)}")
    return event


def _address(url: str) -> str:
    try:
        if not url.isprintable() or " " in url:
            raise ValueError
        http_url(url)
    except ValueError:
        raise ValueError("is an http(s) address without a user name") from None
    return url


EventName = Annotated[str, AfterValidator(_known)]
Address = Annotated[str, StringConstraints(min_length=8, max_length=2000), AfterValidator(_address)]
Events = Annotated[tuple[EventName, ...], Field(min_length=1, max_length=len(EVENTS))]


class NewWebhookRequest(Mended, Wire):
    """`events`: such as `training.completed`; `training.*` and `*` mean several."""

    url: Address = Field(examples=["https://example.org/hooks/sokhan"])
    events: Events = Field(("*",), examples=[["training.completed", "training.failed"]])
    description: OneLine = Field("", max_length=200)


class ChangeWebhookRequest(Mended, Wire):
    """Only given fields change. `rotateSecret`: a new secret; messages carry both signatures for a day."""

    url: Address | None = None
    events: Events | None = None
    description: OneLine | None = Field(None, max_length=200)
    active: bool | None = None
    rotate_secret: bool = False


class WebhookView(Wire):
    """`problem`: why it was switched off."""

    id: str
    url: str
    events: tuple[str, ...]
    description: str
    active: bool
    problem: str | None = None
    created_at: AwareDatetime
    failing_since: AwareDatetime | None = None

    @classmethod
    def of(cls, webhook: Webhook) -> WebhookView:
        return cls.model_validate(webhook.model_dump(include=set(WebhookView.model_fields)))


class SecretWebhook(WebhookView):
    """`secret` verifies the signatures (Standard Webhooks). It is shown when it is new, and never again."""

    secret: str | None = None


class DeliveryView(Wire):
    """`id` is the message's `webhook-id`, the same at every attempt. `status`: the last answer's."""

    id: str
    type: str
    state: DeliveryState
    attempts: int
    created_at: AwareDatetime
    next_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    status: int | None = None
    error: str | None = None

    @classmethod
    def of(cls, delivery: WebhookDelivery) -> DeliveryView:
        view = cls.model_validate(delivery.model_dump(include=set(DeliveryView.model_fields)))
        return view if delivery.state == "pending" else view.model_copy(update={"next_at": None})
