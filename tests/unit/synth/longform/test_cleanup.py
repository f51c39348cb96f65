"""What nobody comes back for is removed; what somebody may want stays."""

from __future__ import annotations

import asyncio
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from services.synth.longform.cleanup import RenderCleanup
from services.synth.longform.disk_space import bytes_needed, remaining_bytes
from shared.bus import Bus, BusSettings
from shared.contracts.errors import NoSpace
from shared.contracts.kinds import SPEECH
from shared.contracts.kinds.speech import SpeechJob
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import Control, JobState
from shared.jobs import JobEvents, JobService, resume_when_disk_has_space
from shared.service.runtime import new_id, utc_now
from shared.telemetry import Metrics
from tests.support.eventually import eventually
from tests.support.longform import stage

pytestmark = pytest.mark.timeout(30)


async def test_a_start_finds_what_was_cancelled_while_nobody_looked(tmp_path: Path) -> None:
    async with stage(tmp_path) as built:
        cancelled, failed, paused = [(await built.job("سلام.")).job for _ in range(3)]
        await built.repository.requeue(cancelled, failed=False)
        await built.repository.request_control(cancelled, Control.CANCEL)
        await built.repository.finish(failed, JobState.FAILED)
        new, old = built.tree.renders / "new", built.tree.renders / "old"
        for nobodys in (new, old):
            nobodys.mkdir()
        days_ago = (utc_now() - timedelta(days=2)).timestamp()
        os.utime(old, (days_ago, days_ago))
        await RenderCleanup(built.tree, built.repository, utc_now).scan()
        here = sorted(path.name for path in built.tree.renders.iterdir())
    assert here == sorted([failed.id, paused.id, "new"])


async def test_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    free = [0]
    async with stage(tmp_path) as built:
        job = (await built.job("سلام.")).job
        await built.repository.pause(job, error=ErrorInfo.of(NoSpace("full")))
        metrics = Metrics("test")
        bus = Bus(BusSettings("nats://127.0.0.1:9", "test"), metrics)
        jobs = JobService(built.repository, JobEvents(bus), bus, metrics, utc_now, new_id)

        async def state_after_a_look() -> JobState:
            stop, looked = asyncio.Event(), threading.Event()

            def has_space(job: SpeechJob) -> bool:
                looked.set()
                return free[0] > remaining_bytes(job)

            looking = asyncio.create_task(resume_when_disk_has_space(jobs, SPEECH, has_space, stop))
            await eventually(looked.is_set, "a look at the disk")
            stop.set()
            await looking
            found = await built.repository.get(SPEECH, job.id)
            assert found is not None
            return found.state

        assert await state_after_a_look() is JobState.PAUSED
        free[0] = 10**12
        assert await state_after_a_look() is JobState.QUEUED


def test_room_is_counted_for_samples_and_file() -> None:
    samples = int(1000 * 0.09 * 2 * 22_050)
    assert bytes_needed(1000, 1.0, 22_050, "wav") == 2 * samples
    assert samples < bytes_needed(1000, 1.0, 22_050, "mp3") < 1.5 * samples
    assert bytes_needed(1000, 2.0, None, "wav") == pytest.approx(samples, abs=2)
    assert bytes_needed(0, 1.0, 22_050, "flac", spoken=500) == 500
