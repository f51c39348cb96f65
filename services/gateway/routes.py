"""The routes and the middleware of the gateway."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from starlette.middleware.cors import CORSMiddleware

from services.gateway.accounts.endpoints import router as accounts
from services.gateway.analysis.endpoints import router as analysis
from services.gateway.assets.endpoints import router as assets
from services.gateway.audit.endpoints import router as audit
from services.gateway.auth import authorize, optional_caller
from services.gateway.auth.endpoints import router as auth
from services.gateway.auth.key_endpoints import router as keys
from services.gateway.catalog.endpoints import router as catalog
from services.gateway.console import ConsolePages
from services.gateway.console.bundle import Bundle
from services.gateway.datasets.endpoints import router as datasets
from services.gateway.datasets.preview_endpoints import router as dataset_previews
from services.gateway.dependencies import provide
from services.gateway.downloads.endpoints import router as downloads
from services.gateway.edge import (
    AuditTrail,
    Authentication,
    BodyGuard,
    BodyLimit,
    BrowserGuard,
    Compression,
    RequestContext,
    RequestGuard,
    RequestRate,
)
from services.gateway.envelope import ErrorAnswer, OpenAIAnswer, install_error_handlers
from services.gateway.events.endpoints import router as events
from services.gateway.events.openapi import add_live_events
from services.gateway.health.endpoints import router as health_report
from services.gateway.http_conventions import HttpConventions
from services.gateway.lexicon.endpoints import router as lexicon
from services.gateway.models.endpoints import router as models
from services.gateway.proxy.endpoints import router as proxy
from services.gateway.reference.endpoints import router as reference
from services.gateway.renders.endpoints import router as renders
from services.gateway.settings.endpoints import router as platform_settings
from services.gateway.sources.endpoints import router as sources
from services.gateway.speech.endpoints import router as speech
from services.gateway.speech.file_endpoints import router as voice_files
from services.gateway.system.endpoints import router as system
from services.gateway.training.checkpoint_endpoints import router as checkpoints
from services.gateway.training.endpoints import router as training
from services.gateway.uploads.endpoints import router as uploads
from services.gateway.uploads.protocol import EXPOSED_HEADERS as TUS_HEADERS
from services.gateway.uploads.protocol import TusHeaders
from services.gateway.webhooks.endpoints import router as webhooks
from shared.config import AuthMode, Settings
from shared.service.health import Health
from shared.service.ops import ops_routes
from shared.service.runtime import utc_now
from shared.telemetry import Metrics
from shared.version import sokhan_version

_DESCRIPTION = "From a Persian voice on the Hub to speech in your own programs. Live events: WebSocket at /ws."

# Of a body that is read without a credential.
_CREDENTIAL_BYTES = 16 * 1024
# 20,000 entries of a Persian word and its reading, with comments. Longer lexicons come in parts.
_LEXICON_BYTES = 4 << 20
# Boundaries and text fields around an upload, and the other fields of a JSON body.
_FORM_BYTES = 1 << 20
# Statuses of every route: those of the middleware (head, token, rate, body) and those of the shared errors.
_ERRORS = (400, 401, 403, 404, 405, 408, 409, 413, 414, 422, 429, 431, 502, 503, 507)
_EXPOSED_HEADERS = (
    "Location",
    "X-Request-Id",
    "X-Sample-Rate",
    "Retry-After",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Content-Range",
    "Content-Disposition",
    "Accept-Ranges",
    "ETag",
    *TUS_HEADERS,
)


class GatewayApi(FastAPI):
    """The application, with the live events in its OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            add_live_events(super().openapi())
        assert self.openapi_schema is not None
        return self.openapi_schema


def create_app(
    settings: Settings, services: Sequence[object], health: Health, metrics: Metrics, new_id: Callable[[], str]
) -> FastAPI:
    """The routes and middleware, over these services."""
    app = GatewayApi(
        title="Sokhan",
        version=sokhan_version(),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        # FastAPI's own spans have the query, with its tickets, and begin outside of our guard.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        responses=_errors(ErrorAnswer),
        dependencies=[Depends(authorize)],
    )
    provide(app, settings, *services)
    # `dataset_previews` before `datasets`, whose `{id:path}` takes everything.
    # `assets` before `training`: /api/training/assets is not a run.
    for router in (
        auth,
        keys,
        accounts,
        audit,
        assets,
        downloads,
        models,
        catalog,
        sources,
        proxy,
        platform_settings,
        uploads,
        dataset_previews,
        datasets,
        training,
        checkpoints,
        analysis,
        renders,
        voice_files,
        lexicon,
        events,
        webhooks,
        health_report,
        system,
        reference,
    ):
        app.include_router(router)
    app.include_router(speech, responses=_errors(OpenAIAnswer))
    app.router.routes.extend(
        ops_routes(health, metrics, may_see=lambda request: optional_caller(request) is not None, authorize=authorize)
    )
    install_error_handlers(app)
    _add_middleware(app, settings, metrics, new_id)
    return app


def _errors(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The responses of `_ERRORS`. FastAPI compiles a `model` for each status of each route, a third of a second at the
    first request; one brings it into the document, and the others refer to it there.
    """
    named, *others = _ERRORS
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    errors: dict[int | str, dict[str, Any]] = {status: {"content": content} for status in others}
    return {named: {"model": model}, **errors}


def _add_middleware(app: FastAPI, settings: Settings, metrics: Metrics, new_id: Callable[[], str]) -> None:
    """Each one is outside of those before it."""
    # A character has up to six bytes in JSON: \u0633.
    credentials = BodyLimit(_CREDENTIAL_BYTES)
    limits = {
        ("POST", "/api/auth/login"): credentials,
        ("POST", "/api/auth/register"): credentials,
        ("POST", "/api/auth/refresh"): credentials,
        ("POST", "/api/lexicon/import"): BodyLimit(_LEXICON_BYTES, json=False),
        ("POST", "/api/datasets"): BodyLimit(
            settings.upload_max_bytes + _FORM_BYTES, "SOKHAN_UPLOAD_MAX_BYTES", streamed=True
        ),
        ("PATCH", "/api/uploads/{id}"): BodyLimit(settings.upload_max_bytes, "SOKHAN_UPLOAD_MAX_BYTES", streamed=True),
        ("POST", "/api/speech"): BodyLimit(
            settings.render_max_characters * 6 + _FORM_BYTES, "SOKHAN_RENDER_MAX_CHARACTERS"
        ),
        ("POST", "/v1/audio/speech"): BodyLimit(
            settings.speech_max_characters * 6 + _FORM_BYTES, "SOKHAN_SPEECH_MAX_CHARACTERS"
        ),
    }
    app.add_middleware(BodyGuard, metrics=metrics, limits=limits)
    app.add_middleware(RequestRate, metrics=metrics)
    app.add_middleware(AuditTrail, metrics=metrics, now=utc_now, new_id=new_id)
    app.add_middleware(Authentication, metrics=metrics)
    app.add_middleware(HttpConventions, routes=app.routes)
    app.add_middleware(Compression)
    app.add_middleware(TusHeaders)
    if settings.auth is AuthMode.OFF:
        app.add_middleware(BrowserGuard, allowed_origins=settings.cors_origins, metrics=metrics)
    app.add_middleware(ConsolePages, bundle=Bundle())
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=list(_EXPOSED_HEADERS),
        )
    app.add_middleware(RequestContext, metrics=metrics)
    app.add_middleware(RequestGuard, metrics=metrics, new_id=new_id)
