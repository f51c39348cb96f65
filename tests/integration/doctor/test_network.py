"""The checks of Hub, port, store and bus against servers that do what filters and foreign programs do."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.config import Settings
from shared.doctor import hub as hub_checks
from shared.doctor.bus import check_bus
from shared.doctor.hub import check_hub, summed_up
from shared.doctor.parts import check_parts
from shared.doctor.platform import RunningPlatform
from shared.doctor.report import Finding, Level
from shared.doctor.store import check_store
from shared.secret_url import SecretUrl
from shared.store import open_store
from tests.support.hub import running_hub
from tests.support.processes import ROOT, free_port, nats_server

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[int]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def answering(head: str, body: str = "") -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):  # a connection that only looked whether one listens
            await reader.readuntil(b"\r\n\r\n")
        lines = (f"HTTP/1.1 {head}", f"Content-Length: {len(body)}", "Connection: close", "", body)
        writer.write("\r\n".join(lines).encode())
        writer.close()

    return serve


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the first bytes of TLS, which name the host, and reset the connection."""
    await reader.read(100)
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def found(*urls: str) -> list[Finding]:
    first, *more = urls
    settings = Settings(hf_endpoint=first, hf_mirrors=tuple(more))
    return summed_up(await check_hub(settings, now))


async def test_a_hub_that_answers_is_fine_and_tells_the_time(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        (answer,) = await check_hub(Settings(hf_endpoint=hub.url), now)
    assert answer.finding.level is Level.OK
    assert answer.skew is None or abs(answer.skew) < 3


async def test_each_step_that_a_filter_breaks_has_its_own_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_checks, "_STEP_S", 2.0)  # a busy machine takes longer than 0.5 s for a refusal
    portal = answering("200 OK", "<html>Sign in</html>")
    refusing, good = answering("403 Forbidden"), answering("200 OK", "[]")
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(listening(s)) for s in (resetting, silent, portal, refusing, good)]
        findings = await found(
            "https://nothing.invalid",
            f"http://127.0.0.1:{free_port()}",
            *(f"https://127.0.0.1:{port}" for port in servers[:2]),
            *(f"http://127.0.0.1:{port}" for port in servers[2:]),
        )
    sentences = [finding.message for finding in findings]
    for sentence, words in zip(
        sentences,
        (
            "cannot be resolved", "no connection to 127.0.0.1", "TLS handshake was broken off", "no TLS within",
            "not like a Hub", "refuses with status 403", "answers",
        ),
        strict=True,
    ):  # fmt: skip
        assert words in sentence
    assert [finding.level for finding in findings] == [Level.WARNING] * 6 + [Level.OK]


async def test_without_any_hub_one_line_says_what_works() -> None:
    findings = await found(f"http://127.0.0.1:{free_port()}")
    assert findings[-1].message == "Nothing can be downloaded; what is installed works."


async def test_a_filters_answer_for_the_hubs_name_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    async def filtered(host: str, port: int) -> list[str]:
        return ["10.10.34.36"]

    monkeypatch.setattr("shared.hub.network.resolve", filtered)
    findings = await found("https://huggingface.co")
    assert "resolves to 10.10.34.36, an address of a private network" in findings[0].message


async def test_a_port_is_free_or_taken_by_another_program() -> None:
    answer = await check_parts(Settings(port=free_port()), None, now)
    assert [finding.level for finding in answer.findings] == [Level.OK]
    async with listening(answering("200 OK", "<html>")) as port:
        answer = await check_parts(Settings(port=port), None, now)
    (finding,) = answer.findings
    assert finding.level is Level.PROBLEM
    assert "not a gateway of Sokhan" in finding.message


