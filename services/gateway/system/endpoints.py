"""`/api/system`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from services.gateway.auth import Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok
from services.gateway.system.service import SystemService
from shared.contracts.system import SystemStatus

router = APIRouter(tags=["operations"])

SystemDep = Annotated[SystemService, Depends(provided(SystemService))]


@router.get("/api/system", summary="Disk, memory, processors, GPUs and the load of each service")
async def status(system: SystemDep, _: Owner) -> Ok[SystemStatus]:
    """Topic `system` of `/ws` and `/api/events` sends the same every few seconds."""
    return Ok(data=await system.status())
