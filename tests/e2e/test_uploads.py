"""A resumable upload over real sockets: broken connections, two writers, a killed gateway, and the import."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import anyio.from_thread
import pytest

from shared.tasks import until_first
from tests.support.command_line import environment, failed, sokhan_command
from tests.support.ljspeech import files, zipped
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until
from tests.support.sources import code
from tests.support.tus import Tus

NAMES = ("gateway", "scanner")


@pytest.fixture(scope="module")
def sokhan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    environment = {"SOKHAN_HTTP_BODY_IDLE_SECONDS": "3", "SOKHAN_UPLOAD_MAX_BYTES": "50000000"}
    with platform(tmp_path_factory.mktemp("uploads"), NAMES, environment) as built:
        yield built


@pytest.fixture
def tus(sokhan: Platform) -> Iterator[Tus]:
    with sokhan.client() as client:
        yield Tus(client)


def begin(sokhan: Platform, path: str, offset: int, length: int, sent: bytes) -> socket.socket:
    """A PATCH of `length` bytes of which only `sent` has been sent."""
    connection = socket.create_connection(("127.0.0.1", sokhan.port), 20)
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1:{sokhan.port}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {length}\r\n\r\n"
    )
    connection.sendall(head.encode() + sent)
    return connection


def arrived(tus: Tus, path: str, offset: int) -> None:
    wait_until(lambda: tus.offset(path) == offset, 20, f"{path} has {offset} bytes")


def test_a_broken_connection_loses_no_byte_that_arrived(sokhan: Platform, tus: Tus) -> None:
    content = zipped(files())
    half = len(content) // 2
    path = tus.create(len(content), filename="voice.zip")
    begin(sokhan, path, 0, len(content), content[:half]).close()
    arrived(tus, path, half)
    assert tus.send(path, content[half:], half).status_code == 204
    body = {"uploadId": path.rpartition("/")[2], "name": "resumed"}
    answer = tus.client.post("/api/datasets/imports", json=body)
    assert answer.status_code == 202, answer.text
    job = sokhan.wait_job(answer.headers["location"])
    assert job["state"] == "completed", job
    assert tus.client.get("/api/datasets/local/resumed").json()["data"]["details"]["items"] == 4
    assert tus.ask("HEAD", path).status_code == 404
    assert [entry.name for entry in (sokhan.data / "uploads").iterdir()] == ["resumable"]
    assert tus.client.post("/api/datasets/imports", json=body).json()["data"]["jobId"] == job["jobId"]


def test_two_writers_at_once_do_not_mix(sokhan: Platform, tus: Tus) -> None:
    path = tus.create(3_000_000)
    with begin(sokhan, path, 0, 3_000_000, b"a" * 1_500_000) as first:
        wait_until(lambda: tus.offset(path) >= 1 << 20, 20, "the first writer writes")
        assert code(tus.send(path, b"b" * 10, tus.offset(path))) == (423, "CONFLICT")
        first.sendall(b"a" * 1_500_000)
        assert first.recv(1000).startswith(b"HTTP/1.1 204")
    assert tus.offset(path) == 3_000_000
    stored = sokhan.data / "uploads" / "resumable" / f"{path.rpartition('/')[2]}.data"
    assert stored.read_bytes() == b"a" * 3_000_000


@pytest.mark.siege
def test_a_slow_part_that_moves_is_let_through_and_a_silent_one_is_not(sokhan: Platform, tus: Tus) -> None:
    path = tus.create(100)
    with begin(sokhan, path, 0, 10, b"0") as slow:
        for count in range(1, 6):  # one byte a second, longer than the limit of silence
            slow.settimeout(1)
            with pytest.raises(TimeoutError):
                slow.recv(1)
            slow.sendall(str(count).encode())
        assert tus.offset(path) >= 4
        slow.settimeout(20)
        with suppress(ConnectionError):
            assert slow.recv(1000) == b""
    arrived(tus, path, 6)
    assert tus.send(path, b"6789", 6).status_code == 204


def test_a_killed_gateway_goes_on_where_it_was(sokhan: Platform, tus: Tus) -> None:
    path = tus.create(4_000_000, filename="voice.zip")
    with begin(sokhan, path, 0, 4_000_000, b"x" * 3_000_000):
        wait_until(lambda: tus.offset(path) >= 2 << 20, 20, "two mebibytes are on disk")
        sokhan.kill("gateway")
    sokhan.start("gateway")
    sokhan.wait_ready(NAMES)
    offset = tus.offset(path)
    assert 2 << 20 <= offset <= 3_000_000
    assert tus.send(path, b"x" * (4_000_000 - offset), offset).status_code == 204
    assert tus.offset(path) == 4_000_000


def test_a_bad_dataset_names_its_file_and_line(sokhan: Platform, tus: Tus) -> None:
    content = b'{"text": "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85"}\n{"text": broken}\n'
    path = tus.create(len(content), filename="texts.jsonl")
    assert tus.send(path, content, 0).status_code == 204
    answer = tus.client.post("/api/datasets/imports", json={"uploadId": path.rpartition("/")[2], "name": "bad"})
    job = sokhan.wait_job(answer.headers["location"])
    error = job["error"]
    assert isinstance(error, dict)
    assert error["code"] == "BAD_DATASET"
    assert "Line 2 of texts.jsonl" in error["message"]


@contextmanager
def cutting_line(port: int, after: int) -> Iterator[tuple[int, list[int]]]:
    """A TCP relay to the gateway, which cuts the first connection that sends more than `after` bytes."""
    cut: list[int] = []

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, gateway = await asyncio.open_connection("127.0.0.1", port)

        async def up() -> None:
            count = 0
            while part := await reader.read(65_536):
                count += len(part)
                gateway.write(part)
                await gateway.drain()
                if count > after and not cut:
                    cut.append(count)
                    return

        async def down() -> None:
            while part := await there.read(65_536):
                writer.write(part)
                await writer.drain()

        with suppress(ConnectionError):
            await until_first(up(), down())
        for end in (writer, gateway):
            end.transport.abort()

    with anyio.from_thread.start_blocking_portal("asyncio") as portal:
        server = portal.call(asyncio.start_server, relay, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1], cut
        finally:
            portal.call(server.close)


def test_the_command_line_goes_on_after_a_cut(sokhan: Platform, tmp_path: Path) -> None:
    archive = tmp_path / "long.zip"
    archive.write_bytes(zipped(files() | {"noise.bin": os.urandom(6_000_000)}))
    with cutting_line(sokhan.port, 3_000_000) as (port, cut):
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "datasets", "add", str(archive)],
            cwd=sokhan.folder,
            env=environment(sokhan) | {"SOKHAN_URL": f"http://127.0.0.1:{port}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "local/long: 4 utterances" in done.stdout
    assert cut


def test_a_failed_import_of_the_command_line_leaves_no_upload(sokhan: Platform, tus: Tus, tmp_path: Path) -> None:
    archive = tmp_path / "twice.zip"
    archive.write_bytes(zipped(files()))
    assert sokhan_command(sokhan, "datasets", "add", str(archive)).returncode == 0
    before = len(tus.client.get("/api/uploads").json()["data"])
    done = sokhan_command(sokhan, "datasets", "add", str(archive))
    assert "CONFLICT" in failed(done)
    assert len(tus.client.get("/api/uploads").json()["data"]) == before
