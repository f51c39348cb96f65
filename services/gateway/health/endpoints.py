"""`/health`: every part and its state."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.context import Parts
from services.gateway.envelope import Ok
from services.gateway.health.service import HealthReport

router = APIRouter(tags=["operations"])


@router.get("/health", summary="Every part of the platform and its state")
async def health(parts: Parts, response: Response) -> Ok[HealthReport]:
    report = await parts.health.report()
    if report.status == "down":
        response.status_code = 503
    return Ok(ok=report.status != "down", data=report)
