"""What the composition root built, and how an endpoint reaches it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import HTTPConnection

from services.gateway.analysis.service import AnalysisService
from services.gateway.assets.installed import InstalledService
from services.gateway.assets.service import AssetsService
from services.gateway.catalog.service import CatalogService
from services.gateway.datasets.service import DatasetsService
from services.gateway.downloads.service import Asker, DownloadsService
from services.gateway.events.live import LiveEvents
from services.gateway.health.service import HealthService
from services.gateway.models.service import ModelsService
from services.gateway.proxy.service import ProxyService
from services.gateway.renders.service import RendersService
from services.gateway.settings.service import SettingsService
from services.gateway.sources.service import SourcesService
from services.gateway.sources.updates import Updates
from services.gateway.speech.service import SpeechService
from services.gateway.training.checkpoints import CheckpointsService
from services.gateway.training.deployments import DeploymentsService
from services.gateway.training.purge import Purge
from services.gateway.training.service import TrainingService
from shared.config import AuthMode, Settings
from shared.contracts.errors import Unauthenticated

_STREAMS = frozenset({"/api/events", "/api/models/download/progress"})


@dataclass(frozen=True, slots=True)
class Gateway:
    settings: Settings
    assets: AssetsService
    installed: InstalledService
    datasets: DatasetsService
    catalog: CatalogService
    downloads: DownloadsService
    models: ModelsService
    sources: SourcesService
    updates: Updates
    proxy: ProxyService
    own_settings: SettingsService
    training: TrainingService
    checkpoints: CheckpointsService
    deployments: DeploymentsService
    purge: Purge
    analysis: AnalysisService
    speech: SpeechService
    renders: RendersService
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
        live = connection.scope["type"] == "websocket" or connection.url.path in _STREAMS
        given = connection.query_params.get("token", "") if live else ""
    expected = settings.token.get_secret_value() if settings.token else ""
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Unauthenticated("This needs a valid token.", hint="Send it as “Authorization: Bearer <SOKHAN_TOKEN>”.")
    return "owner"


def asker_of(connection: HTTPConnection) -> Asker:
    """Who asks, and from where: one token stands for everybody who has it, so their addresses tell them apart."""
    owner = owner_of(connection)
    shared = gateway(connection).settings.auth is AuthMode.TOKEN
    return Asker(owner, connection.client.host if shared and connection.client else None)


def admin_of(connection: HTTPConnection) -> str:
    """An administrator. Until there are accounts that is everybody who may come in at all."""
    return owner_of(connection)


Parts = Annotated[Gateway, Depends(gateway)]
Owner = Annotated[str, Depends(owner_of)]
Asking = Annotated[Asker, Depends(asker_of)]
Admin = Annotated[str, Depends(admin_of)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="The same key again answers with the first job instead of starting another.",
    ),
]
