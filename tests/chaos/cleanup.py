"""A load without end cleans up: it deletes over HTTP what its older operations made, so that a soak is a steady state.

What stays by design: the records of ended downloads and scans (SOKHAN_KEEP_JOBS), and the synth's cache, to its limit.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

import httpx2

from shared.trust import NOBODY
from tests.chaos.load import Account, Load

_NUMBER = re.compile(r"(\d{5})$")
_JOBS_KEPT = 20
"""More than the last six, which the load pauses and cancels."""
_DATASETS_KEPT = 3
_ASSETS_KEPT = 300
"""Operations. A data set is no longer used by a run after so many."""
_PURGED = {"training": "/api/training", "render": "/api/speech"}


async def clean_up(load: Load, stop: asyncio.Event, every: float = 10.0) -> None:
    """Delete old products every `every` seconds, until `stop`. A refusal (in use, not ended) is tried again later."""
    while not stop.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(every):
                await stop.wait()
        async with httpx2.AsyncClient(
            base_url=load.stack.client_url, timeout=20, trust_env=False, verify=NOBODY
        ) as client:
            for account in load.accounts:
                with suppress(httpx2.HTTPError):
                    await _purge_jobs(client, account)
                    await _remove_assets(client, load, account)


async def _purge_jobs(client: httpx2.AsyncClient, account: Account) -> None:
    old, recent = account.jobs[:-_JOBS_KEPT], account.jobs[-_JOBS_KEPT:]
    still = []
    for kind, job in old:
        if kind in _PURGED:
            answer = await client.delete(f"{_PURGED[kind]}/{job}?purge=true", headers=account.headers)
            if answer.status_code == 409:
                still.append((kind, job))
    account.jobs[:] = [*still, *recent, *account.jobs[len(old) + len(recent) :]]


async def _remove_assets(client: httpx2.AsyncClient, load: Load, account: Account) -> None:
    names = load.datasets.get(account.name, [])
    del names[:-_DATASETS_KEPT]
    answer = await client.get("/api/sources/installed", headers=account.headers)
    for asset in answer.raise_for_status().json()["data"]["all"]:
        number = _NUMBER.search(asset["id"])
        if number is not None and int(number[1]) < load.operations - _ASSETS_KEPT:
            await client.delete(f"/api/sources/installed/{asset['id']}", headers=account.headers)
