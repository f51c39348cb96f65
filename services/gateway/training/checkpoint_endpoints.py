"""`/api/training/{run}/checkpoints`"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse

from services.gateway.context import IdempotencyKey, Owner, Parts
from services.gateway.envelope import ErrorAnswer, Ok
from services.gateway.training.schemas import CheckpointView, DeployedView, DeployWish, RestoreWish
from shared.contracts.kinds.training import TrainingView

router = APIRouter(prefix="/api/training/{run}/checkpoints", tags=["training"])

Step = Annotated[int, Path(ge=1)]
_Answers = dict[int | str, dict[str, Any]]
_TAR: _Answers = {200: {"content": {"application/x-tar": {}}, "description": "the folder, made while it is sent"}}
_CONFLICT: _Answers = {
    409: {"model": ErrorAnswer, "description": "CONFLICT: something needs it; the message says what"}
}


@router.get("", summary="What the run has saved")
async def listing(run: str, parts: Parts, owner: Owner) -> Ok[list[CheckpointView]]:
    return Ok(data=await parts.checkpoints.views(run, owner))


@router.api_route("/{step}", methods=["HEAD"], include_in_schema=False)
@router.get("/{step}", summary="Fetch it as a tar", response_class=Response, responses=_TAR)
async def fetch(run: str, step: Step, parts: Parts, owner: Owner) -> Response:
    return await parts.checkpoints.fetch(run, step, owner)


@router.delete("/{step}", summary="Remove it; the best, the last and what is deployed stay", responses=_CONFLICT)
async def remove(run: str, step: Step, parts: Parts, owner: Owner) -> Ok[CheckpointView]:
    return Ok(data=await parts.checkpoints.remove(run, step, owner))


@router.api_route("/{step}/samples/{name}", methods=["HEAD"], include_in_schema=False)
@router.get("/{step}/samples/{name}", summary="How it sounded at that step", response_class=FileResponse)
async def sample(run: str, step: Step, name: str, parts: Parts, owner: Owner) -> FileResponse:
    """Takes a Range."""
    return FileResponse(await parts.checkpoints.sample(run, step, name, owner), filename=name)


@router.post("/{step}/deploy", status_code=201, summary="Serve it as a voice or a model", responses=_CONFLICT)
async def deploy(run: str, step: Step, wish: DeployWish, parts: Parts, owner: Owner) -> Ok[DeployedView]:
    """The same name again, from any of your runs, makes the next version."""
    return Ok(data=await parts.deployments.deploy(run, step, wish.name, owner))


@router.delete("/{step}/deploy", summary="Stop serving it; the checkpoint stays", responses=_CONFLICT)
async def undeploy(run: str, step: Step, parts: Parts, owner: Owner) -> Ok[DeployedView]:
    return Ok(data=await parts.deployments.undeploy(run, step, owner))


@router.post("/{step}/restore", status_code=202, summary="Start a new run from it")
async def restore(
    run: str,
    step: Step,
    wish: RestoreWish,
    response: Response,
    parts: Parts,
    owner: Owner,
    key: IdempotencyKey = None,
) -> Ok[TrainingView]:
    job = await parts.training.restore(run, step, wish, owner, key)
    response.headers["Location"] = f"/api/training/{job.id}"
    return Ok(data=await parts.training.view(job))
