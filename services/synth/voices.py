"""What can speak now: the voice that is always there, and the assets that the scanner found to be voices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.contracts.assets import Asset, asset_from
from shared.contracts.errors import NotFound
from shared.contracts.rpc import Voice
from shared.files import DataTree
from shared.persian.espeak import SAMPLE_RATE as ESPEAK_RATE
from shared.store import Store

ESPEAK_VOICE = "espeak-fa"
_LISTED = 500
# by the type that the scanner recognised
_ENGINES = {"coqui_vits": "coqui", "transformers": "transformers_vits"}


@dataclass(frozen=True, slots=True)
class FoundVoice:
    """`folder` is None for the voice that needs none; `version` changes when the files do."""

    voice: Voice
    folder: Path | None
    version: str


class VoiceBook:
    def __init__(self, store: Store, tree: DataTree) -> None:
        self._store = store
        self._tree = tree

    async def list(self) -> list[FoundVoice]:
        page = await self._store.find(
            "assets", {"kind": "model", "status": "ready", "details.speaks": True}, sort=[("name", 1)], limit=_LISTED
        )
        return [_espeak(), *(self._found(asset_from(item)) for item in page.items)]

    async def find(self, name: str) -> FoundVoice:
        """By its id (`local/my-voice`), or by the bare name where only one voice has it. Raises `NotFound`."""
        voices = await self.list()
        named = [v for v in voices if v.voice.id == name] or [v for v in voices if v.voice.name == name]
        if len(named) != 1:
            known = ", ".join(v.voice.id for v in voices[:8])
            problem = "There is no voice" if not named else "There are several voices"
            raise NotFound(f"{problem} {name[:80]}.", hint=f"Voices here: {known}.")
        return named[0]

    def _found(self, asset: Asset) -> FoundVoice:
        voice = Voice(
            id=asset.id,
            name=asset.name,
            language=asset.details.language or "fa",
            engine=_ENGINES.get(asset.type, asset.type),
            sample_rate=asset.details.sample_rate or 0,
            source=asset.source,
        )
        return FoundVoice(voice, self._tree.root / asset.path, asset.fingerprint)


def _espeak() -> FoundVoice:
    voice = Voice(
        id=ESPEAK_VOICE,
        name=ESPEAK_VOICE,
        language="fa",
        engine="espeak",
        sample_rate=ESPEAK_RATE,
        source="local",
        license="GPL-3.0-or-later (espeak-ng)",
    )
    return FoundVoice(voice, None, "1")
