"""The scanner's composition root."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta

from services.scanner.bundled import try_installing
from services.scanner.cleanup import ScannerCleanup
from services.scanner.context import ScanContext
from services.scanner.import_dataset import DatasetImport
from services.scanner.mirror import Mirror, NoMirror
from services.scanner.sync import AssetSync
from services.scanner.verify import Verification
from services.scanner.watch import scan_periodically, watch
from shared.assets import AssetRepository
from shared.bus import serve
from shared.contracts import subjects
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ImportDataset, ScanProgress, ScanResult, VerifyAsset
from shared.contracts.owners import SOLE_OWNERS
from shared.contracts.rpc import AssetsRefreshed, RefreshAssets
from shared.files import DataTree, UnpackLimits
from shared.jobs import RetryPolicy
from shared.objects.building import build_site
from shared.objects.metrics import ObjectMetrics
from shared.service import Service, build_jobs, build_worker

_POLICY = RetryPolicy(limit=5, first=0.5, ceiling=10.0)


async def main(service: Service) -> None:
    settings = service.settings
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    jobs = build_jobs(service).repository
    assets = AssetRepository(service.store)
    mirror = _mirror(service, tree, assets)
    sync = AssetSync(tree, assets, jobs, service.bus, service.now, mirror.kick)
    cleanup = ScannerCleanup(tree, jobs, service.now)
    limits = UnpackLimits(settings.unpacked_max_bytes, settings.unpacked_max_files)
    verification = Verification(tree, service.now)
    datasets = DatasetImport(tree, limits, service.now)

    async def handle(context: ScanContext) -> ScanResult:
        result = ScanResult()
        match context.job.spec.task:
            case ImportDataset() as task:
                context.report(ScanProgress(fraction=0.1, stage="unpacking"))
                imported = await asyncio.to_thread(datasets.run, task, context.job.id, context.job.owner)
                result = ScanResult(asset=imported)
            case VerifyAsset() as task:
                result = await verification.run(context, task)
        changes = await sync.run()
        # The walk counts the changes of all accounts.
        return result.model_copy(update=asdict(changes)) if context.job.owner in SOLE_OWNERS else result

    async def refresh(request: RefreshAssets) -> AssetsRefreshed:
        if request.unit is not None:
            await mirror.pull(request.unit)
        return AssetsRefreshed(**asdict(await sync.run()))

    async def answer() -> None:
        if await service.bus.ready_before(service.stop):
            await serve(service.bus, subjects.REFRESH_ASSETS, RefreshAssets, refresh, queue="scanner")

    if not await service.store.wait_open(service.stop):
        return
    if settings.bundled_voices:
        await try_installing(tree)
    worker = build_worker(service, SCAN, handle, slots=settings.scan_slots, policy=_POLICY)
    watching = [watch(tree.root, sync, service.stop)] if settings.watch else []
    looking = scan_periodically(sync, cleanup, service.stop)
    await asyncio.gather(answer(), worker.run(service.stop), looking, mirror.run(service.stop), *watching)


def _mirror(service: Service, tree: DataTree, assets: AssetRepository) -> Mirror | NoMirror:
    settings = service.settings
    if settings.objects is None:
        return NoMirror()
    site = build_site(settings, tree, service.now)
    grace = timedelta(hours=settings.objects_grace_hours)
    return Mirror(site, assets.whole, ObjectMetrics(service.metrics.registry), grace)
