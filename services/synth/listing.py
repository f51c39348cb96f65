"""Answers `ListVoices`: the voices that are here, with what is known of their pace and who listens."""

from __future__ import annotations

from services.synth.loading import VoiceLoader
from services.synth.pool import ModelPool
from services.synth.voices import FoundVoice, VoiceBook
from shared.catalog import CatalogRepository
from shared.contracts.catalog import CatalogEntry
from shared.contracts.rpc import ListVoices, Voice, VoiceList


class VoiceListing:
    def __init__(self, book: VoiceBook, pool: ModelPool, loader: VoiceLoader, catalog: CatalogRepository) -> None:
        self._book = book
        self._pool = pool
        self._loader = loader
        self._catalog = catalog

    async def list(self, _: ListVoices) -> VoiceList:
        licences = {entry.id: entry for entry in await self._catalog.list()}
        found = await self._book.list()
        return VoiceList(voices=tuple([await self._told(each, licences.get(each.voice.id)) for each in found]))

    async def _told(self, found: FoundVoice, entry: CatalogEntry | None) -> Voice:
        known = self._pool.loaded.get(found.voice.id) or await self._loader.recorded(found)
        return found.voice.model_copy(
            update={
                "license": entry.license if entry else found.voice.license,
                "license_class": entry.license_class if entry else found.voice.license_class,
                "speaking": found.voice.id in self._pool.speaking,
                "precision": known.precision if known else None,
                "real_time_factor": known.real_time_factor if known else None,
            }
        )
