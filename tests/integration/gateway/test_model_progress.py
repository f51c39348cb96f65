"""The progress stream of older clients, for unknown models."""

from __future__ import annotations

import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.sources import ask, code

PROGRESS = "/api/models/download/progress"


@pytest.mark.parametrize(
    ("query", "expected"),
    [("?modelId=older/unknown", (404, "NOT_FOUND")), ("", (422, "VALIDATION")), ("?modelId=../x", (422, "VALIDATION"))],
)
def test_an_unknown_model_has_no_stream(gateway: GatewayApp, query: str, expected: tuple[int, str]) -> None:
    assert code(ask(gateway, "GET", f"{PROGRESS}{query}")) == expected
