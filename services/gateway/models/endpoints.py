"""`/api/models/download…`: the pair of the older clients"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from services.gateway.auth import Caller, Owner
from services.gateway.auth.revocation import Revoked
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer
from services.gateway.models.schemas import StartedModel, StartModelRequest
from services.gateway.models.service import ModelsService
from services.gateway.server_sent_events import STREAM_CONTENT, EventStream
from shared.contracts.names import RepoId

router = APIRouter(prefix="/api/models/download", tags=["downloads"])

ModelsDep = Annotated[ModelsService, Depends(provided(ModelsService))]
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorAnswer, "description": "MODEL_NOT_ALLOWED"},
    429: {"model": ErrorAnswer, "description": "RATE_LIMITED"},
}


@router.post("/start", status_code=202, summary="Start a download (older clients)", responses=_REFUSED)
async def start(request: StartModelRequest, models: ModelsDep, caller: Caller) -> StartedModel:
    job, started = await models.start(request.model_id, caller)
    return StartedModel(started=started, model_id=request.model_id, job_id=job.id)


@router.get(
    "/progress",
    summary="Progress as server-sent events (older clients)",
    response_class=EventStream,
    responses={200: {"content": STREAM_CONTENT, "description": "`data:` lines of JSON until done or error"}},
)
async def progress(
    models: ModelsDep,
    owner: Owner,
    revoked: Revoked,
    model_id: Annotated[RepoId, Query(alias="modelId", examples=["facebook/mms-tts-fas"])],
) -> EventStream:
    """Starts with the current state, also after the end; always closes after `done` or `error`."""
    return EventStream(await models.progress(model_id, owner, revoked), revoked=revoked)
