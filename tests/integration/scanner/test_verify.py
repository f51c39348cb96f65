"""A verification as a job: what it finds, what it refuses, how it is left."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from shared.contracts.assets import Asset, asset_from
from shared.contracts.jobs import Job
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ScanProgress, ScanResult, ScanSpec, VerifyAsset, WalkDisk
from shared.contracts.states import Control, JobState
from shared.files import try_lock
from tests.support.downloads import Downloads, Line
from tests.support.folders import BERT, install, rot, safetensors
from tests.support.hub import TestHub

FILES = {
    "config.json": BERT,
    "model.safetensors": safetensors(300_000),
    "صدا/نمونه یک.bin": b"x" * 5000,
    "vocab.txt": b"a\nb\n",
}


async def ask(client: Downloads, asset: str, kind: str = "model") -> Job:
    task = VerifyAsset.model_validate({"asset_kind": kind, "asset_id": asset})
    return await client.client.jobs.submit(SCAN, ScanSpec(task=task), "tester")


async def ended(client: Downloads, job: Job, limit: float = 20) -> Job:
    job = await client.client.jobs.wait(job, limit)
    assert job.terminal, job
    return job


async def verify(client: Downloads, asset: str, kind: str = "model") -> ScanResult:
    job = await ended(client, await ask(client, asset, kind))
    assert job.state is JobState.COMPLETED, job.error
    assert isinstance(job.result, ScanResult)
    return job.result


async def refused(client: Downloads, asset: str) -> tuple[str, str]:
    job = await ended(client, await ask(client, asset))
    assert job.state is JobState.FAILED
    assert job.error is not None
    return job.error.code, job.error.message


async def shown(client: Downloads, key: str) -> Asset:
    await ended(client, await client.client.jobs.submit(SCAN, ScanSpec(task=WalkDisk()), "tester"))
    document = await client.client.store.get("assets", key)
    assert document is not None
    return asset_from(document)


async def test_every_kind_of_damage_has_its_name(wire: Line) -> None:
    folder = install(wire.folder("verify/each"), {**FILES, "a.bin": bytes(10), "b.bin": bytes(10)}, git=("vocab.txt",))
    async with wire.client() as client:
        whole = await verify(client, "verify/each")
        assert (whole.verified, whole.damaged, whole.damaged_count, whole.asset) == (6, (), 0, "verify/each")
        rot(folder / "صدا/نمونه یک.bin", at=4999)
        rot(folder / "vocab.txt")
        (folder / "a.bin").unlink()
        (folder / "b.bin").write_bytes(bytes(11))
        (folder / "config.json").unlink()
        (folder / "config.json").mkdir()
        found = await verify(client, "verify/each")
    assert (found.verified, found.damaged_count) == (1, 5)
    assert {file.path: file.problem for file in found.damaged} == {
        "صدا/نمونه یک.bin": "content",
        "vocab.txt": "content",
        "a.bin": "missing",
        "b.bin": "size",
        "config.json": "unreadable",
    }


async def test_damage_is_shown_until_it_is_repaired_also_by_a_new_download(wire: Line, hub: TestHub) -> None:
    hub.put("verify/repaired", {"config.json": BERT, "model.safetensors": safetensors(300_000)})
    key, weights = "model:verify/repaired", wire.folder("verify/repaired") / "model.safetensors"
    async with wire.client() as client:
        await client.done(await client.start("verify/repaired"))
        assert (await shown(client, key)).status == "ready"
        rot(weights, at=200_000)
        assert (await shown(client, key)).status == "ready", "nothing tells but reading"
        assert [file.path for file in (await verify(client, "verify/repaired")).damaged] == ["model.safetensors"]
        asset = await shown(client, key)
        assert (asset.status, (asset.problem or "")[:17]) == ("error", "model.safetensors")
        hub.clear()
        await client.done(await client.start("verify/repaired"))
        assert weights.read_bytes() == safetensors(300_000)
        assert (await shown(client, key)).status == "ready"
        assert (await verify(client, "verify/repaired")).damaged_count == 0


async def test_damage_is_known_after_a_restart_of_the_scanner(wire: Line) -> None:
    folder = install(wire.folder("verify/remembered"), FILES)
    rot(folder / "model.safetensors")
    async with wire.client() as client:
        assert (await verify(client, "verify/remembered")).damaged_count == 1
        wire.kill("scanner")
        await client.client.store.delete("assets", {"id": "model:verify/remembered"})
        wire.start("scanner")
        assert (await shown(client, "model:verify/remembered")).status == "error"


async def test_at_most_100_are_listed_and_all_are_counted(wire: Line) -> None:
    folder = install(wire.folder("verify/many", "datasets"), {f"clips/{n:04}.wav": b"x" for n in range(250)})
    for path in folder.glob("clips/*"):
        path.unlink()
    async with wire.client() as client:
        found = await verify(client, "verify/many", "dataset")
    assert (len(found.damaged), found.damaged_count, found.verified) == (100, 250, 0)


async def test_what_cannot_be_compared_is_refused_with_a_sentence(wire: Line) -> None:
    (wire.folder("verify/by-hand")).mkdir(parents=True)
    (wire.folder("verify/by-hand") / "config.json").write_bytes(BERT)
    async with wire.client() as client:
        assert await refused(client, "verify/nobody") == ("NOT_FOUND", "verify/nobody is not installed.")
        assert (await refused(client, "../../etc"))[0] == "NOT_FOUND"
        code, message = await refused(client, "verify/by-hand")
        assert code == "VALIDATION"
        assert "nothing to compare with" in message


async def test_what_a_download_is_changing_is_not_judged(wire: Line) -> None:
    folder = install(wire.folder("verify/changing"), FILES)
    with try_lock(folder.absolute(), wire.data / "run" / "locks") as mine:
        assert mine
        async with wire.client() as client:
            assert (await refused(client, "verify/changing"))[0] == "CONFLICT"


@pytest.fixture(scope="module")
def large(wire: Line) -> Path:
    """8 GiB of nothing: holes cost no disk, but seconds to read."""
    folder = install(wire.folder("verify/large"), {"config.json": BERT, "model.bin": b""})
    os.truncate(folder / "model.bin", 8 * 2**30)
    manifest = folder / "sokhan.json"
    manifest.write_text(manifest.read_text().replace('"size": 0', f'"size": {8 * 2**30}'))
    return folder


async def test_a_verification_tells_how_far_it_is_and_is_cancelled_in_the_middle_of_a_file(
    wire: Line, large: Path
) -> None:
    async with wire.client() as client:
        job = await ask(client, f"{large.parent.name}/{large.name}")
        progress = await _under_way(client, job)
        assert progress.stage == "model.bin"
        asked = time.monotonic()
        await client.client.jobs.request_control(await client.now(job), Control.CANCEL)
        assert (await ended(client, job)).state is JobState.CANCELLED
        assert time.monotonic() - asked < 2
        assert not (large / ".sokhan-damaged.json").exists()


async def test_a_scanner_that_is_stopped_hands_the_verification_on(wire: Line, large: Path) -> None:
    async with wire.client() as client:
        job = await ask(client, f"{large.parent.name}/{large.name}")
        await _under_way(client, job)
        asked = time.monotonic()
        wire.processes.pop("scanner").terminate()
        assert time.monotonic() - asked < 4
        left = await client.now(job)
        assert left.state is JobState.QUEUED
        await client.client.jobs.request_control(left, Control.CANCEL)
        wire.start("scanner")
        assert (await ended(client, job)).state is JobState.CANCELLED


async def _under_way(client: Downloads, job: Job) -> ScanProgress:
    async with asyncio.timeout(20):
        while True:
            now = await client.now(job)
            assert not now.terminal, now
            if isinstance(now.progress, ScanProgress) and 0 < now.progress.fraction < 1:
                return now.progress
            await asyncio.sleep(0.02)
