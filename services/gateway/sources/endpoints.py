"""`/api/sources/search`, `/model`, `/validate-token`, `/installed/updates`: live requests to the Hub"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from services.gateway.auth import Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok
from services.gateway.sources.schemas import HubCard, SearchHit, TokenCheck, TokenRequest, UpdateView
from services.gateway.sources.service import SearchOrder, SourcesService
from services.gateway.sources.updates import UpdatesService
from shared.contracts.names import RepoId, RepoType
from shared.hub import Repo

router = APIRouter(prefix="/api/sources", tags=["sources"])

SourcesDep = Annotated[SourcesService, Depends(provided(SourcesService))]
UpdatesDep = Annotated[UpdatesService, Depends(provided(UpdatesService))]
_UNREACHABLE: dict[int | str, dict[str, Any]] = {502: {"model": ErrorAnswer, "description": "HUB_UNREACHABLE"}}


@router.get("/search", summary="Search the Hub", responses=_UNREACHABLE)
async def search(
    sources: SourcesDep,
    owner: Owner,
    q: Annotated[str, Query(max_length=200, examples=["persian tts"])] = "",
    kind: RepoType = "model",
    sort: SearchOrder = "downloads",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Ok[list[SearchHit]]:
    return Ok(data=await sources.search(q, kind, sort, limit, owner))


@router.get("/model/{repo:path}", summary="The current state of a repository on the Hub", responses=_UNREACHABLE)
async def card(
    repo: Annotated[RepoId, Path(examples=["facebook/mms-tts-fas"])],
    sources: SourcesDep,
    owner: Owner,
    type: RepoType = "model",
    revision: Annotated[str, Query(min_length=1, max_length=200)] = "main",
) -> Ok[HubCard]:
    return Ok(data=await sources.card(Repo(repo, type, revision), owner))


@router.post("/validate-token", summary="The owner of a Hub token", responses=_UNREACHABLE)
async def validate_token(request_body: TokenRequest, sources: SourcesDep, _: Owner) -> Ok[TokenCheck]:
    """The token is neither stored nor logged."""
    return Ok(data=await sources.whose(request_body.token.get_secret_value()))


@router.get("/installed/updates", summary="Installed repositories with a newer revision")
async def updates(updates: UpdatesDep, owner: Owner) -> Ok[list[UpdateView]]:
    return Ok(data=await updates.look(owner))
