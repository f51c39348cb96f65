"""`/livez`, `/readyz` and `/metrics`, the same on every service."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.service.health import Health
from shared.service.http import SECURITY_HEADERS
from shared.telemetry import Metrics


def ops_routes(
    health: Health,
    metrics: Metrics,
    *,
    may_see: Callable[[Request], bool] = lambda _: True,
    authorize: Callable[[Request], None] = lambda _: None,
) -> list[Route]:
    """`may_see`: whether a request gets the reasons why the service is not ready; `authorize` raises for a request
    that may not read the metrics.
    """

    async def livez(_: Request) -> Response:
        return JSONResponse({"ok": True}, headers=SECURITY_HEADERS)

    async def readyz(request: Request) -> Response:
        problems = await health.problems()
        shown = {"problems": problems} if may_see(request) else {}
        status = 503 if problems else 200
        return JSONResponse({"ok": not problems, **shown}, status_code=status, headers=SECURITY_HEADERS)

    async def metrics_page(request: Request) -> Response:
        authorize(request)
        content, content_type = metrics.render(request.headers.get("accept", ""))
        return Response(content, headers={**SECURITY_HEADERS, "Content-Type": content_type})

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics_page)]


def ops_app(health: Health, metrics: Metrics) -> Starlette:
    return Starlette(routes=ops_routes(health, metrics))
