"""`/api/audit`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from services.gateway.audit.export import MEDIA_TYPES, ExportFormat, exported
from services.gateway.audit.log import AuditLog
from services.gateway.audit.schemas import AuditView
from services.gateway.dependencies import provided
from services.gateway.envelope import OkPage
from shared.audit import AuditQuery, AuditRepository, Outcome

router = APIRouter(prefix="/api/audit", tags=["audit"])

RecordsDep = Annotated[AuditRepository, Depends(provided(AuditRepository))]
LogDep = Annotated[AuditLog, Depends(provided(AuditLog))]


def _query(
    account: Annotated[str | None, Query(max_length=40)] = None,
    action: Annotated[str | None, Query(max_length=200, examples=["POST /api/training"])] = None,
    outcome: Outcome | None = None,
    since: Annotated[AwareDatetime | None, Query(examples=["2026-11-01T00:00:00Z"])] = None,
    until: AwareDatetime | None = None,
) -> AuditQuery:
    return AuditQuery(account, action, outcome, since, until)


QueryDep = Annotated[AuditQuery, Depends(_query)]


@router.get("", summary="Who did what, newest first")
async def page(
    records: RecordsDep,
    log: LogDep,
    query: QueryDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str | None = None,
) -> OkPage[AuditView]:
    await log.flush()
    entries, following = await records.page(query, limit, cursor)
    return OkPage(data=[AuditView.of(entry) for entry in entries], next=following)


@router.get(
    "/export",
    summary="The whole audit as JSON lines or CSV",
    response_class=StreamingResponse,
    responses={200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}, "description": "a stream"}},
)
async def export(
    records: RecordsDep, log: LogDep, query: QueryDep, format: ExportFormat = "jsonl"
) -> StreamingResponse:
    await log.flush()
    headers = {"Content-Disposition": f'attachment; filename="audit.{format}"', "Cache-Control": "no-store"}
    return StreamingResponse(exported(records, query, format), media_type=MEDIA_TYPES[format], headers=headers)
