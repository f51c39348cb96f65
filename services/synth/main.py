"""The synth's composition root."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from services.synth.cache import SpeechCache
from services.synth.lexicons import Lexicons
from services.synth.listing import VoiceListing
from services.synth.loading import VoiceLoader
from services.synth.pool import ModelPool
from services.synth.reader import Readers
from services.synth.speaking import Speaking
from services.synth.turns import Turns
from services.synth.voices import VoiceBook
from shared.bus import serve, serve_stream
from shared.catalog import CatalogRepository
from shared.contracts import subjects
from shared.contracts.rpc import ListVoices, Phonemize, Speak
from shared.files import DataTree
from shared.service import Service

_QUEUE = "synth"


async def main(service: Service) -> None:
    settings, bus = service.settings, service.bus
    tree = DataTree(settings.data.absolute())
    book = VoiceBook(service.store, tree, settings.default_voice)
    precision = None if settings.speech_precision == "auto" else settings.speech_precision
    loader = VoiceLoader(service.store, precision)
    pool = ModelPool(loader.load, settings.voices_memory_bytes)
    turns = Turns(settings.speech_threads, settings.speech_waiting)
    cache = SpeechCache(tree.audio, settings.speech_cache_bytes)
    await asyncio.to_thread(cache.open)
    speaking = Speaking(book, Readers(pool, turns, cache), Lexicons(tree.lexicon))
    listing = VoiceListing(book, pool, loader, CatalogRepository(service.store, lambda: datetime.now(UTC)))

    if not await bus.ready_before(service.stop):
        return
    async with asyncio.TaskGroup() as group:
        computing = group.create_task(turns.run())
        await serve_stream(bus, subjects.SPEAK, Speak, speaking.speak, queue=_QUEUE)
        await serve(bus, subjects.VOICES, ListVoices, listing.list, queue=_QUEUE)
        await serve(bus, subjects.PHONEMIZE, Phonemize, speaking.phonemize, queue=_QUEUE)
        await service.stop.wait()
        computing.cancel()
