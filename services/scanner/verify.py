"""Verifies an installed asset: reads every file and compares it with the manifest."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from services.scanner.context import ScanContext
from services.scanner.damage_record import record_damage
from shared.contracts.errors import Conflict, NotFound, Validation
from shared.contracts.hints import Action, Hint
from shared.contracts.kinds.scan import DamagedFile, ScanProgress, ScanResult, VerifyAsset
from shared.files import DataTree, Manifest, ManifestFile, read_manifest, safe_relative, try_lock
from shared.files.hashes import expected_digest
from shared.files.opening import open_below
from shared.jobs import Clock

Problem = Literal["missing", "size", "content", "unreadable"]
_CHUNK = 1024 * 1024
# Seconds of reading between two checks of the controls: a cancel takes effect within 200 ms.
_SLICE_S = 0.1
_LISTED = 100


@dataclass(frozen=True, slots=True)
class Verification:
    tree: DataTree
    now: Clock

    async def run(self, context: ScanContext, task: VerifyAsset) -> ScanResult:
        """Verify an asset and record the damage.

        Raises `NotFound`, `Validation` without a manifest, `Conflict` if the files change meanwhile.
        """
        folder = self._folder(task)
        manifest = await asyncio.to_thread(read_manifest, folder)
        if manifest is None:
            raise Validation(
                f"{task.asset_id} has no manifest: there is nothing to compare with.",
                hint="Only what Sokhan downloaded or imported can be verified.",
            )
        self._require_unlocked(task, folder)
        check = await _read(context, folder, manifest)
        if check.damaged_count:
            # A concurrent update is not damage.
            self._require_unlocked(task, folder)
            if await asyncio.to_thread(read_manifest, folder) != manifest:
                raise _changing(task)
        await asyncio.to_thread(record_damage, folder, check.damaged, self.now().timestamp())
        return ScanResult(
            asset=task.asset_id,
            verified=check.verified,
            damaged=tuple(check.damaged),
            damaged_count=check.damaged_count,
        )

    def _folder(self, task: VerifyAsset) -> Path:
        missing = NotFound(f"{task.asset_id[:200]} is not installed.", hint=Hint(Action.LIST_INSTALLED))
        try:
            folder = self.tree.folder(task.asset_kind, task.asset_id)
        except Validation as error:
            raise missing from error
        if not folder.is_dir():
            raise missing
        return folder

    def _require_unlocked(self, task: VerifyAsset, folder: Path) -> None:
        with try_lock(folder, self.tree.locks) as unlocked:
            if not unlocked:
                raise _changing(task)


def _changing(task: VerifyAsset) -> Conflict:
    return Conflict(f"A download is changing {task.asset_id}.", hint="Verify it after the download.")


async def _read(context: ScanContext, folder: Path, manifest: Manifest) -> _Check:
    check = _Check(folder, manifest.files)
    steps = check.steps()
    total = sum(file.size for file in manifest.files) or 1
    while await asyncio.to_thread(_advance, steps):
        context.check()
        context.report(ScanProgress(fraction=min(1.0, check.done / total), stage=check.stage))
    return check


def _advance(steps: Iterator[None]) -> bool:
    """Read for one slice of time. Returns whether there is more."""
    until = time.monotonic() + _SLICE_S
    return any(time.monotonic() >= until for _ in steps)


@dataclass(slots=True)
class _Check:
    """One pass over all files. `done` in bytes; `damaged`: the first damaged files, `damaged_count`: their number."""

    folder: Path
    files: tuple[ManifestFile, ...]
    done: int = 0
    stage: str = ""
    verified: int = 0
    damaged_count: int = 0
    damaged: list[DamagedFile] = field(default_factory=list)

    def steps(self) -> Iterator[None]:
        """Yields after every chunk and every file, where it can be abandoned. Blocking."""
        for file in self.files:
            self.stage = file.path
            before = self.done
            problem = yield from self._check_file(file)
            self.done = before + file.size
            if problem is None:
                self.verified += 1
            else:
                self.damaged_count += 1
                if len(self.damaged) < _LISTED:
                    self.damaged.append(DamagedFile(path=file.path, problem=problem))
            yield

    def _check_file(self, file: ManifestFile) -> Generator[None, None, Problem | None]:
        if safe_relative(file.path) is None:
            return "unreadable"
        try:
            # A link is not followed: it could lead to any file that this process can read.
            with open_below(self.folder, file.path) as content:
                if os.fstat(content.fileno()).st_size != file.size:
                    return "size"
                return (yield from self._compare(file, content))
        except (FileNotFoundError, NotADirectoryError):
            return "missing"
        except OSError:
            return "unreadable"

    def _compare(self, file: ManifestFile, content: BinaryIO) -> Generator[None, None, Problem | None]:
        digest, expected = expected_digest(file.sha256, file.git_sha1, file.size)
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            self.done += len(chunk)
            yield
        return None if expected in {None, digest.hexdigest()} else "content"
