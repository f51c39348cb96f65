"""What the composition root built, and how an endpoint reaches it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import HTTPConnection

from services.gateway.assets.service import AssetsService
from services.gateway.datasets.service import DatasetsService
from services.gateway.downloads.service import DownloadsService
from services.gateway.events.live import LiveEvents
from services.gateway.health.service import HealthService
from services.gateway.speech.service import SpeechService
from services.gateway.training.service import TrainingService
from shared.config import AuthMode, Settings
from shared.contracts.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Gateway:
    settings: Settings
    assets: AssetsService
    datasets: DatasetsService
    downloads: DownloadsService
    training: TrainingService
    speech: SpeechService
    health: HealthService
    live: LiveEvents


def gateway(connection: HTTPConnection) -> Gateway:
    built: Gateway = connection.app.state.gateway
    return built


def owner_of(connection: HTTPConnection) -> str:
    """Who asks. Raises `Unauthenticated`. Browsers set no headers on live streams: `?token=` will do there."""
    settings = gateway(connection).settings
    if settings.auth is AuthMode.OFF:
        return "local"
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        live = connection.scope["type"] == "websocket" or connection.url.path == "/api/events"
        given = connection.query_params.get("token", "") if live else ""
    expected = settings.token.get_secret_value() if settings.token else ""
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Unauthenticated("This needs a valid token.", hint="Send it as “Authorization: Bearer <SOKHAN_TOKEN>”.")
    return "owner"


Parts = Annotated[Gateway, Depends(gateway)]
Owner = Annotated[str, Depends(owner_of)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="The same key again answers with the first job instead of starting another.",
    ),
]
