"""Ends what was opened with a revoked credential, on this gateway and on the others."""

from __future__ import annotations

from collections.abc import Callable

from nats.aio.msg import Msg
from pydantic import ValidationError

from services.gateway.auth.credentials import Credentials, RevokedCredentials
from shared.bus import Bus
from shared.contracts import subjects
from shared.contracts.revocation import CredentialRevoked
from shared.telemetry import get_logger

_LOG = get_logger("auth")
OnRevoked = Callable[[RevokedCredentials], object]


class Revoker:
    """`on_revoked` ends open sockets and streams of this process."""

    def __init__(self, bus: Bus, credentials: Credentials, on_revoked: OnRevoked) -> None:
        self._bus = bus
        self._credentials = credentials
        self._on_revoked = on_revoked
        self._subscribed = False

    def start(self) -> None:
        """Listen to the other gateways."""
        self._bus.on_ready(self._subscribe)

    async def _subscribe(self) -> None:
        if not self._subscribed:
            self._subscribed = True
            await self._bus.subscribe(subjects.CREDENTIAL_REVOKED, self._on_message)

    async def revoke(self, revoked: RevokedCredentials) -> None:
        """The store does not have the credential any more: drop it here, and tell the other gateways.

        Without the bus they notice with their next look into the store (`Credentials`).
        """
        self._end(revoked)
        notice = CredentialRevoked(session=revoked.session, key=revoked.key, owner=revoked.owner)
        await self._bus.publish_revocation(notice)

    async def _on_message(self, message: Msg) -> None:
        try:
            notice = CredentialRevoked.model_validate_json(message.data)
        except ValidationError as error:
            _LOG.warning("revocation_malformed", reason=str(error.errors()[0]["msg"]))
            return
        self._end(RevokedCredentials(notice.session, notice.key, notice.owner))

    def _end(self, revoked: RevokedCredentials) -> None:
        self._credentials.forget(revoked)
        self._on_revoked(revoked)
