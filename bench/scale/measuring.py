"""A small run of the real platform that gives the model's costs."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.downloads import say
from bench.scale import measuring_platform, measuring_work
from bench.scale.costs import Costs
from bench.scale.platform import MeasuredPlatform, running
from tests.support.hub import running_hub


@contextmanager
def measured(folder: Path, share: float) -> Iterator[tuple[MeasuredPlatform, Costs]]:
    """The whole platform, with a voice, and its costs. `share`: of the usual numbers, small to try it out."""
    say("gateway, store and bus …")
    gateway, store, bus = measuring_platform.measure(folder / "alone", share)
    with running_hub(folder / "hub") as hub:
        environment = {"HF_ENDPOINT": hub.url, "SOKHAN_BUNDLED_VOICES": "true"}
        with running(folder / "whole", environment=environment) as built:
            say("a voice is loaded …")
            measuring_work.install_voice(built)
            say("sentences …")
            voice = measuring_work.sentence(built, measuring_work.VOICE, max(8, int(36 * share)))
            espeak = measuring_work.sentence(built, measuring_work.ESPEAK, max(8, int(36 * share)))
            say("a download, an import, two training runs …")
            jobs = measuring_work.jobs(built, hub, share, statistics.fmean(voice.alone))
            yield built, Costs(len(os.sched_getaffinity(0)), gateway, store, bus, voice, espeak, jobs)
