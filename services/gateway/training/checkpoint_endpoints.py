"""`/api/training/{run}/checkpoints`"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import FileResponse

from services.gateway.auth import IdempotencyKey, Owner
from services.gateway.auth.revocation import Revoked
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok
from services.gateway.revocable import RevocableFile
from services.gateway.training.checkpoints import CheckpointsService
from services.gateway.training.deployments import DeploymentsService
from services.gateway.training.schemas import CheckpointView, DeployedView, DeployRequest, RestoreRequest
from services.gateway.training.service import TrainingService
from shared.contracts.kinds.training import TrainingView

router = APIRouter(prefix="/api/training/{run}/checkpoints", tags=["training"])

CheckpointsDep = Annotated[CheckpointsService, Depends(provided(CheckpointsService))]
DeploymentsDep = Annotated[DeploymentsService, Depends(provided(DeploymentsService))]
TrainingDep = Annotated[TrainingService, Depends(provided(TrainingService))]

Step = Annotated[int, Path(ge=1)]
_Answers = dict[int | str, dict[str, Any]]
_TAR: _Answers = {200: {"content": {"application/x-tar": {}}, "description": "the folder, made while it is sent"}}
_CONFLICT: _Answers = {
    409: {"model": ErrorAnswer, "description": "CONFLICT: something needs it; the message says what"}
}


@router.get("", summary="Checkpoints of the run")
async def listing(run: str, checkpoints: CheckpointsDep, owner: Owner) -> Ok[list[CheckpointView]]:
    return Ok(data=await checkpoints.views(run, owner))


@router.api_route("/{step}", methods=["HEAD"], include_in_schema=False)
@router.get("/{step}", summary="Download a checkpoint as a tar", response_class=Response, responses=_TAR)
async def fetch(run: str, step: Step, checkpoints: CheckpointsDep, owner: Owner, revoked: Revoked) -> Response:
    return await checkpoints.fetch(run, step, owner, revoked)


@router.delete(
    "/{step}", summary="Delete a checkpoint; the best, the last and deployed ones are refused", responses=_CONFLICT
)
async def remove(run: str, step: Step, checkpoints: CheckpointsDep, owner: Owner) -> Ok[CheckpointView]:
    return Ok(data=await checkpoints.remove(run, step, owner))


@router.api_route("/{step}/samples/{name}", methods=["HEAD"], include_in_schema=False)
@router.get("/{step}/samples/{name}", summary="An audio sample of that step", response_class=FileResponse)
async def sample(
    run: str, step: Step, name: str, checkpoints: CheckpointsDep, owner: Owner, revoked: Revoked
) -> FileResponse:
    """Supports Range."""
    return RevocableFile(await checkpoints.sample(run, step, name, owner), revoked, filename=name)


@router.post(
    "/{step}/deploy", status_code=201, summary="Deploy a checkpoint as a voice or a model", responses=_CONFLICT
)
async def deploy(
    run: str, step: Step, request: DeployRequest, deployments: DeploymentsDep, owner: Owner
) -> Ok[DeployedView]:
    """Deploying under the same name again, from any of your runs, creates the next version."""
    return Ok(data=await deployments.deploy(run, step, request.name, owner))


@router.delete("/{step}/deploy", summary="Remove the deployment; the checkpoint stays", responses=_CONFLICT)
async def undeploy(run: str, step: Step, deployments: DeploymentsDep, owner: Owner) -> Ok[DeployedView]:
    return Ok(data=await deployments.undeploy(run, step, owner))


@router.post("/{step}/restore", status_code=202, summary="Start a new run from a checkpoint")
async def restore(
    run: str,
    step: Step,
    request: RestoreRequest,
    response: Response,
    training: TrainingDep,
    owner: Owner,
    key: IdempotencyKey = None,
) -> Ok[TrainingView]:
    job = await training.restore(run, step, request, owner, key)
    response.headers["Location"] = f"/api/training/{job.id}"
    return Ok(data=await training.view(job))
