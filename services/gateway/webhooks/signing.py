"""Secrets and signatures of webhooks, by the Standard Webhooks specification (v1: HMAC-SHA256)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from standardwebhooks.webhooks import Webhook as Signer

from shared.contracts.errors import Unavailable
from shared.secret_keys import SecretKeys

_PREFIX = "whsec_"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class WebhookSecrets:
    """Seals secrets with the installation's key; a store's copy signs nothing."""

    keys: SecretKeys

    def new(self) -> tuple[str, str]:
        """A secret as its receiver needs it, and sealed for the store."""
        secret = _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()
        return secret, self.keys.cipher("webhooks").encrypt(secret.encode()).decode()

    def headers(self, message_id: str, at: datetime, payload: str, sealed: Iterable[str]) -> dict[str, str]:
        """The headers of an attempt, with a signature for each secret. Raises `Unavailable` for another key."""
        cipher = self.keys.cipher("webhooks")
        try:
            opened = [cipher.decrypt(secret.encode()).decode() for secret in sealed]
        except InvalidToken as error:
            raise Unavailable(
                "The webhook's secret cannot be decrypted: SOKHAN_SECRET_KEY has changed.",
                hint="Set the old key as SOKHAN_SECRET_KEY_PREVIOUS, or rotate the webhook's secret.",
            ) from error
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(Signer(secret).sign(message_id, at, payload) for secret in opened),
        }
