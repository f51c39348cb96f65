"""One download a user, where several users share a token."""

from __future__ import annotations

from pathlib import Path

import httpx2

from tests.support.hub import TestHub
from tests.support.platform import platform
from tests.support.processes import wait_until
from tests.support.sources import STRICT, ask

FIRST, SECOND = "facebook/mms-tts-fas", "HooshvareLab/bert-fa-base-uncased"


def test_people_who_share_a_token_are_told_apart_by_their_address(tmp_path: Path, hub: TestHub) -> None:
    token = "a-token-of-enough-length"
    environment = {**STRICT, "HF_ENDPOINT": hub.url, "SOKHAN_AUTH": "token", "SOKHAN_TOKEN": token}
    environment["SOKHAN_HOST"] = "0.0.0.0"
    headers = {"Authorization": f"Bearer {token}"}
    with platform(tmp_path, names=("gateway",), environment=environment) as built:
        wait_until(lambda: ask(built, "GET", f"/api/sources/catalog/{FIRST}", headers=headers).is_success, 20, "seeded")
        wish = {"modelId": FIRST}, {"modelId": SECOND}
        assert ask(built, "POST", "/api/sources/download", wish[0], headers=headers).status_code == 202
        assert ask(built, "POST", "/api/sources/download", wish[1], headers=headers).status_code == 429
        elsewhere = httpx2.HTTPTransport(local_address="127.0.0.2")
        with httpx2.Client(base_url=built.url, transport=elsewhere, headers=headers) as client:
            answer = client.post("/api/sources/download", json=wish[1])
        assert answer.status_code == 202
