"""Dataset uploads that are refused before any work starts."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.ljspeech import files, zipped


def upload(gateway: GatewayApp, content: bytes, name: str) -> httpx2.Response:
    with gateway.client() as client:
        return client.post("/api/datasets", data={"name": name}, files={"file": ("data.zip", content)})


@pytest.mark.parametrize("name", ["", "../up", ".hidden", "a/b", "x" * 200])
def test_an_unsafe_name_is_refused(gateway: GatewayApp, name: str) -> None:
    answer = upload(gateway, zipped(files()), name)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION")


def test_what_is_no_form_is_refused(gateway: GatewayApp) -> None:
    with gateway.client() as client:
        for content, headers in (
            (b"{}", {"Content-Type": "application/json"}),
            (b"garbage", {"Content-Type": "multipart/form-data; boundary=b"}),
            (b"", {"Content-Type": "multipart/form-data; boundary=b"}),
        ):
            answer = client.post("/api/datasets", content=content, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION")
