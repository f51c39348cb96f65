"""Loads a voice and finds out how it is fastest here: once for a voice and a machine, then from the record."""

from __future__ import annotations

import asyncio
import platform
from concurrent.futures import ThreadPoolExecutor
from typing import cast, get_args

from services.synth.calibrate import Calibration, calibrate
from services.synth.engines import load_espeak, load_folder
from services.synth.engines.protocol import Precision
from services.synth.pool import Ready
from services.synth.voices import FoundVoice
from shared.contracts.errors import SokhanError, UnsafeCheckpoint
from shared.store import Store, Value

_COLLECTION = "settings"


class VoiceLoader:
    """`precision` None: as measured."""

    def __init__(self, store: Store, precision: Precision | None) -> None:
        self._store = store
        self._precision = precision
        # One after the other: two that are measured at once would measure each other.
        self._thread = ThreadPoolExecutor(1, "load")

    @property
    def _wish(self) -> str:
        return self._precision or "auto"

    async def load(self, found: FoundVoice) -> Ready:
        """Raises `UnsafeCheckpoint`, `OutOfMemory`, `Unavailable`."""
        known = await self.recorded(found)
        ready = await asyncio.get_running_loop().run_in_executor(self._thread, self._load, found, known)
        if ready.calibration is not known:
            await self._record(found, ready.calibration)
        return ready

    def _load(self, found: FoundVoice, known: Calibration | None) -> Ready:
        """Blocking: the first Coqui voice imports torch."""
        voice = load_espeak() if found.folder is None else load_folder(found.folder)
        try:
            if known is not None and known.precision in voice.precisions:
                voice.set_precision(known.precision)
                return Ready(voice, known)
            return Ready(voice, calibrate(voice, self._precision))
        except SokhanError as error:
            raise UnsafeCheckpoint(f"{found.voice.id} cannot say a plain sentence: {error.message}") from error
        except (MemoryError, OSError):
            raise
        except Exception as error:  # what a damaged network raises is anybody's guess
            raise UnsafeCheckpoint(f"{found.voice.id} cannot speak: {str(error)[:200]}") from error

    async def recorded(self, found: FoundVoice) -> Calibration | None:
        """What was measured of this version of the voice on this machine."""
        document = await self._store.get(_COLLECTION, _id(found))
        if document is None or (document.get("version"), document.get("wish")) != (found.version, self._wish):
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
            "wish": self._wish,
            "precision": calibration.precision,
            "real_time_factor": calibration.real_time_factor,
            "gain": calibration.gain,
        }
        await self._store.upsert(_COLLECTION, _id(found), {"$set": told})


def _id(found: FoundVoice) -> str:
    return f"voice:{found.voice.id}@{platform.node()}"
