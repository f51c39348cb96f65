"""What the upload of a dataset makes of the gateway's answers."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue

from cli.client import Client, Json
from cli.console import SafeConsole
from cli.errors import CliError
from cli.output import Output
from cli.settings import CliSettings
from cli.uploading import add_dataset

CONTENT = b"0123456789"
UPLOAD = "/api/uploads/1"


class ScriptedClient(Client):
    """Answers PATCH and HEAD from scripts of status and offset, and refuses every import."""

    def __init__(self, parts: Iterator[tuple[int, int]], offsets: Iterator[tuple[int, int]]) -> None:
        super().__init__(CliSettings(url="http://gateway.invalid", data=Path("/nowhere")), anonymous=True)
        self.methods: list[str] = []
        self._answers = {"PATCH": parts, "HEAD": offsets, "POST": iter([(201, 0)]), "DELETE": iter([(204, 0)])}

    async def send(self, method: str, path: str, headers: Mapping[str, str]) -> httpx2.Response:
        self.methods.append(method)
        status, offset = next(self._answers[method])
        return httpx2.Response(status, headers={"Location": UPLOAD, "Upload-Offset": str(offset)})

    async def send_once(
        self, method: str, path: str, headers: Mapping[str, str], content: AsyncIterator[bytes]
    ) -> httpx2.Response:
        return await self.send(method, path, headers)

    async def post(self, path: str, body: Mapping[str, JsonValue]) -> Json:
        self.methods.append("import")
        raise CliError("no import here")


async def add(client: ScriptedClient, folder: Path) -> CliError:
    archive = folder / "voice.zip"
    archive.write_bytes(CONTENT)
    output = Output(as_json=True, talk=SafeConsole(file=io.StringIO()))
    async with client:
        with pytest.raises(CliError) as failed:
            await add_dataset(client, client.settings, output, "voice", archive)
    return failed.value


@pytest.mark.parametrize("status", [429, 503, 423])
async def test_a_busy_gateway_is_asked_again_and_loses_no_upload(tmp_path: Path, status: int) -> None:
    client = ScriptedClient(parts=iter([(503, 0), (204, 10)]), offsets=iter([(status, 0)]))
    assert (await add(client, tmp_path)).message == "no import here"
    assert client.methods == ["POST", "PATCH", "HEAD", "PATCH", "import", "DELETE"]


@pytest.mark.parametrize(("status", "sentence"), [(404, "The upload is gone."), (403, "(status 403)")])
async def test_a_refusal_ends_the_upload_and_says_why(tmp_path: Path, status: int, sentence: str) -> None:
    client = ScriptedClient(parts=iter([(503, 0)]), offsets=iter([(status, 0)]))
    assert sentence in (await add(client, tmp_path)).message
