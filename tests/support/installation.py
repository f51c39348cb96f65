"""An installation on disk without a running platform: a data folder and a store, as the services leave them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared.backup import BackupTaken, take_backup
from shared.backup.restoring import RestoreTarget
from shared.backup.taking import BackupSource, Snapshot
from shared.files import DataTree
from shared.store import Document, Store, Value, open_store
from shared.store.snapshot import store_snapshot
from tests.support.folders import install

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROOMY = 10**12


@dataclass
class Installation:
    root: Path
    store_url: str
    free: int = ROOMY

    @property
    def tree(self) -> DataTree:
        return DataTree(self.root / "data")

    @property
    def target(self) -> RestoreTarget:
        return RestoreTarget(self.tree.root, self.store_url, lambda _: self.free)

    def source(self, snapshot: Snapshot = store_snapshot) -> BackupSource:
        async def sleep(_: float) -> None:
            """The tests that need a second reading change the store themselves."""

        return BackupSource(
            self.tree, self.store_url, "1.2.3", lambda: NOW, snapshot=snapshot, sleep=sleep, free=lambda _: self.free
        )

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        store = await open_store(self.store_url)
        try:
            yield store
        finally:
            await store.close()

    async def add(self, collection: str, *documents: Document) -> None:
        async with self.store() as store:
            await store.append_many(collection, documents)

    def asset(self, asset_id: str, files: Mapping[str, bytes], kind: str = "model") -> Path:
        return install(self.tree.folder(kind, asset_id), files)

    async def listed(self, asset_id: str, kind: str = "model") -> None:
        """The scanner's document of an asset."""
        path = self.tree.relative(self.tree.folder(kind, asset_id))
        await self.add("assets", {"id": f"{kind}:{asset_id}", "path": path, "status": "ready", "kind": kind})

    def checkpoint(self, run: str, step: int, content: bytes = b"weights") -> Path:
        folder = self.tree.checkpoints / run / str(step)
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(content)
        (folder / "metrics.json").write_text('{"step": 1, "epoch": 0, "values": {}}')
        return folder

    async def recorded(self, run: str, step: int) -> None:
        """The trainer's document of a checkpoint."""
        await self.add("checkpoints", {"id": f"{run}:{step}", "run": run, "step": step})

    async def back_up(self, target: Path, *without: str, snapshot: Snapshot = store_snapshot) -> BackupTaken:
        return await take_backup(self.source(snapshot), target, without)

    def files(self) -> dict[str, bytes]:
        """The content of the data folder, without the store, locks and folders of work."""
        root = self.tree.root
        paths = (path for path in sorted(root.rglob("*")) if path.is_file())
        named = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
        return {
            name: content for name, content in named.items() if not name.startswith(("run/", "sokhan.db", "up.lock"))
        }

    async def documents(self, collection: str) -> list[dict[str, Value]]:
        async with self.store() as store:
            return (await store.find(collection, limit=1000)).items
