"""Webhooks and their deliveries in the store."""

from shared.webhooks.deliveries import DeliveryRepository, WebhookDelivery
from shared.webhooks.webhooks import Webhook, WebhookRepository

__all__ = ["DeliveryRepository", "Webhook", "WebhookDelivery", "WebhookRepository"]
