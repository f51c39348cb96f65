"""The connection settings of a service's bus client."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from shared.config import Settings
from shared.contracts import subjects
from shared.secret_url import without_userinfo


@dataclass(frozen=True, slots=True)
class BusSettings:
    """`url`: of one server, or of several, separated by commas.

    `inbox`: the prefix of the inboxes; a server with permissions lets a service read its own only. `replicas`: the
    number of servers that hold each stream.
    """

    url: str = field(repr=False)
    name: str
    credentials: Path | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_ca: Path | None = None
    inbox: str = "_INBOX"
    replicas: int = 1

    @property
    def servers(self) -> list[str]:
        return [server.strip() for server in self.url.split(",")]

    @property
    def shown_url(self) -> str:
        """For messages and logs: without user and password."""
        return ",".join(map(without_userinfo, self.servers))


def bus_settings(service: str, settings: Settings) -> BusSettings:
    return BusSettings(
        url=settings.nats_url.reveal(),
        name=f"sokhan-{service}",
        credentials=settings.nats_credentials,
        user=settings.nats_user,
        password=settings.nats_password.get_secret_value() if settings.nats_password else None,
        tls_ca=settings.nats_tls_ca,
        inbox=subjects.inbox(service),
        replicas=settings.nats_replicas,
    )
