"""Is there room for what is to be spoken? And when a full disk has paused a job, is there again?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from shared.contracts.errors import Conflict, NoSpace, Unavailable
from shared.contracts.specs import RenderFormat, SpeechSpec
from shared.contracts.states import JobKind, JobState
from shared.jobs import Job, Jobs
from shared.telemetry import get_logger

_LOG = get_logger("synth")
SECONDS_A_CHARACTER = 0.09
"""Of Persian prose at the usual speed, pauses included; espeak-ng takes 0.08, and room is better there than not."""

_USUAL_RATE = 22_050
_LOOK_S = 5.0
# Bytes a second of what is encoded; wav and flac depend on the rate.
_ENCODED: dict[RenderFormat, int] = {"mp3": 12_000, "opus": 5_000, "aac": 8_000}
FreeBytes = Callable[[Path], int]


def bytes_needed(characters: int, speed: float, rate: int | None, format: RenderFormat, spoken: int = 0) -> int:
    """For samples of so many characters more, and for the file of these and the `spoken` bytes before them."""
    rate = rate or _USUAL_RATE
    more = int(characters * SECONDS_A_CHARACTER / speed * 2 * rate)
    whole = more + spoken
    encoded = _ENCODED[format] * whole // (2 * rate) if format in _ENCODED else whole
    return more + encoded


async def resume_when_there_is_room(jobs: Jobs, place: Path, free_bytes: FreeBytes, stop: asyncio.Event) -> None:
    """Jobs that a full disk has paused go on, one at a time. The same waits for them in the downloader."""
    while not stop.is_set():
        try:
            for job in await jobs.repository.active(JobKind.SPEECH, {"error.code": NoSpace.code}):
                if job.state is JobState.PAUSED and await asyncio.to_thread(free_bytes, place) > _left(job):
                    with suppress(Conflict):  # its owner was faster
                        await jobs.resume(job)
                        _LOG.info("room_again", job_id=job.id)
                    break
        except Unavailable as error:
            _LOG.debug("room_not_looked_for", reason=error.message)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                await stop.wait()


def _left(job: Job) -> int:
    spec = job.spec
    assert isinstance(spec, SpeechSpec)
    whole = bytes_needed(spec.characters, spec.speed, None, spec.response_format)
    return int(whole * (1 - job.progress.fraction)) + bytes_needed(1000, 1.0, None, "wav")
