"""A worker that claims a job and does nothing: what is left is the platform's own cost."""

from __future__ import annotations

import os

from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadProgress, DownloadResult, DownloadSpec
from shared.jobs import JobContext, RetryPolicy
from shared.service import Service, build_worker, run_service


async def handle(_: JobContext[DownloadSpec, DownloadProgress, DownloadResult]) -> DownloadResult:
    return DownloadResult(path="", commit="", files=0, bytes=0)


async def main(service: Service) -> None:
    slots = int(os.environ.get("BENCH_SLOTS", "8"))
    await build_worker(service, DOWNLOAD, handle, slots=slots, policy=RetryPolicy()).run(service.stop)


if __name__ == "__main__":
    run_service("downloader", main)
