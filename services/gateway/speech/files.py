"""The files of an installed voice, for programs that speak with it themselves."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from services.gateway.assets.service import AssetsService
from services.gateway.auth import CallerIdentity
from services.gateway.conditional import etag_of
from services.gateway.speech.one_voice import allowed_voice, unknown_voice
from shared.contracts.assets import Asset
from shared.contracts.errors import NotFound
from shared.contracts.voices import engine_of
from shared.contracts.wire import Wire
from shared.files import DataTree
from shared.files.members import is_bookkeeping, is_system_file
from shared.files.opening import open_below

_SEPARATOR = "/files/"
# A voice has a handful of files; a folder with more was not made for speech.
_MOST_FILES = 1000


class VoiceFileView(Wire):
    """`path` below the voice, `size` in bytes; `url` on this gateway."""

    path: str
    size: int
    url: str


class VoiceFilesView(Wire):
    """`engine` names what reads the files, as in `GET /v1/audio/voices` (docs/speech.md)."""

    id: str
    engine: str
    sample_rate: int | None
    files: tuple[VoiceFileView, ...]


@dataclass(frozen=True, slots=True)
class FoundFile:
    path: Path
    name: str
    tag: str


@dataclass(frozen=True, slots=True)
class VoiceFiles:
    assets: AssetsService
    tree: DataTree

    async def list(self, name: str, caller: CallerIdentity) -> VoiceFilesView:
        """Raises `NotFound`, `Validation` for a bare name of several voices."""
        voice = await self._voice(name, caller)
        found = await asyncio.to_thread(lambda: list(_files(self.tree.root / voice.path)))
        return VoiceFilesView(
            id=voice.id,
            engine=engine_of(voice.type),
            sample_rate=voice.details.sample_rate,
            files=tuple(VoiceFileView(path=path, size=size, url=_url(voice.id, path)) for path, size in found),
        )

    async def find(self, name: str, path: str, caller: CallerIdentity) -> FoundFile:
        """A file of a voice. Raises `NotFound`, `Validation` for a bare name of several voices.

        `name` takes all up to the last `/files/` of an address, and a path may contain one too. A voice has one or two
        parts: its name, and its namespace before it.
        """
        parts = f"{name}{_SEPARATOR}{path}".split("/")
        for count in (1, 2):
            if parts[count] != "files":
                continue
            try:
                voice = await self._voice("/".join(parts[:count]), caller)
            except NotFound:
                continue
            return await asyncio.to_thread(self._open, voice, "/".join(parts[count + 1 :]))
        raise unknown_voice(name)

    async def _voice(self, name: str, caller: CallerIdentity) -> Asset:
        voice = await self.assets.find("model", allowed_voice(name, caller), caller.owner)
        if voice is None or not voice.details.speaks or voice.status != "ready":
            raise unknown_voice(name)
        if caller.voice not in {None, voice.id}:
            raise unknown_voice(name)
        return voice

    def _open(self, voice: Asset, path: str) -> FoundFile:
        """Blocking. Links, metadata of ours and what leads out of the folder are not found."""
        missing = NotFound(f"The voice {voice.id} has no file {path[:80]}.")
        if not path or not _is_content(path):
            raise missing
        folder = self.tree.root / voice.path
        try:
            with open_below(folder, path) as file:
                tag = etag_of(os.fstat(file.fileno()))
        except (OSError, ValueError):
            raise missing from None
        return FoundFile(folder / path, path.rpartition("/")[2], tag)


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    """The paths and sizes of the voice's own files, by path. Blocking."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            relative = path.relative_to(folder).as_posix()
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and _is_content(relative):
                yield relative, status.st_size
                count += 1
            if count >= _MOST_FILES:
                return


def _is_content(path: str) -> bool:
    return not is_bookkeeping(path) and not is_system_file(path)


def _url(voice: str, path: str) -> str:
    return f"/api/voices/{quote(voice)}{_SEPARATOR}{quote(path)}"
