"""Loads a voice and finds out how it is fastest here: once for a voice and a machine, then from the record."""

from __future__ import annotations

import asyncio
import platform
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import cast, get_args

from services.synth.calibrate import Calibration, Heard, hear, quicken
from services.synth.engines import SpeakingVoice, load_espeak, load_folder
from services.synth.engines.protocol import Precision
from services.synth.pool import Ready
from services.synth.voices import FoundVoice
from shared.contracts.errors import SokhanError, UnsafeCheckpoint
from shared.store import Store, Value
from shared.telemetry import get_logger

_LOG = get_logger("synth")
_COLLECTION = "settings"


class VoiceLoader:
    """`precision` None: as measured."""

    def __init__(self, store: Store, precision: Precision | None) -> None:
        self._store = store
        self._precision = precision
        # One after the other: two that are measured at once would measure each other.
        self._thread = ThreadPoolExecutor(1, "load")
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def _wish(self) -> str:
        return self._precision or "auto"

    async def load(self, found: FoundVoice) -> Ready:
        """Ready as it is; how it is faster is found, or prepared, behind the first listener's back.

        Raises `UnsafeCheckpoint`, `OutOfMemory`, `Unavailable`.
        """
        loop = asyncio.get_running_loop()
        voice, heard = await loop.run_in_executor(self._thread, _open, found)
        ready = Ready(voice, heard.calibration)
        task = asyncio.create_task(self._quicken(found, ready, heard))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return ready

    async def _quicken(self, found: FoundVoice, ready: Ready, heard: Heard) -> None:
        known, loop = await self.recorded(found), asyncio.get_running_loop()
        try:
            if known is not None and known.precision in ready.voice.precisions:
                await loop.run_in_executor(self._thread, ready.voice.set_precision, known.precision)
            else:
                known = await loop.run_in_executor(self._thread, quicken, ready.voice, heard, self._precision)
                await self._record(found, known)
        except Exception:  # whatever it is, the voice speaks on as it did
            _LOG.exception("voice_calibration_failed", voice=found.voice.id)
            ready.voice.set_precision(heard.calibration.precision)
            return
        ready.calibration = replace(known, gain=heard.calibration.gain)
        _LOG.info(
            "voice_calibrated", voice=found.voice.id, precision=known.precision, real_time_factor=known.real_time_factor
        )

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


def _open(found: FoundVoice) -> tuple[SpeakingVoice, Heard]:
    """Blocking: the first Coqui voice imports torch."""
    voice = load_espeak() if found.folder is None else load_folder(found.folder)
    try:
        return voice, hear(voice)
    except SokhanError as error:
        raise UnsafeCheckpoint(f"{found.voice.id} cannot say a plain sentence: {error.message}") from error
    except (MemoryError, OSError):
        raise
    except Exception as error:  # what a damaged network raises is anybody's guess
        raise UnsafeCheckpoint(f"{found.voice.id} cannot speak: {str(error)[:200]}") from error


def _id(found: FoundVoice) -> str:
    return f"voice:{found.voice.id}@{platform.node()}"
