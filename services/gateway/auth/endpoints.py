"""`/api/auth`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.gateway.auth.identity import Owner
from services.gateway.auth.schemas import TicketView
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok
from shared.access import TicketRepository

router = APIRouter(prefix="/api/auth", tags=["auth"])

TicketsDep = Annotated[TicketRepository, Depends(provided(TicketRepository))]
# A page opens its socket at once. A ticket in a log or a browser's history expires with this time.
_SECONDS = 30


@router.post("/ticket", status_code=201, summary="A one-use ticket for a WebSocket or an event stream")
async def ticket(tickets: TicketsDep, owner: Owner, response: Response) -> Ok[TicketView]:
    """Connect within 30 seconds with `?ticket=…`. Browsers cannot set a header there, and URLs end in logs."""
    response.headers["Cache-Control"] = "no-store"
    return Ok(data=TicketView(ticket=await tickets.issue(owner, seconds=_SECONDS), expires_in=_SECONDS))