async def test_a_platform_on_another_port_than_these_settings_name_is_asked_there() -> None:
    health = """{"data": {"status": "ok", "version": "9.9", "parts": {"store": {"state": "ok"}}}}"""
    async with listening(answering("200 OK", health)) as port:
        running, here = RunningPlatform(f"http://127.0.0.1:{port}", None), free_port()
        answer = await check_parts(Settings(port=here), running, now)
    first, *others = answer.findings
    assert first.level is Level.WARNING
    assert f"http://127.0.0.1:{port}, and these settings name port {here}" in first.message
    assert "parts" in {finding.check for finding in others}
    assert not [finding for finding in answer.findings if finding.level is Level.PROBLEM]


async def test_a_running_platform_whose_gateway_does_not_listen_is_a_problem() -> None:
    port = free_port()
    running = RunningPlatform(f"http://127.0.0.1:{port}", None)
    (finding,) = (await check_parts(Settings(port=port), running, now)).findings
    assert finding.level is Level.PROBLEM
    assert f"nothing listens at 127.0.0.1:{port}" in finding.message
    *_, finding = (await check_parts(Settings(port=free_port()), running, now)).findings
    assert finding.level is Level.PROBLEM
    assert f"nothing listens at 127.0.0.1:{port}" in finding.message


def test_standard_output_is_the_list_and_nothing_else(tmp_path: Path) -> None:
    nobody = free_port()
    done = subprocess.run(
        [sys.executable, "-m", "shared.doctor"],
        cwd=ROOT,
        env={**os.environ, "SOKHAN_DATA": str(tmp_path), "HF_ENDPOINT": f"http://127.0.0.1:{nobody}"},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert {"settings", "gpu"} <= {finding["check"] for finding in json.loads(done.stdout)}


async def test_an_address_of_another_machine_is_a_problem() -> None:
    settings = Settings(host="192.0.2.1", auth="token", token="7f3ac0de" * 8, port=free_port())
    (finding,) = (await check_parts(settings, None, now)).findings
    assert "EADDRNOTAVAIL" in finding.message


async def test_a_gateway_with_a_part_that_is_down_and_one_of_another_version() -> None:
    health = """{"data": {"status": "degraded", "version": "9.9", "parts":
        {"store": {"state": "ok"}, "synth": {"state": "down", "problem": "No answer."}}}}"""
    async with listening(answering("200 OK", health)) as port:
        answer = await check_parts(Settings(port=port), None, now)
    text = " ".join(finding.message for finding in answer.findings)
    assert "synth is down: No answer." in text
    assert "others: gateway 9.9" in text


async def test_the_store_is_looked_at_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    settings = Settings(store_url=SecretUrl(f"sqlite:///{file}"))
    (finding,) = await check_store(settings)
    assert "the first start makes it" in finding.message
    assert not file.exists()
    store = await open_store(f"sqlite:///{file}")
    (finding,) = await check_store(settings)
    assert "answers, version" in finding.message
    await store.update("meta", {"id": "schema"}, {"$set": {"version": 2}})
    (finding,) = await check_store(settings)
    assert "brings it from version 2" in finding.message
    await store.update("meta", {"id": "schema"}, {"$set": {"version": 99}})
    (finding,) = await check_store(settings)
    assert finding.level is Level.PROBLEM
    await store.close()
    file.write_bytes(b"not a database" * 100)
    (finding,) = await check_store(settings)
    assert finding.level is Level.PROBLEM


async def test_a_store_that_does_not_answer_hides_its_password() -> None:
    settings = Settings(store_url=SecretUrl(f"mongodb://user:canary@127.0.0.1:{free_port()}/sokhan"))
    (finding,) = await check_store(settings)
    assert finding.level is Level.PROBLEM
    assert "canary" not in finding.message


async def test_a_bus_without_streams_and_one_that_is_away(tmp_path: Path) -> None:
    with nats_server(tmp_path) as server:
        settings = Settings(nats_url=SecretUrl(server.url))
        (finding,) = await check_bus(settings, None)
        assert finding.level is Level.WARNING
        assert "lacks the streams COMMANDS" in finding.message
    (finding,) = await check_bus(settings, None)
    assert finding.level is Level.PROBLEM
    assert "Nothing listens" in finding.message
