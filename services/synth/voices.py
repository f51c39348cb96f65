"""The voices that an owner may use: the built-in one, and assets that the scanner recognised as voices."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shared.assets import AssetRepository
from shared.contracts.access import may_change, may_see
from shared.contracts.assets import Asset
from shared.contracts.errors import NotFound, Unavailable
from shared.contracts.owners import is_own_namespace
from shared.contracts.rpc import OPENAI_VOICES, Voice
from shared.contracts.voices import engine_of, resolve_voice
from shared.files import DataTree
from shared.objects import SHARED_FOLDER, UnitAccess
from shared.persian.espeak import SAMPLE_RATE as ESPEAK_RATE

ESPEAK_VOICE = "espeak-fa"
_BUNDLED = "sokhan/"
_FETCH_S = 15.0


@dataclass(frozen=True, slots=True)
class ResolvedVoice:
    """`folder` is None for the built-in voice; `version` changes when the files do."""

    voice: Voice
    folder: Path | None
    version: str


class VoiceRegistry:
    """`default`: the voice for OpenAI's voice names. If it is not configured or not visible: the first installed one of
    the owner, else the first shared one, else espeak-ng's.

    A bundled base voice is for fine-tuning: it imitates espeak-ng, and does not sound better than it.
    """

    def __init__(
        self,
        assets: AssetRepository,
        tree: DataTree,
        default: str | None = None,
        units: UnitAccess = SHARED_FOLDER,
    ) -> None:
        self._units = units
        self._fetching: dict[str, asyncio.Task[str | None]] = {}
        self._assets = assets
        self._tree = tree
        self._default = default

    async def list(self, owner: str) -> list[ResolvedVoice]:
        """The voices that the owner may use, the built-in one first. A sole owner may use all."""
        assets = [asset for asset in await self._assets.voices() if may_see(owner, asset.access)]
        voices = [_espeak(), *(self._resolve(asset, owner) for asset in assets)]
        default = self._default_of(voices, assets, owner)
        return [_with_aliases(voice, OPENAI_VOICES) if voice is default else voice for voice in voices]

    async def find(self, name: str, owner: str) -> ResolvedVoice:
        """A voice by its id (`local/my-voice`), its bare name if that is unique, or an alias.

        Raises `NotFound`, also for a voice that the owner may not see: the hint names visible ones only. Raises
        `Unavailable` on a remote machine that is still fetching it.
        """
        voices = await self.list(owner)
        matches = resolve_voice(name, [resolved.voice for resolved in voices], owner)
        if len(matches) != 1:
            known = ", ".join(resolved.voice.id for resolved in voices[:8])
            problem = "There is no voice" if not matches else "There are several voices"
            raise NotFound(f"{problem} {name[:80]}.", hint=f"Voices here: {known}.")
        return await self._here(next(resolved for resolved in voices if resolved.voice is matches[0]))

    async def _here(self, resolved: ResolvedVoice) -> ResolvedVoice:
        """The voice with its files on this machine."""
        if resolved.folder is None:
            return resolved
        unit = self._tree.relative(resolved.folder)
        # A task of its own: a listener who leaves does not stop it, and the next one finds the voice.
        fetching = self._fetching.get(unit) or asyncio.create_task(self._units.ensure(unit))
        self._fetching[unit] = fetching
        fetching.add_done_callback(lambda _: self._fetching.pop(unit, None))
        done, _ = await asyncio.wait({fetching}, timeout=_FETCH_S)
        if not done:
            raise Unavailable(
                f"{resolved.voice.id} is being fetched to the machine that speaks.", hint="Try again in a minute."
            )
        revision = fetching.result()
        return resolved if revision is None else replace(resolved, version=revision)

    def _default_of(self, voices: Sequence[ResolvedVoice], assets: Sequence[Asset], owner: str) -> ResolvedVoice:
        """The default voice. A configured voice that is not installed is ignored."""
        configured = self._configured(voices)
        if configured is not None:
            return configured
        installed = [asset for asset in assets if not asset.id.startswith(_BUNDLED)]
        own = [asset for asset in installed if may_change(owner, asset.access)]
        first = min(own or installed, key=lambda asset: asset.downloaded_at, default=None)
        return voices[0] if first is None else next(v for v in voices if v.voice.id == first.id)

    def _configured(self, voices: Sequence[ResolvedVoice]) -> ResolvedVoice | None:
        """By id, else by bare name. The name of an account's upload counts for the account only."""
        named = [v for v in voices if v.voice.name == self._default and (v.voice.own or not _is_upload(v.voice.id))]
        return next((v for v in voices if v.voice.id == self._default), next(iter(named), None))

    def _resolve(self, asset: Asset, owner: str) -> ResolvedVoice:
        voice = Voice(
            id=asset.id,
            name=asset.name,
            language=asset.details.language or "fa",
            engine=engine_of(asset.type),
            sample_rate=asset.details.sample_rate or 0,
            source=asset.source,
            speakers=asset.details.speakers,
            quality=asset.details.quality,
            own=may_change(owner, asset.access),
        )
        return ResolvedVoice(voice, self._tree.root / asset.path, asset.fingerprint)


def _is_upload(voice_id: str) -> bool:
    return is_own_namespace(voice_id.partition("/")[0])


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
