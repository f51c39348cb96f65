"""The available voices: the built-in one, and the assets that the scanner recognised as voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shared.assets import AssetRepository
from shared.contracts.assets import Asset
from shared.contracts.errors import NotFound
from shared.contracts.rpc import OPENAI_VOICES, Voice
from shared.contracts.voices import resolve_voice
from shared.files import DataTree
from shared.persian.espeak import SAMPLE_RATE as ESPEAK_RATE

ESPEAK_VOICE = "espeak-fa"
_BUNDLED = "sokhan/"
# by asset type
_ENGINES = {"coqui_vits": "coqui", "transformers": "transformers_vits"}


@dataclass(frozen=True, slots=True)
class ResolvedVoice:
    """`folder` is None for the built-in voice; `version` changes when the files do."""

    voice: Voice
    folder: Path | None
    version: str


class VoiceRegistry:
    """`default`: the voice for OpenAI's voice names; by default the first installed one, else espeak-ng's.

    A bundled base voice is for fine-tuning: it imitates espeak-ng, and does not sound better than it.
    """

    def __init__(self, assets: AssetRepository, tree: DataTree, default: str | None = None) -> None:
        self._assets = assets
        self._tree = tree
        self._default = default

    async def list(self) -> list[ResolvedVoice]:
        """All voices, the built-in one first."""
        assets = await self._assets.voices()
        voices = [_espeak(), *(self._resolve(asset) for asset in assets)]
        default = self._default_of(voices, assets)
        return [_with_aliases(voice, OPENAI_VOICES) if voice is default else voice for voice in voices]

    async def find(self, name: str) -> ResolvedVoice:
        """A voice by its id (`local/my-voice`), its bare name if that is unique, or an alias. Raises `NotFound`."""
        voices = await self.list()
        matches = resolve_voice(name, [resolved.voice for resolved in voices])
        if len(matches) != 1:
            known = ", ".join(resolved.voice.id for resolved in voices[:8])
            problem = "There is no voice" if not matches else "There are several voices"
            raise NotFound(f"{problem} {name[:80]}.", hint=f"Voices here: {known}.")
        return next(resolved for resolved in voices if resolved.voice is matches[0])

    def _default_of(self, voices: Sequence[ResolvedVoice], assets: Sequence[Asset]) -> ResolvedVoice:
        """The default voice. A configured voice that is not installed is ignored."""
        chosen = next((v for v in voices if self._default in (v.voice.id, v.voice.name)), None)
        installed = [asset for asset in assets if not asset.id.startswith(_BUNDLED)]
        if chosen is not None or not installed:
            return chosen or voices[0]
        first = min(installed, key=lambda asset: asset.downloaded_at)
        return next(v for v in voices if v.voice.id == first.id)

    def _resolve(self, asset: Asset) -> ResolvedVoice:
        voice = Voice(
            id=asset.id,
            name=asset.name,
            language=asset.details.language or "fa",
            engine=_ENGINES.get(asset.type, asset.type),
            sample_rate=asset.details.sample_rate or 0,
            source=asset.source,
            speakers=asset.details.speakers,
            quality=asset.details.quality,
        )
        return ResolvedVoice(voice, self._tree.root / asset.path, asset.fingerprint)


def _with_aliases(resolved: ResolvedVoice, names: tuple[str, ...]) -> ResolvedVoice:
    return replace(resolved, voice=resolved.voice.model_copy(update={"aliases": names}))


def _espeak() -> ResolvedVoice:
    voice = Voice(
        id=ESPEAK_VOICE,
        name=ESPEAK_VOICE,
        language="fa",
        engine="espeak",
        sample_rate=ESPEAK_RATE,
        source="local",
        license="GPL-3.0-or-later (espeak-ng)",
        license_class="free",
    )
    return ResolvedVoice(voice, None, "1")
