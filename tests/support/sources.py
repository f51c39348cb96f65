"""Asking a platform's gateway for what lies on the Hub."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.platform import Platform

Json = dict[str, Any]
STRICT = {"SOKHAN_UNLISTED_DOWNLOADS": "false", "SOKHAN_DOWNLOADS_PER_USER": "1"}
"""A gateway as it is without settings: only the catalog, one download a user."""


def ask(built: Platform, method: str, path: str, body: object = None, **options: Any) -> httpx2.Response:
    with built.client() as client:
        return client.request(method, path, json=body, **options)


def data(built: Platform, method: str, path: str, body: object = None, **options: Any) -> Any:
    """What a call answers that is expected to work."""
    answer = ask(built, method, path, body, **options)
    assert answer.status_code < 300, answer.text
    return answer.json()["data"]


def code(answer: httpx2.Response) -> tuple[int, str]:
    """The status and the stable code of a refusal."""
    return answer.status_code, str(answer.json()["error"]["code"])


def cancel_all(built: Platform) -> None:
    """Leave no download under way behind."""
    for state in ("queued", "running", "paused"):
        for job in data(built, "GET", f"/api/sources/downloads?state={state}"):
            ask(built, "DELETE", f"/api/sources/download/{job['id']}")


def seeded(built: Platform) -> bool:
    with built.client() as client:
        return len(client.get("/api/sources/catalog").json()["data"]) >= 17
