"""A worker whose job takes as long as its spec says: the repository's name is the number of 50 ms steps.

It leaves a line in `$EFFECTS/<job id>` when the handler has done its work, with the worker's pid and the attempt.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from shared.contracts.errors import HubUnreachable, RepoNotFound
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadProgress, DownloadResult, DownloadSpec
from shared.jobs import Fail, Interrupted, JobContext, Retry, RetryPolicy
from shared.service import Service, build_worker, run_service


async def handle(context: JobContext[DownloadSpec, DownloadProgress, DownloadResult]) -> DownloadResult:
    spec = context.job.spec
    assert isinstance(spec, DownloadSpec)
    word, _, count = spec.repo_id.partition("/")
    if word == "flaky" and context.job.attempt <= int(count):
        raise Retry(HubUnreachable("not this time"), after=0.05)
    if word == "crawling" and context.job.attempt <= int(count):
        context.report(DownloadProgress(fraction=context.job.attempt / (int(count) + 1)))
        raise Retry(HubUnreachable("the line broke again"), after=0.05)
    if word == "broken":
        raise Fail(RepoNotFound("there is no such thing"))
    if word == "buggy":
        raise ZeroDivisionError
    steps = int(count) if word == "steps" else 1
    for step in range(steps):
        await _leave_when_asked(context)
        context.report(DownloadProgress(fraction=step / steps, bytes_downloaded=step, bytes_total=steps))
        await asyncio.sleep(0.05)
    await asyncio.to_thread(_leave_effect, context)
    return DownloadResult(path="nowhere", commit="0", files=0, bytes=steps)


async def _leave_when_asked(context: JobContext[DownloadSpec, DownloadProgress, DownloadResult]) -> None:
    """With SLOW_TO_LEAVE, as many seconds after it was asked, like a run that writes a checkpoint first."""
    reason = context.interrupt
    if reason is not None:
        await asyncio.sleep(float(os.environ.get("SLOW_TO_LEAVE", "0")))
        raise Interrupted(reason)


def _leave_effect(context: JobContext[DownloadSpec, DownloadProgress, DownloadResult]) -> None:
    with Path(os.environ["EFFECTS"], context.job.id).open("a") as file:
        file.write(f"{os.getpid()} {context.job.attempt}\n")


async def main(service: Service) -> None:
    policy = RetryPolicy(limit=4, first=0.05, ceiling=0.2)
    slots = int(os.environ.get("SLOTS", "4"))
    await build_worker(service, DOWNLOAD, handle, slots=slots, policy=policy).run(service.stop)


if __name__ == "__main__":
    run_service("slow-worker", main)
