"""What is open ends when its credential is revoked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from services.gateway.auth import CallerIdentity
from services.gateway.auth.revocation import Revocations
from services.gateway.revocable import RevocableFile
from services.gateway.speech.encoding import encode_speech
from services.gateway.speech.response import LiveResponse, as_audio
from services.gateway.training.tar import TarResponse, folder_tar
from tests.support.speech_stream import FakeStream

SARA_PHONE = CallerIdentity("sara", session="phone")
SARA_KEY = CallerIdentity("sara", key="k1")
ALI = CallerIdentity("ali", session="laptop")


@pytest.mark.parametrize(
    ("revoked", "expected"),
    [
        ({"session": "phone"}, (True, False, False)),
        ({"key": "k1"}, (False, True, False)),
        ({"owner": "sara"}, (True, True, False)),
        ({"session": "unknown"}, (False, False, False)),
        ({}, (False, False, False)),
    ],
)
def test_only_the_revoked_credential_ends(revoked: dict[str, str], expected: tuple[bool, ...]) -> None:
    revocations = Revocations()
    with revocations.watch(SARA_PHONE) as one, revocations.watch(SARA_KEY) as two, revocations.watch(ALI) as three:
        assert revocations.revoke(**revoked) == sum(expected)
        assert (one.is_set(), two.is_set(), three.is_set()) == expected
    assert revocations.revoke(owner="sara") == 0, "what is closed is not watched"


class Sent:
    """The messages of a response to a client that never disconnects."""

    def __init__(self, revoked: asyncio.Event, after: int) -> None:
        self.messages: list[Message] = []
        self._revoked, self._after = revoked, after

    async def send(self, message: Message) -> None:
        self.messages.append(message)
        if len(self.messages) == self._after:
            self._revoked.set()
        await asyncio.sleep(0)

    async def receive(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    @property
    def complete(self) -> bool:
        return self.messages[-1]["type"] == "http.response.body" and not self.messages[-1].get("more_body", False)


async def test_speech_stops_in_the_middle() -> None:
    stream, revoked = FakeStream(sentences=100_000), asyncio.Event()
    speech = await encode_speech(stream.chunks(), "wav")
    sent = Sent(revoked, after=3)
    answer = LiveResponse(
        as_audio(speech), close=speech.aclose, media_type="audio/wav", headers={}, revoked=revoked
    )  # fmt: skip
    async with asyncio.timeout(10):
        await answer({"type": "http", "asgi": {"spec_version": "2.4"}}, sent.receive, sent.send)
    assert stream.closed
    assert not sent.complete


async def test_a_tar_and_a_file_stop_in_the_middle(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / "model.bin").write_bytes(bytes(20_000_000))
    closed: list[bool] = []
    for make in (
        lambda revoked: TarResponse(folder_tar(folder, "x"), "x.tar", lambda: closed.append(True), revoked),
        lambda revoked: RevocableFile(folder / "model.bin", revoked),
    ):
        revoked = asyncio.Event()
        sent = Sent(revoked, after=3)
        async with asyncio.timeout(10):
            await make(revoked)({"type": "http", "method": "GET", "headers": []}, sent.receive, sent.send)
        assert not sent.complete
    assert closed == [True]
