"""Answers `ListVoices`: the available voices with their licence, calibration and use."""

from __future__ import annotations

import json

from services.synth.loading import VoiceLoader
from services.synth.pool import ModelPool
from services.synth.voices import ResolvedVoice, VoiceRegistry
from shared.catalog import CatalogRepository
from shared.contracts.catalog import CatalogEntry
from shared.contracts.owners import LOCAL_OWNER
from shared.contracts.rpc import ListVoices, Voice, VoiceList

_NAMES_BYTES = 400_000
"""Of the speakers of all voices in one answer: NATS carries 1 MB, and one voice may have 2,000 long names."""


class VoiceListing:
    def __init__(
        self, registry: VoiceRegistry, pool: ModelPool, loader: VoiceLoader, catalog: CatalogRepository
    ) -> None:
        self._registry = registry
        self._pool = pool
        self._loader = loader
        self._catalog = catalog

    async def list(self, request: ListVoices) -> VoiceList:
        owner = LOCAL_OWNER if request.everybody else request.owner
        licences = {entry.id: entry for entry in await self._catalog.list()}
        voices = await self._registry.list(owner)
        speaking = self._pool.speaking_for(owner)
        share = _NAMES_BYTES // max(1, len(voices))
        return VoiceList(
            voices=tuple(
                [
                    await self._voice_entry(resolved, licences.get(resolved.voice.id), share, speaking)
                    for resolved in voices
                ]
            )
        )

    async def _voice_entry(
        self, resolved: ResolvedVoice, entry: CatalogEntry | None, share: int, speaking: frozenset[str]
    ) -> Voice:
        known = self._pool.loaded.get(resolved.voice.id) or await self._loader.recorded(resolved)
        return resolved.voice.model_copy(
            update={
                "speakers": first_names(resolved.voice.speakers, share),
                "license": entry.license if entry else resolved.voice.license,
                "license_class": entry.license_class if entry else resolved.voice.license_class,
                "speaking": resolved.voice.id in speaking,
                "precision": known.precision if known else None,
                "real_time_factor": known.real_time_factor if known else None,
            }
        )


def first_names(names: tuple[str, ...], most_bytes: int) -> tuple[str, ...]:
    """The names that fit into so many bytes of JSON."""
    left = most_bytes
    for number, name in enumerate(names):
        left -= len(json.dumps(name, ensure_ascii=False).encode()) + 1
        if left < 0:
            return names[:number]
    return names
