"""Whose token goes where, and which file is read."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from cli.errors import CliError
from cli.follow import follow
from cli.settings import CliSettings

TOKEN = "t" * 32


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SOKHAN_URL", "SOKHAN_TOKEN", "SOKHAN_PORT", "SOKHAN_ENV_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOKHAN_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path


def write(path: Path, **values: str) -> None:
    path.write_text("".join(f"SOKHAN_{name.upper()}={value}\n" for name, value in values.items()))


def test_the_current_directorys_file_is_not_read(folder: Path) -> None:
    write(folder / ".env", url="http://evil.example", token=TOKEN)
    assert CliSettings().base == "http://127.0.0.1:8080"
    assert CliSettings().headers == {}


def test_the_data_folders_file_is_read_and_a_named_one_instead(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "data" / ".env", port="9001", token=TOKEN)
    assert CliSettings().base == "http://127.0.0.1:9001"
    assert CliSettings().headers == {"Authorization": f"Bearer {TOKEN}"}
    write(folder / "other", port="9002")
    monkeypatch.setenv("SOKHAN_ENV_FILE", "other")
    assert CliSettings().base == "http://127.0.0.1:9002"
    assert CliSettings().headers == {}


@pytest.mark.parametrize(
    ("file", "environment", "sent"),
    [
        ({"token": TOKEN}, {}, True),
        ({"token": TOKEN}, {"url": "http://elsewhere.example"}, False),
        ({"token": TOKEN}, {"port": "9999"}, False),
        ({"token": TOKEN, "url": "http://mine.example"}, {"url": "http://mine.example/"}, True),
        ({"token": TOKEN, "url": "http://mine.example"}, {"url": "http://elsewhere.example"}, False),
        ({"url": "http://mine.example"}, {"token": TOKEN}, True),
        ({"token": "x" * 32}, {"url": "http://elsewhere.example", "token": TOKEN}, True),
    ],
)
def test_a_token_goes_to_the_address_that_it_was_written_down_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch, file: dict[str, str], environment: dict[str, str], sent: bool
) -> None:
    write(folder / "data" / ".env", **file)
    for name, value in environment.items():
        monkeypatch.setenv(f"SOKHAN_{name.upper()}", value)
    assert CliSettings().headers == ({"Authorization": f"Bearer {TOKEN}"} if sent else {})


async def test_a_redirected_socket_does_not_carry_the_token_along() -> None:
    """A gateway that redirects `/ws` to another port: nothing arrives there."""
    arrived: list[Headers] = []
    asked = 0

    async def note(_: ServerConnection, request: Request) -> None:
        arrived.append(request.headers)

    async def ignore(_: ServerConnection) -> None: ...

    async with serve(ignore, "127.0.0.1", 0, process_request=note) as other:
        target = f"ws://127.0.0.1:{other.sockets[0].getsockname()[1]}/ws"

        def redirect(_: ServerConnection, __: Request) -> Response:
            nonlocal asked
            asked += 1
            return Response(307, "Temporary Redirect", Headers({"Location": target, "Content-Length": "0"}))

        async with serve(ignore, "127.0.0.1", 0, process_request=redirect) as gateway:
            port = gateway.sockets[0].getsockname()[1]
            settings = CliSettings(url=f"http://127.0.0.1:{port}", token=TOKEN)
            with pytest.raises((CliError, TimeoutError)):
                async with asyncio.timeout(2):
                    await anext(follow(settings, "download:x"))
    assert asked > 0
    assert arrived == []
