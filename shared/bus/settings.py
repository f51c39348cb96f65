"""The connection settings of a service's bus client."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from shared.config import Settings
from shared.contracts import subjects
from shared.secret_url import without_userinfo


@dataclass(frozen=True, slots=True)
class BusSettings:
    """`inbox`: the prefix of the inboxes; a server with permissions lets a service read its own only."""

    url: str = field(repr=False)
    name: str
    credentials: Path | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_ca: Path | None = None
    inbox: str = "_INBOX"

    @property
    def shown_url(self) -> str:
        """For messages and logs: without user and password."""
        return without_userinfo(self.url)


def bus_settings(service: str, settings: Settings) -> BusSettings:
    return BusSettings(
        url=settings.nats_url.reveal(),
        name=f"sokhan-{service}",
        credentials=settings.nats_credentials,
        user=settings.nats_user,
        password=settings.nats_password.get_secret_value() if settings.nats_password else None,
        tls_ca=settings.nats_tls_ca,
        inbox=subjects.inbox(service),
    )
