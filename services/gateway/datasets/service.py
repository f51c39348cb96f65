"""Datasets: upload, installation by the scanner, list and details."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from services.gateway.assets.quota import StoredQuota
from services.gateway.assets.schemas import access_fields
from services.gateway.assets.service import AssetsService
from services.gateway.datasets.schemas import DatasetView, ImportRequest
from services.gateway.datasets.upload import receive
from services.gateway.fair_use import FairUse
from services.gateway.uploads.service import UploadsService
from shared.contracts.assets import Asset
from shared.contracts.errors import Conflict, Internal, NotFound, Validation
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import DatasetFormat, ImportDataset, ScanJob, ScanSpec
from shared.contracts.owners import own_namespace
from shared.contracts.states import JobState
from shared.files import DataTree
from shared.files.layout import check_segment
from shared.jobs import JobService

_FORMATS: TypeAdapter[DatasetFormat] = TypeAdapter(DatasetFormat)
# A small dataset is installed within this time; after it the client gets the job.
_WAIT_S = 15.0


class DatasetsService:
    """`max_bytes`: the largest upload."""

    def __init__(
        self,
        jobs: JobService,
        assets: AssetsService,
        tree: DataTree,
        new_id: Callable[[], str],
        max_bytes: int,
        fair_use: FairUse,
        quota: StoredQuota,
        uploads: UploadsService,
    ) -> None:
        self._jobs = jobs
        self._assets = assets
        self._tree = tree
        self._new_id = new_id
        self._max_bytes = max_bytes
        self._fair_use = fair_use
        self._quota = quota
        self._uploads = uploads

    async def upload(
        self, stream: AsyncIterator[bytes], content_type: str, owner: str, key: str | None
    ) -> DatasetView | ScanJob:
        """The dataset, or its job while a large one is still being unpacked.

        Raises `Validation`, `TooLarge`, `Conflict`, `RateLimited`, `NoSpace` above the owner's quota, and what the job
        failed with (`BAD_DATASET`).
        """
        with self._fair_use.at_once("uploads", owner, self._fair_use.limits.uploads_per_owner):
            await self._quota.check(owner)
            job = await self._receive(stream, content_type, owner, key)
        return await self._wait(job)

    async def _receive(self, stream: AsyncIterator[bytes], content_type: str, owner: str, key: str | None) -> ScanJob:
        target = self._tree.uploads / self._new_id()
        try:
            upload = await receive(stream, content_type, target, self._max_bytes)
            if not upload.bytes:
                raise Validation("The form has no file.", hint="curl -F name=my-voice -F file=@my-voice.zip …")
            name = check_segment(upload.fields.get("name", "").strip())
            format_ = _format(upload.fields.get("format", "auto"))
            file_name = (upload.file_name or "")[-200:] or None
            spec = ImportDataset(
                upload=target.name, name=name, namespace=own_namespace(owner), file_name=file_name, format=format_
            )
            return await self._submit(target, spec, owner, key)
        except BaseException:
            await asyncio.to_thread(target.unlink, missing_ok=True)
            raise

    async def import_upload(self, request: ImportRequest, owner: str) -> ScanJob:
        """The job that installs a complete resumable upload; the same job for a repeated request.

        The bytes are moved before the job exists and the record is removed after it: what is interrupted in between is
        continued by a repeated request. Raises `NotFound`, `Conflict` for an incomplete upload and for a used name,
        `Validation`, `NoSpace`, `RateLimited`.
        """
        key = f"upload:{request.upload_id}"
        if (known := await self._known(owner, key)) is not None:
            await self._uploads.forget(request.upload_id, owner)
            return known
        upload = await self._uploads.get(request.upload_id, owner)
        name = check_segment(request.name.strip())
        spec = ImportDataset(
            upload=upload.record.id,
            name=name,
            namespace=own_namespace(owner),
            file_name=upload.record.file_name,
            format=request.format,
        )
        await self._check_name(spec)
        if upload.complete and not upload.offset:
            raise Validation("The upload is empty.", hint="Delete it and upload a dataset.")
        await self._quota.check(owner, upload.record.length)
        await self._uploads.take(upload)
        job = await self._jobs.submit(SCAN, ScanSpec(task=spec), owner, idempotency_key=key)
        await self._uploads.forget(upload.record.id, owner)
        return job

    async def _check_name(self, task: ImportDataset) -> None:
        asset_id = f"{task.namespace}/{task.name}"
        if await asyncio.to_thread(self._tree.folder("dataset", asset_id).exists):
            raise Conflict(f"There is a dataset {asset_id} already.", hint="Choose another name.")

    async def _submit(self, target: Path, task: ImportDataset, owner: str, key: str | None) -> ScanJob:
        # A repeated upload has another path on disk: only its key identifies it.
        if key is None:
            await self._check_name(task)
        if key is not None:
            known = await self._known(owner, key)
            if known is not None:
                await asyncio.to_thread(target.unlink, missing_ok=True)
                return known
        # Of two at the same time, the second gets the job of the first.
        job = await self._jobs.submit(SCAN, ScanSpec(task=task), owner, idempotency_key=key, request=key)
        if job.spec.task != task:
            await asyncio.to_thread(target.unlink, missing_ok=True)
        return job

    async def _known(self, owner: str, key: str) -> ScanJob | None:
        return await self._jobs.repository.by_key(SCAN, owner, key)

    async def _wait(self, job: ScanJob) -> DatasetView | ScanJob:
        job = await self._jobs.wait(job, _WAIT_S)
        if job.state is JobState.FAILED:
            raise job.error.error() if job.error else Internal("The import failed without saying why.")
        task = job.spec.task
        if job.state is JobState.COMPLETED and isinstance(task, ImportDataset):
            return await self.show(f"{task.namespace}/{task.name}", job.owner)
        return job

    async def list(self, viewer: str) -> list[DatasetView]:
        return [_view(asset, viewer) for asset in await self._assets.all(viewer, "dataset")]

    async def show(self, name: str, viewer: str) -> DatasetView:
        """Raises `NotFound`."""
        return _view(await self._assets.get("dataset", name, viewer), viewer)

    async def import_job(self, job_id: str, owner: str) -> ScanJob:
        job = await self._jobs.repository.owned(SCAN, job_id, owner)
        if not isinstance(job.spec.task, ImportDataset):
            raise NotFound(f"There is no import with the id {job_id}.")
        return job


def _format(named: str) -> DatasetFormat:
    try:
        return _FORMATS.validate_python(named)
    except ValidationError as error:
        raise Validation(
            f"The format {named[:40]} is not known.", hint="Known: ljspeech and text; or leave it out."
        ) from error


def _view(asset: Asset, viewer: str) -> DatasetView:
    return DatasetView.model_validate({**asset.model_dump(), **access_fields(asset, viewer)})
