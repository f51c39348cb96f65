"""Uploads a dataset in parts (tus 1.0): a broken connection or a restarted gateway costs one part at most."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx2

from cli.client import Client, Json, answer_of
from cli.errors import CliError, unexpected
from cli.job_watcher import plain_line, watch
from cli.output import Output
from cli.responses import one_of
from cli.settings import CliSettings
from shared.unicode import mend

# An access token is refreshed between parts, and one lives for minutes.
_PART, _CHUNK = 64 << 20, 1 << 20
_PAUSE_S = 1.0
# The gateway holds the lock of a connection that broke silently for half a minute.
_WITHOUT_PROGRESS_S = 90.0
# 409: the offset has moved; 423: an earlier request still holds the upload.
_AGAIN = frozenset({408, 409, 423, 429, 502, 503, 504})
_TUS = {"Tus-Resumable": "1.0.0"}


async def add_dataset(client: Client, settings: CliSettings, output: Output, name: str, archive: Path) -> Json:
    """Upload, import and return the dataset. Raises `CliError`, with the job's error if the import fails."""
    path = await _create(client, archive)
    try:
        await _send(client, path, archive)
        body: Json = {"uploadId": path.rpartition("/")[2], "name": name}
        job = one_of(await client.post("/api/datasets/imports", body))
    except CliError:
        with suppress(CliError):  # else it would count as an open upload for a week
            await client.send("DELETE", path, _TUS)
        raise
    done = await watch(settings, output, f"scan:{job['jobId']}", f"unpacking {name}", plain_line)
    return one_of(await client.get(f"/api/datasets/{done['asset']}"))


async def _create(client: Client, archive: Path) -> str:
    """The path of a new upload."""
    file_name = base64.b64encode(mend(archive.name).encode()).decode()
    headers = {"Upload-Length": str(archive.stat().st_size), "Upload-Metadata": f"filename {file_name}"}
    answer = await client.send("POST", "/api/uploads", _TUS | headers)
    if answer.status_code != 201:
        answer_of(answer)
    path = answer.headers.get("location", "")
    if not path.startswith("/api/uploads/"):
        raise unexpected("The gateway's answer has no address of the upload.")
    return path


async def _send(client: Client, path: str, archive: Path) -> None:
    """Send all bytes. Raises `CliError` for a refusal, and after 90 s without progress."""
    size, offset = archive.stat().st_size, 0
    moved_at = time.monotonic()
    while offset < size:
        reached = await _send_part(client, path, archive, offset)
        if reached is None:
            await asyncio.sleep(_PAUSE_S)
            reached = await _offset(client, path, offset)
        if reached > offset:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > _WITHOUT_PROGRESS_S:
            raise CliError(f"The upload does not move on after {offset:,} of {size:,} bytes.", hint="Try again later.")
        offset = reached


async def _send_part(client: Client, path: str, archive: Path, offset: int) -> int | None:
    """The new offset; None if the connection broke or the gateway wants another attempt."""
    length = min(_PART, archive.stat().st_size - offset)
    headers = {
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(length),
    }
    try:
        answer = await client.send_once("PATCH", path, _TUS | headers, _read(archive, offset, length))
    except httpx2.TransportError:
        return None
    if answer.status_code in _AGAIN:
        return None
    if answer.status_code != 204:
        answer_of(answer)
    return int(answer.headers["upload-offset"])


async def _offset(client: Client, path: str, known: int) -> int:
    """The gateway's offset; the `known` one while it does not say it. Raises `CliError` for a refusal."""
    answer = await client.send("HEAD", path, _TUS)
    if answer.status_code in _AGAIN:
        return known
    if answer.status_code == 404:
        raise CliError("The upload is gone.", code="NOT_FOUND", hint="Start it again.")
    if answer.status_code != 200:  # HEAD has no body that says why
        raise CliError(f"The gateway does not say how far the upload is (status {answer.status_code}).")
    return int(answer.headers["upload-offset"])


async def _read(archive: Path, offset: int, length: int) -> AsyncIterator[bytes]:
    with archive.open("rb") as file:
        file.seek(offset)
        while length:
            chunk = await asyncio.to_thread(file.read, min(_CHUNK, length))
            if not chunk:  # it has become shorter: the request then ends with an error of the transport
                return
            length -= len(chunk)
            yield chunk
