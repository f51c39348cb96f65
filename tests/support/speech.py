"""Asking a platform for speech."""

from __future__ import annotations

import httpx2

from tests.support.platform import Platform


def speak(sokhan: Platform, text: str, **wish: object) -> httpx2.Response:
    with sokhan.client() as client:
        return client.post("/v1/audio/speech", json={"model": "sokhan", "voice": "espeak-fa", "input": text, **wish})
