"""Resets, stalls, short bodies, busy servers, links that ran out: each is waited out, and the reason is shown."""

from __future__ import annotations

import pytest

from tests.support.downloads import MIB, Line, sha256
from tests.support.hub import TestHub

SIZE = 6 * MIB
FAULTS = ("truncate", "reset", "status-500", "status-503", "status-408", "status-425", "hub-status-502", "expire")


@pytest.mark.parametrize("size", [20_000, SIZE])
async def test_each_fault_is_survived_in_the_same_attempt(wire: Line, hub: TestHub, size: int) -> None:
    """All at once: what takes time is to wait before the next try."""
    digests: dict[str, str] = {}
    for fault in FAULTS:
        digests[fault] = hub.put_file(f"lines/{fault}-{size}", f"{fault}-{size}.bin", size)
        hub.fault(f"{fault}-{size}.bin", fault, times=2)
    async with wire.client() as client:
        jobs = {fault: await client.start(f"lines/{fault}-{size}") for fault in FAULTS}
        attempts = {fault: (await client.done(job)).attempt for fault, job in jobs.items()}
    assert attempts == dict.fromkeys(FAULTS, 1)
    assert {fault: sha256(wire.folder(f"lines/{fault}-{size}") / f"{fault}-{size}.bin") for fault in FAULTS} == digests


async def test_a_stall_is_noticed_and_the_rest_fetched_anew(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("lines/stall", "stall.bin", SIZE)
    hub.fault("stall.bin", "stall", times=1, after=MIB)
    async with wire.client() as client:
        job = await client.start("lines/stall")
        await client.done(job)
    assert sha256(wire.folder("lines/stall") / "stall.bin") == digest
    assert hub.sent("stall.bin") < SIZE + 2 * MIB


async def test_too_many_requests_are_obeyed_and_shown(wire: Line, hub: TestHub) -> None:
    hub.put_file("lines/busy", "busy.bin", 50_000)
    hub.fault("busy.bin", "status-429", times=1, value="2")
    async with wire.client() as client:
        job = await client.start("lines/busy")
        reason = await client.waiting(job, "429")
        done = await client.done(job)
    assert reason.startswith("waiting 2 s: 429 from 127.0.0.1:")
    assert reason.endswith("attempt 2")
    assert done.started_at is not None
    assert done.finished_at is not None
    assert (done.finished_at - done.started_at).total_seconds() >= 2


async def test_a_hub_that_is_busy_at_the_listing_is_asked_again(wire: Line, hub: TestHub) -> None:
    hub.put("lines/listing", {"a.txt": b"a"})
    hub.fault("lines/listing", "unavailable", times=2)
    async with wire.client() as client:
        done = await client.done(await client.start("lines/listing"))
    assert done.attempt == 1


async def test_a_link_that_ran_out_in_the_middle_is_asked_for_anew(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("lines/signed", "signed.bin", 24 * MIB)
    hub.shape(2 * MIB, 0)
    async with wire.client() as client:
        job = await client.start("lines/signed")
        await client.fraction(job, 0.2)
        hub.fault("signed.bin", "expire")
        hub.shape(None, 0)
        done = await client.done(job)
    assert done.attempt == 1
    assert sha256(wire.folder("lines/signed") / "signed.bin") == digest


@pytest.mark.siege
async def test_a_line_that_is_away_is_waited_for(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("lines/away", "away.bin", 24 * MIB)
    hub.shape(2 * MIB, 0)
    async with wire.client() as client:
        job = await client.start("lines/away")
        await client.fraction(job, 0.2)
        hub.down(4)
        hub.shape(None, 0)
        await client.waiting(job, "waiting")
        done = await client.done(job)
    assert (done.attempt, done.failures) == (1, 0)
    assert sha256(wire.folder("lines/away") / "away.bin") == digest


@pytest.mark.parametrize("fault", ["no-range", "wrong-range", "gzip"])
async def test_a_server_that_answers_otherwise_than_asked_does_no_harm(wire: Line, hub: TestHub, fault: str) -> None:
    digest = hub.put_file(f"lines/{fault}", f"{fault}.bin", 24 * MIB)
    hub.fault(f"{fault}.bin", fault, times=999 if fault == "no-range" else 3)
    async with wire.client() as client:
        await client.done(await client.start(f"lines/{fault}"))
    assert sha256(wire.folder(f"lines/{fault}") / f"{fault}.bin") == digest


async def test_a_resumed_file_from_a_server_without_ranges_is_whole(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("lines/plain", "plain.bin", 12 * MIB)
    hub.fault("plain.bin", "reset", times=2, after=MIB)
    hub.fault("plain.bin", "no-range", times=999)
    async with wire.client() as client:
        await client.done(await client.start("lines/plain"))
    assert sha256(wire.folder("lines/plain") / "plain.bin") == digest


async def test_a_file_that_the_server_never_gives_ends_the_job_with_its_name(wire: Line, hub: TestHub) -> None:
    hub.put("lines/never", {"never.bin": bytes(5000), "fine.txt": b"fine"})
    hub.fault("never.bin", "gone", times=999)
    async with wire.client() as client:
        ended = await client.ended(await client.start("lines/never"))
    assert ended.error is not None
    assert ended.error.code == "REPO_NOT_FOUND"
    assert "never.bin" in ended.error.message
