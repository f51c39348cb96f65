"""Loads a voice and finds out how it is fastest here: once for a voice and a machine, then from the record."""

from __future__ import annotations

import asyncio
import platform
from typing import cast, get_args

from services.synth.calibrate import Calibration, calibrate
from services.synth.engines import SpeakingVoice, load_espeak, load_folder
from services.synth.engines.protocol import Precision
from services.synth.pool import Ready
from services.synth.voices import FoundVoice
from shared.store import Store, Value

_COLLECTION = "settings"


class VoiceLoader:
    """`precision` None: as measured."""

    def __init__(self, store: Store, precision: Precision | None) -> None:
        self._store = store
        self._precision = precision

    async def load(self, found: FoundVoice) -> Ready:
        """Raises `UnsafeCheckpoint`, `OutOfMemory`, `Unavailable`."""
        voice = await asyncio.to_thread(_load, found)
        known = await self.recorded(found)
        if known is not None and known.precision in voice.precisions and self._precision in (None, known.precision):
            voice.set_precision(known.precision)
            return Ready(voice, known)
        calibration = await asyncio.to_thread(calibrate, voice, self._precision)
        await self._record(found, calibration)
        return Ready(voice, calibration)

    async def recorded(self, found: FoundVoice) -> Calibration | None:
        """What was measured of this version of the voice on this machine."""
        document = await self._store.get(_COLLECTION, _id(found))
        if document is None or document.get("version") != found.version:
            return None
        precision, factor, gain = (document.get(name) for name in ("precision", "real_time_factor", "gain"))
        if precision not in get_args(Precision):
            return None
        if not isinstance(factor, int | float) or not isinstance(gain, int | float):
            return None
        return Calibration(cast("Precision", precision), float(factor), float(gain))

    async def _record(self, found: FoundVoice, calibration: Calibration) -> None:
        told: dict[str, Value] = {
            "version": found.version,
            "precision": calibration.precision,
            "real_time_factor": calibration.real_time_factor,
            "gain": calibration.gain,
        }
        await self._store.upsert(_COLLECTION, _id(found), {"$set": told})


def _load(found: FoundVoice) -> SpeakingVoice:
    """Blocking: the first Coqui voice imports torch."""
    return load_espeak() if found.folder is None else load_folder(found.folder)


def _id(found: FoundVoice) -> str:
    return f"voice:{found.voice.id}@{platform.node()}"
