"""One file from the Hub to its place: streamed into `.part`, verified, renamed."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

import httpx2

from services.downloader.hashing import Verifier, verify_on_disk
from services.downloader.hub import Hub, RemoteFile, check_status
from services.downloader.redirects import MAX_HOPS
from shared.contracts.errors import HubUnreachable, NoSpace, RedirectRefused
from shared.contracts.specs import DownloadSpec
from shared.files.atomic import sync_folder

PART = ".part"
_CHUNK = 1 << 20


class Transfer:
    def __init__(self, client: httpx2.AsyncClient, hub: Hub, spec: DownloadSpec, commit: str) -> None:
        self._client = client
        self._hub = hub
        self._spec = spec
        self._commit = commit

    async def fetch(self, file: RemoteFile, target: Path, arrived: Callable[[int], None]) -> str:
        """Bring the file to `target`; its sha256. `arrived` is told the number of bytes of each chunk.

        What is there already and right is not fetched again. Raises `HashMismatch`, `HubUnreachable`, `GatedRepo`,
        `RedirectRefused`, `NoSpace`.
        """
        known = await asyncio.to_thread(verify_on_disk, target, file)
        if known is not None:
            arrived(file.size)
            return known
        part = target.with_name(target.name + PART)
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            return await self._stream(file, part, target, arrived)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise NoSpace(
                    "The disk became full during the download.", hint="Make room and start it again."
                ) from error
            raise

    async def _stream(self, file: RemoteFile, part: Path, target: Path, arrived: Callable[[int], None]) -> str:
        verifier = Verifier(file)
        with part.open("wb") as out:
            try:
                async with await self._open(file) as response:
                    async for chunk in response.aiter_raw(_CHUNK):
                        await asyncio.to_thread(_write, out.write, verifier, chunk)
                        arrived(len(chunk))
                        if verifier.received > file.size:
                            break
            except httpx2.HTTPError as error:
                raise HubUnreachable(
                    f"The line broke while {file.path} was coming ({type(error).__name__}).",
                    hint="Sokhan tries again by itself; files that are whole are kept.",
                ) from error
            sha256 = verifier.finish()
            await asyncio.to_thread(os.fsync, out.fileno())
        await asyncio.to_thread(part.replace, target)
        await asyncio.to_thread(sync_folder, target.parent)
        return sha256

    def _check(self, url: str, status: int) -> None:
        if status >= 400 and not self._hub.guard.same_origin(url):
            # A signed link that has run out answers 403 as well; the next attempt asks the Hub for a new one.
            raise HubUnreachable(f"The Hub's file server answers {status}.", hint="Sokhan tries again by itself.")
        check_status(status, self._spec, self._hub.guard.endpoint)

    async def _open(self, file: RemoteFile) -> _Closing:
        """The response that carries the body, after at most a few checked redirects."""
        url = self._hub.file_url(self._spec.repo_type, self._spec.repo_id, self._commit, file.path)
        for _ in range(MAX_HOPS):
            request = self._client.build_request("GET", url, headers=self._hub.headers(url))
            response = await self._client.send(request, stream=True)
            if not response.is_redirect:
                try:
                    self._check(url, response.status_code)
                except BaseException:
                    await response.aclose()
                    raise
                return _Closing(response)
            await response.aclose()
            url = self._hub.guard.follow(url, response.headers.get("Location", ""))
        raise RedirectRefused(f"The Hub redirected more than {MAX_HOPS} times.")


def _write(write: Callable[[bytes], int], verifier: Verifier, chunk: bytes) -> None:
    write(chunk)
    verifier.update(chunk)


class _Closing:
    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    async def __aenter__(self) -> httpx2.Response:
        return self._response

    async def __aexit__(self, *_: object) -> None:
        await self._response.aclose()
