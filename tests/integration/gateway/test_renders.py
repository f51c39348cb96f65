"""Renders that do not exist."""

from __future__ import annotations

import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.sources import code


@pytest.mark.parametrize("path", ["", "/audio", "/subtitles.srt", "/subtitles.vtt"])
def test_a_job_of_nobody_is_not_found(gateway: GatewayApp, path: str) -> None:
    with gateway.client() as client:
        assert code(client.get(f"/api/speech/none{path}")) == (404, "NOT_FOUND")
