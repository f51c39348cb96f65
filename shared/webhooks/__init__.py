"""Webhooks and their deliveries in the store."""

from shared.webhooks.deliveries import Delivery, DeliveryRepository
from shared.webhooks.webhooks import Webhook, WebhookRepository

__all__ = ["Delivery", "DeliveryRepository", "Webhook", "WebhookRepository"]
