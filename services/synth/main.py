"""The synth's composition root."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
from contextlib import suppress
from pathlib import Path

from services.synth.cache import SpeechCache
from services.synth.fair_queue import FairQueue
from services.synth.lexicons import Lexicons
from services.synth.listing import VoiceListing
from services.synth.loading import VoiceLoader
from services.synth.longform.cleanup import RenderCleanup
from services.synth.longform.disk_space import remaining_bytes
from services.synth.longform.handler import RenderHandler
from services.synth.metrics import SpeechMetrics
from services.synth.pipeline import SynthesisPipeline
from services.synth.pool import LoadedVoice, ModelPool
from services.synth.rpc_handlers import SpeechHandlers
from services.synth.voices import ResolvedVoice, VoiceRegistry
from shared.assets import AssetRefresh, AssetRepository
from shared.bus import serve, serve_stream
from shared.catalog import CatalogRepository
from shared.contracts import subjects
from shared.contracts.errors import Unavailable
from shared.contracts.kinds import SPEECH
from shared.contracts.kinds.speech import SpeechJob
from shared.contracts.rpc import ListVoices, Phonemize, Speak
from shared.contracts.states import JobKind
from shared.files import DataTree
from shared.jobs import RetryPolicy, resume_when_disk_has_space
from shared.objects.building import build_access
from shared.persian.frontend import preload
from shared.service import Service, build_jobs, build_worker
from shared.settings import CalibrationRepository

_QUEUE = "synth"
_CORES_PER_SENTENCE = 4
# Numbers and abbreviations become words: a page of them has four times its characters. “ﷺ” has eighteen.
_EXPANSION = 4
_GRACE_S = 5.0  # for running requests at shutdown
# Progress resets the count: only a text that fails at the same sentence every time reaches the limit.
_POLICY = RetryPolicy(limit=6, first=2.0, ceiling=60.0)


async def main(service: Service) -> None:
    settings, bus = service.settings, service.bus
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    units = build_access(settings, tree, service.now, service.metrics.registry, AssetRefresh(bus))
    registry = VoiceRegistry(AssetRepository(service.store), tree, settings.default_voice, units)
    precision = None if settings.speech_precision == "auto" else settings.speech_precision
    loader = VoiceLoader(CalibrationRepository(service.store, platform.node()), precision)

    async def load(resolved: ResolvedVoice) -> LoadedVoice:
        if resolved.folder is None:
            return await loader.load(resolved)
        unit = tree.relative(resolved.folder)
        with units.in_use([unit]):
            await units.ensure(unit)  # another voice may have evicted it since it was resolved
            return await loader.load(resolved)

    pool = ModelPool(load, settings.voices_memory_bytes)
    queue = FairQueue(_share_cores(settings.speech_threads), settings.speech_waiting, settings.speech_at_once_per_owner)
    cache = SpeechCache(tree.audio, settings.speech_cache_bytes)
    await asyncio.to_thread(cache.open)
    await asyncio.to_thread(preload)
    metrics = SpeechMetrics(service.metrics.registry)
    metrics.watch(
        listeners=lambda: queue.listeners, voices=lambda: len(pool.loaded), voice_bytes=lambda: pool.memory_bytes
    )
    pipeline, lexicons = SynthesisPipeline(pool, queue, cache, metrics), Lexicons(tree, units)
    speaking = SpeechHandlers(
        registry,
        pipeline,
        lexicons,
        metrics,
        most_spoken=settings.speech_max_characters * _EXPANSION,
        silence=settings.speech_empty == "silence",
    )
    listing = VoiceListing(registry, pool, loader, CatalogRepository(service.store, service.now))
    jobs = build_jobs(service)
    cleanup = RenderCleanup(tree, jobs.repository, service.now, units)
    most_rendered = settings.render_max_characters * _EXPANSION
    handler = RenderHandler(tree, registry, pipeline, lexicons, _free_bytes, most_characters=most_rendered, units=units)
    worker = build_worker(service, SPEECH, handler, slots=settings.render_slots, policy=_POLICY)

    if not await bus.ready_before(service.stop):
        return

    def has_disk_space(job: SpeechJob) -> bool:
        return _free_bytes(tree.root) > remaining_bytes(job)

    async with asyncio.TaskGroup() as group:
        computing = group.create_task(queue.run())
        await serve_stream(bus, subjects.SPEAK, Speak, speaking.speak, queue=_QUEUE)
        await serve(bus, subjects.VOICES, ListVoices, listing.list, queue=_QUEUE)
        await serve(bus, subjects.PHONEMIZE, Phonemize, speaking.phonemize, queue=_QUEUE)
        await bus.subscribe(subjects.event(JobKind.SPEECH, "*"), cleanup.on_event)
        waiting = [
            group.create_task(_clean_up(cleanup, service)),
            group.create_task(units.run(service.stop)),
            group.create_task(resume_when_disk_has_space(jobs, SPEECH, has_disk_space, service.stop)),
        ]
        await worker.run(service.stop)
        await queue.close(_GRACE_S)
        units.close()
        for task in (computing, *waiting):
            task.cancel()


async def _clean_up(cleanup: RenderCleanup, service: Service) -> None:
    if await service.store.wait_open(service.stop):
        with suppress(Unavailable):  # the next start scans again
            await cleanup.scan()


def _free_bytes(place: Path) -> int:
    return shutil.disk_usage(place).free


def _share_cores(at_once: int) -> int:
    """The number of concurrent sentences; divides the cores among them. More than four cores a sentence gain little.

    Sets OMP_NUM_THREADS, which torch reads when the first voice imports it.
    """
    cores = len(os.sched_getaffinity(0))
    at_once = at_once or max(1, cores // _CORES_PER_SENTENCE)
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, cores // at_once)))
    return at_once
