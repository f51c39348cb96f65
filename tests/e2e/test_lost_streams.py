"""NATS loses its streams while it runs: no job is lost, and `/health` reports the loss and repairs it."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path

import httpx2
import nats
import pytest

from shared.contracts.subjects import STREAMS
from shared.trust import NOBODY
from tests.support.hub import TestHub
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until
from tests.support.up import Up, running_up

pytestmark = pytest.mark.siege

NAMES = {stream.name for stream in STREAMS}


async def delete_streams(url: str) -> None:
    """As a client with the administrator's password."""
    client = await nats.connect(url, connect_timeout=5)
    try:
        for name in NAMES:
            assert await client.jetstream(timeout=5).delete_stream(name)
    finally:
        await client.close()


async def streams(url: str) -> set[str]:
    client = await nats.connect(url, connect_timeout=5)
    try:
        return {info.config.name or "" for info in await client.jetstream(timeout=5).streams_info()}
    finally:
        await client.close()


def start(built: Platform, repo: str) -> str:
    with built.client() as client:
        answer = client.post("/api/sources/download", json={"modelId": repo})
    assert answer.status_code == 202, answer.text
    return f"/api/sources/download/{answer.json()['data']['id']}"


def bus(url: str) -> tuple[str, str | None]:
    report = httpx2.get(f"{url}/health", timeout=5, trust_env=False, verify=NOBODY).json()["data"]
    return report["parts"]["bus"]["state"], report["parts"]["bus"]["problem"]


async def test_jobs_run_to_their_end_after_the_streams_are_deleted(tmp_path: Path, hub: TestHub) -> None:
    hub.put("ns/first", {"a.bin": b"a" * 1000})
    hub.put("ns/second", {"a.bin": b"b" * 1000})
    names = ("gateway", "downloader", "scanner")
    with platform(tmp_path, names, {"HF_ENDPOINT": hub.url}) as built:
        built.kill("downloader")
        queued = start(built, "ns/first")  # its command is in the stream when that is deleted
        await delete_streams(built.nats.url)
        built.start("downloader")
        assert built.wait_job(queued)["state"] == "completed"
        await delete_streams(built.nats.url)  # this time under a running worker
        assert built.wait_job(start(built, "ns/second"))["state"] == "completed"
        assert await streams(built.nats.url) >= {"COMMANDS"}


async def test_health_reports_lost_streams_and_creates_them_again(tmp_path: Path) -> None:
    with platform(tmp_path, ("gateway",)) as built:
        await delete_streams(built.nats.url)
        wait_until(lambda: bus(built.url)[0] == "degraded", 10, "the loss is reported")
        wait_until(lambda: bus(built.url) == ("ok", None), 10, "the streams are there again")
        assert await streams(built.nats.url) == NAMES


def commands_and_logs(up: Up) -> bytes:
    commands = [Path(f"/proc/{pid}/cmdline") for pid in (*up.pids().values(), up.process.pid)]
    logs = (up.folder / "data" / "logs").iterdir()
    return up.output.encode() + b"".join(path.read_bytes() for path in (*commands, *logs))


async def are_there(url: str, limit: float) -> None:
    deadline = time.monotonic() + limit
    while (found := await streams(url)) != NAMES:
        assert time.monotonic() < deadline, f"only {found} within {limit:g} s"


async def test_the_bus_of_up_is_closed_and_its_passwords_are_in_no_process_list(tmp_path: Path) -> None:
    with running_up(tmp_path) as up:
        config = tmp_path / "data" / "run" / "nats.conf"
        assert stat.S_IMODE(config.stat().st_mode) == 0o600
        text = config.read_text()
        passwords = {json.loads(part.split()[0]) for part in text.split("password: ")[1:]}
        assert len(passwords) == 6
        shown = commands_and_logs(up)
        for password in passwords:
            assert password.encode() not in shown
        port = text.split('listen: "127.0.0.1:')[1].split('"')[0]
        refused = False
        try:
            await nats.connect(f"nats://127.0.0.1:{port}", allow_reconnect=False, connect_timeout=5)
        except nats.errors.Error:
            refused = True
        assert refused
        admin = text.split("user: admin, password: ")[1].split()[0].strip('"')
        url = f"nats://admin:{admin}@127.0.0.1:{port}"
        await delete_streams(url)
        await are_there(url, 20)  # a worker that asks for its next command notices the loss, or `/health` does
        wait_until(up.ready, 20, "every part is ready again")
