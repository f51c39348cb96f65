"""Resumable uploads: creation, progress, removal, expiry. Their bytes and records are in `files`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from services.gateway.fair_use import FairUse
from services.gateway.uploads.files import OpenUpload, UploadFiles, UploadRecord, unknown
from services.gateway.uploads.metadata import file_name_of, parse_metadata
from services.gateway.uploads.schemas import UploadView
from services.gateway.uploads.space import check_free
from services.gateway.uploads.writing import BodyWriter
from shared.bus import Bus
from shared.contracts.errors import Conflict, NotFound, RateLimited, TooLarge, Unavailable
from shared.contracts.owners import SOLE_OWNERS
from shared.files.archive import free_bytes
from shared.telemetry import get_logger

_LOG = get_logger("uploads")
_CLEAN_EVERY_S = 600.0
_RETRY_S = 60.0
_ORPHAN_AGE = timedelta(days=1)
Quota = Callable[[str, int], Awaitable[None]]
"""Checks whether an owner may store this many bytes more. Raises `NoSpace`."""
Importing = Callable[[str], Awaitable[bool]]
"""Whether a job that has not ended imports the upload with this id. Raises `Unavailable`."""


class UploadsService:
    """`max_bytes`: the largest upload; `keep`: how long one lives without a byte."""

    def __init__(
        self,
        files: UploadFiles,
        quota: Quota,
        importing: Importing,
        fair_use: FairUse,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        *,
        max_bytes: int,
        keep: timedelta,
        free: Callable[..., int] = free_bytes,
    ) -> None:
        self._files = files
        self._quota = quota
        self._importing = importing
        self._fair_use = fair_use
        self._now = now
        self._new_id = new_id
        self.max_bytes = max_bytes
        self._keep = keep
        self._free = free
        self._writer = BodyWriter(files, free)
        self._creating = asyncio.Lock()

    async def create(self, length: int, metadata: str, owner: str) -> OpenUpload:
        """Raises `Validation`, `TooLarge`, `NoSpace`, and `RateLimited` above the owner's number of open uploads."""
        file_name = file_name_of(parse_metadata(metadata))
        if length > self.max_bytes:
            raise TooLarge(
                f"The upload is larger than {self.max_bytes:,} bytes.", hint="The limit is SOKHAN_UPLOAD_MAX_BYTES."
            )
        async with self._creating:  # else requests at once would exceed the number together
            open_now = await self.all(owner)
            limit = self._fair_use.limits.open_uploads_per_owner
            if limit and len(open_now) >= limit:
                raise RateLimited(
                    f"You have {len(open_now):,} open uploads; the limit is {limit:,}.",
                    retry_after=_RETRY_S,
                    hint="Import or delete some. The limit is SOKHAN_OPEN_UPLOADS_PER_OWNER.",
                )
            await self._quota(owner, length + sum(upload.record.length for upload in open_now))
            record = UploadRecord(
                id=self._new_id(),
                owner=owner,
                length=length,
                metadata=metadata,
                file_name=file_name,
                created_at=self._now(),
            )
            return await asyncio.to_thread(self._create, record)

    def _create(self, record: UploadRecord) -> OpenUpload:
        check_free(self._files.folder.parent, self._free, record.length)
        return self._files.create(record)

    async def get(self, id: str, owner: str) -> OpenUpload:
        """Raises `NotFound`, also for an upload of another owner and for one that has expired."""
        upload = await asyncio.to_thread(self._files.find, id)
        if not _owns(owner, upload.record) or self.expires_at(upload) <= self._now():
            raise unknown(id)
        return upload

    async def all(self, owner: str) -> list[OpenUpload]:
        """The owner's open uploads, the oldest first."""
        now = self._now()
        found = await asyncio.to_thread(self._files.all)
        return [upload for upload in found if _owns(owner, upload.record) and self.expires_at(upload) > now]

    async def append(
        self, id: str, offset: int, announced: int | None, body: AsyncIterator[bytes], owner: str
    ) -> OpenUpload:
        """Write a part. `announced`: its size, if the client says it.

        Raises `NotFound`, `Conflict` for a wrong offset, `UploadLocked`, `TooLarge`, `NoSpace`, `RateLimited`.
        """
        upload = await self.get(id, owner)
        length = upload.record.length
        if announced is not None and offset == upload.offset and offset + announced > length:
            raise TooLarge(f"The body goes beyond the {length:,} bytes of this upload.")
        with self._fair_use.at_once("uploads", owner, self._fair_use.limits.uploads_per_owner):
            await self._writer.append(id, offset, length, body)
        return await self.get(id, owner)

    async def remove(self, id: str, owner: str) -> None:
        """Raises `NotFound`, `Unavailable`."""
        await self.get(id, owner)
        await self._remove(id)

    async def remove_all(self, owner: str) -> None:
        """Remove the uploads of an account that is deleted."""
        for upload in await asyncio.to_thread(self._files.all):
            if upload.record.owner == owner:
                await self._remove(upload.record.id)

    async def _remove(self, id: str) -> None:
        """Remove an upload. A gateway that was killed after it had submitted the import left the record: the bytes are
        the job's.
        """
        if await asyncio.to_thread(self._files.is_moved, id) and await self._importing(id):
            await asyncio.to_thread(self._files.forget, id)
        else:
            await asyncio.to_thread(self._files.remove, id)

    async def take(self, upload: OpenUpload) -> None:
        """Move the bytes of a complete upload to `uploads/<id>`; `forget` follows when a job has them.

        Raises `Conflict` for an incomplete one.
        """
        if not upload.complete:
            missing = upload.record.length - upload.offset
            raise Conflict(f"The upload is not complete: {missing:,} bytes are missing.", hint="Send them with PATCH.")
        await asyncio.to_thread(self._files.move, upload.record.id)

    async def forget(self, id: str, owner: str) -> None:
        """Remove the record of an upload whose bytes belong to a job. That of another owner stays."""
        with suppress(NotFound):
            record = await asyncio.to_thread(self._files.record, id)
            if _owns(owner, record):
                await asyncio.to_thread(self._files.forget, id)

    def expires_at(self, upload: OpenUpload) -> datetime:
        return datetime.fromtimestamp(upload.touched, UTC) + self._keep

    def view(self, upload: OpenUpload) -> UploadView:
        record = upload.record
        return UploadView(
            id=record.id,
            length=record.length,
            offset=upload.offset,
            complete=upload.complete,
            file_name=record.file_name,
            created_at=record.created_at,
            expires_at=self.expires_at(upload),
        )

    def start(self, bus: Bus) -> None:
        """Remove expired uploads, now and every ten minutes."""
        bus.spawn(self._clean_regularly(), "uploads-cleanup")

    async def _clean_regularly(self) -> None:
        while True:
            try:
                await self.clean_up()
            except (OSError, Unavailable) as error:
                _LOG.warning("uploads_cleanup_failed", reason=str(error))
            await asyncio.sleep(_CLEAN_EVERY_S)

    async def clean_up(self) -> int:
        """Remove expired uploads and the remains of killed processes. Returns their number."""
        now = self._now()
        expired = [upload for upload in await asyncio.to_thread(self._files.all) if self.expires_at(upload) <= now]
        for upload in expired:
            await self._remove(upload.record.id)
        orphans = await asyncio.to_thread(self._files.remove_orphans, (now - _ORPHAN_AGE).timestamp())
        count = len(expired) + orphans
        if count:
            _LOG.info("uploads_expired", count=count)
        return count


def _owns(owner: str, record: UploadRecord) -> bool:
    return record.owner == owner or (owner in SOLE_OWNERS and record.owner in SOLE_OWNERS)
