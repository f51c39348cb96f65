"""Requests for downloads: which are refused, which repeat, and the list."""

from __future__ import annotations

import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.hub import TestHub


def start(gateway: GatewayApp, repo: str) -> dict[str, object]:
    with gateway.client() as client:
        answer = client.post("/api/sources/download", json={"modelId": repo})
    assert answer.status_code == 202, answer.text
    job: dict[str, object] = answer.json()["data"]
    assert answer.headers["location"] == f"/api/sources/download/{job['id']}"
    return job


def test_this_machines_own_namespace_cannot_be_downloaded(gateway: GatewayApp) -> None:
    with gateway.client() as client:
        answer = client.post("/api/sources/download", json={"modelId": "local/my-voice"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION")


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"modelId": "a/b", "repoId": "a/c"},
        {"modelId": "../../etc/passwd"},
        {"modelId": "a/.."},
        {"modelId": "a b"},
        {"modelId": "a/b", "repoType": "space"},
        {"modelId": "x" * 500},
    ],
)
def test_a_wrong_wish_is_refused_with_a_sentence(gateway: GatewayApp, wish: dict[str, object]) -> None:
    with gateway.client() as client:
        answer = client.post("/api/sources/download", json=wish)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "VALIDATION"
    assert error["message"]
    assert error["request_id"] == answer.headers["x-request-id"]


def test_the_same_key_starts_one_download(gateway: GatewayApp, hub: TestHub) -> None:
    hub.put("ns/once", {"a.txt": b"a"})
    with gateway.client() as client:
        answers = [
            client.post("/api/sources/download", json={"modelId": repo}, headers={"Idempotency-Key": "once"})
            for repo in ("ns/once", "ns/once", "ns/other")
        ]
    assert answers[0].json()["data"]["id"] == answers[1].json()["data"]["id"]
    assert (answers[2].status_code, answers[2].json()["error"]["code"]) == (409, "CONFLICT")


def test_jobs_are_listed_newest_first_by_page(gateway: GatewayApp) -> None:
    started = [start(gateway, f"ns/page-{n}")["id"] for n in range(5)]
    found: list[object] = []
    cursor = ""
    with gateway.client() as client:
        for _ in range(3):
            page = client.get(
                "/api/sources/downloads", params={"limit": 2, **({"cursor": cursor} if cursor else {})}
            ).json()
            found += [job["id"] for job in page["data"]]
            cursor = page["next"]
        broken = client.get("/api/sources/downloads", params={"cursor": "nonsense"})
    assert found[:5] == started[::-1]
    assert (broken.status_code, broken.json()["error"]["code"]) == (422, "VALIDATION")
