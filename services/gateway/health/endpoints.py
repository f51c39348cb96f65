"""`/health`: every part and its state."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.gateway.auth import OptionalCaller
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok
from services.gateway.health.report import HealthReport
from services.gateway.health.service import HealthService

router = APIRouter(tags=["operations"])

HealthDep = Annotated[HealthService, Depends(provided(HealthService))]


@router.get("/health", summary="Every part of the platform and its state")
async def health(health: HealthDep, response: Response, caller: OptionalCaller) -> Ok[HealthReport]:
    """Without a valid token it says `ok` or `down` and no more."""
    report = await health.report()
    if report.status == "down":
        response.status_code = 503
    if caller is None:
        report = HealthReport(status="down" if report.status == "down" else "ok")
    return Ok(ok=report.status != "down", data=report)
