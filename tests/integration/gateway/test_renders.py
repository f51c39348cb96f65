"""Renders that do not exist, and requests that are refused."""

from __future__ import annotations

import json

import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.sources import code


@pytest.mark.parametrize("path", ["", "/audio", "/subtitles.srt", "/subtitles.vtt"])
def test_a_job_of_nobody_is_not_found(gateway: GatewayApp, path: str) -> None:
    with gateway.client() as client:
        assert code(client.get(f"/api/speech/none{path}")) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("wish", "status", "error"),
    [
        ({"input": ""}, 422, "VALIDATION"),
        ({"input": " \n…!"}, 422, "VALIDATION"),
        ({}, 422, "VALIDATION"),
        ({"input": "سلام", "responseFormat": "pcm"}, 422, "VALIDATION"),
        ({"input": "سلام", "speed": 9}, 422, "VALIDATION"),
        ({"input": "س" * 2_000_001}, 413, "TOO_LARGE"),
        ({"input": "\ud800"}, 422, "VALIDATION"),
    ],
)
def test_what_cannot_be_read_is_refused(gateway: GatewayApp, wish: dict[str, object], status: int, error: str) -> None:
    with gateway.client() as client:
        answer = client.post("/api/speech", content=json.dumps(wish), headers={"Content-Type": "application/json"})
    assert code(answer) == (status, error)
