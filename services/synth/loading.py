"""Loads a voice and calibrates it: once per voice version and machine, later from the record."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import cast, get_args

from services.synth.calibrate import Baseline, Calibration, measure_baseline, select_precision
from services.synth.engines import SpeakingVoice, load_espeak, load_folder
from services.synth.engines.protocol import Precision
from services.synth.examining import examine_voice
from services.synth.pool import LoadedVoice
from services.synth.voices import ResolvedVoice
from shared.contracts.errors import OutOfMemory, SokhanError, UnsafeCheckpoint
from shared.settings import CalibrationRecord, CalibrationRepository
from shared.telemetry import get_logger

_LOG = get_logger("synth")


class VoiceLoader:
    """`precision`: the configured one; None for the calibrated one."""

    def __init__(self, calibrations: CalibrationRepository, precision: Precision | None) -> None:
        self._calibrations = calibrations
        self._precision = precision
        # One at a time: concurrent measurements would slow each other down.
        self._thread = ThreadPoolExecutor(1, "load")
        self._calibrating: set[asyncio.Task[None]] = set()

    @property
    def _requested_precision(self) -> str:
        return self._precision or "auto"

    async def load(self, resolved: ResolvedVoice) -> LoadedVoice:
        """Load a voice at full precision. A faster one is chosen in the background, after the first request.

        Raises `UnsafeCheckpoint`, `OutOfMemory`, `Unavailable`.
        """
        loop = asyncio.get_running_loop()
        voice, baseline = await loop.run_in_executor(self._thread, _open, resolved)
        ready = LoadedVoice(voice, baseline.calibration)
        task = asyncio.create_task(self._select_precision(resolved, ready, baseline))
        self._calibrating.add(task)
        task.add_done_callback(self._calibrating.discard)
        return ready

    async def _select_precision(self, resolved: ResolvedVoice, ready: LoadedVoice, baseline: Baseline) -> None:
        known, loop = await self.recorded(resolved), asyncio.get_running_loop()
        try:
            if known is not None and known.precision in ready.voice.precisions:
                await loop.run_in_executor(self._thread, ready.voice.set_precision, known.precision)
            else:
                known = await loop.run_in_executor(
                    self._thread, select_precision, ready.voice, baseline, self._precision
                )
                await self._record(resolved, known)
        except Exception:  # of any kind: the voice keeps its baseline precision
            _LOG.exception("voice_calibration_failed", voice=resolved.voice.id)
            ready.voice.set_precision(baseline.calibration.precision)
            return
        ready.calibration = replace(known, gain=baseline.calibration.gain)
        _LOG.info(
            "voice_calibrated",
            voice=resolved.voice.id,
            precision=known.precision,
            real_time_factor=known.real_time_factor,
        )

    async def recorded(self, resolved: ResolvedVoice) -> Calibration | None:
        """The recorded calibration of this version of the voice on this machine, or None."""
        record = await self._calibrations.find(resolved.voice.id)
        if record is None or (record.version, record.requested) != (resolved.version, self._requested_precision):
            return None
        if record.precision not in get_args(Precision):
            return None
        return Calibration(cast("Precision", record.precision), record.real_time_factor, record.gain)

    async def _record(self, resolved: ResolvedVoice, calibration: Calibration) -> None:
        await self._calibrations.save(
            resolved.voice.id,
            CalibrationRecord(
                version=resolved.version,
                requested=self._requested_precision,
                precision=calibration.precision,
                real_time_factor=calibration.real_time_factor,
                gain=calibration.gain,
            ),
        )


def _open(resolved: ResolvedVoice) -> tuple[SpeakingVoice, Baseline]:
    """Blocking: the first Coqui voice imports torch."""
    if resolved.folder is not None:
        examine_voice(resolved.folder)
    voice = load_espeak() if resolved.folder is None else load_folder(resolved.folder)
    try:
        return voice, measure_baseline(voice)
    except OutOfMemory:
        raise
    except SokhanError as error:
        raise UnsafeCheckpoint(f"{resolved.voice.id} cannot speak a test sentence: {error.message}") from error
    except (MemoryError, OSError):
        raise
    except Exception as error:  # a damaged network may raise anything
        raise UnsafeCheckpoint(f"{resolved.voice.id} cannot speak: {str(error)[:200]}") from error
