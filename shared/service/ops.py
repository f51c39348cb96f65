"""`/livez`, `/readyz` and `/metrics`, the same on every service."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.service.health import Health
from shared.telemetry import Metrics


def ops_routes(health: Health, metrics: Metrics) -> list[Route]:
    async def livez(_: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_: Request) -> Response:
        problems = await health.problems()
        return JSONResponse({"ok": not problems, "problems": problems}, status_code=503 if problems else 200)

    async def metrics_page(_: Request) -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4")

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics_page)]


def ops_app(health: Health, metrics: Metrics) -> Starlette:
    return Starlette(routes=ops_routes(health, metrics))
