"""The scanner's composition root."""

from __future__ import annotations

import asyncio

from services.scanner.import_dataset import DatasetImport
from services.scanner.sync import AssetSync
from services.scanner.tidy import Leftovers
from services.scanner.watch import look_now_and_then, watch
from shared.contracts.progress import ScanProgress, ScanResult
from shared.contracts.specs import ImportDataset, ScanSpec
from shared.contracts.states import JobKind
from shared.files import DataTree, UnpackLimits
from shared.jobs import JobContext, RetryPolicy
from shared.service import Service, build_worker

_POLICY = RetryPolicy(limit=5, first=0.5, ceiling=10.0)


async def main(service: Service) -> None:
    settings = service.settings
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    sync = AssetSync(tree, service.store, service.bus, service.now)
    leftovers = Leftovers(tree, service.store, service.now)
    limits = UnpackLimits(settings.unpacked_max_bytes, settings.unpacked_max_files)
    datasets = DatasetImport(tree, limits, service.now)

    async def handle(context: JobContext) -> ScanResult:
        spec = context.job.spec
        assert isinstance(spec, ScanSpec)
        asset = None
        if isinstance(spec.task, ImportDataset):
            context.report(ScanProgress(fraction=0.1, stage="unpacking"))
            asset = await asyncio.to_thread(datasets.run, spec.task, context.job.id)
        changes = await sync.run()
        return ScanResult(asset=asset, added=changes.added, changed=changes.changed, removed=changes.removed)

    if not await service.store.wait_open(service.stop):
        return
    worker = build_worker(service, JobKind.SCAN, handle, slots=settings.scan_slots, policy=_POLICY)
    watching = [watch(tree.root, sync, service.stop)] if settings.watch else []
    await asyncio.gather(worker.run(service.stop), look_now_and_then(sync, leftovers, service.stop), *watching)
