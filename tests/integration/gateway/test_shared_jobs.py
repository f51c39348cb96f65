"""What others may do with a run that its owner shares, over HTTP."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.runs import MadeRun, make_run


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def shared_run(gateway: GatewayApp, client: httpx2.Client) -> str:
    run = MadeRun("shared-by-ali", owner="ali", checkpoints=(10, 20, 30))
    if not (gateway.data / "checkpoints" / run.id).exists():
        make_run(gateway, run)
    with gateway.as_owner("ali"):
        answer = client.patch(f"/api/training/{run.id}", json={"visibility": "shared"})
    assert answer.json()["data"]["visibility"] == "shared"
    return run.id


def test_others_read_it(gateway: GatewayApp, client: httpx2.Client, shared_run: str) -> None:
    with gateway.as_owner("zahra"):
        for path in ("", "/metrics", "/logs", "/checkpoints", "/checkpoints/10"):
            assert client.get(f"/api/training/{shared_run}{path}").status_code == 200, path
        assert client.get(f"/api/training/{shared_run}").json()["data"]["owner"] == "ali"
        assert [run["id"] for run in client.get("/api/training?shared=true").json()["data"]] == [shared_run]
        assert client.get("/api/training").json()["data"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"visibility": "private"}),
        ("DELETE", "", None),
        ("DELETE", "?purge=true", None),
        ("POST", "/stop", None),
        ("POST", "/pause", None),
        ("POST", "/resume", None),
        ("DELETE", "/checkpoints/20", None),
        ("POST", "/checkpoints/10/deploy", {"name": "x"}),
        ("DELETE", "/checkpoints/10/deploy", None),
        ("POST", "/checkpoints/10/restore", {"name": "x"}),
    ],
)
def test_others_do_not_change_it(
    gateway: GatewayApp, client: httpx2.Client, shared_run: str, method: str, path: str, body: dict[str, str] | None
) -> None:
    with gateway.as_owner("zahra"):
        answer = client.request(method, f"/api/training/{shared_run}{path}", json=body)
    assert code(answer) == (403, "FORBIDDEN")


def test_a_place_in_the_queue_is_shown_to_the_owner_only(gateway: GatewayApp, client: httpx2.Client) -> None:
    """It would count the owner's private jobs."""
    with gateway.as_owner("mehri"):
        texts = [{"input": text, "voice": "espeak-fa"} for text in ("یک", "دو")]
        first, second = (client.post("/api/speech", json=text).json()["data"]["id"] for text in texts)
        client.patch(f"/api/speech/{second}", json={"visibility": "shared"})
        assert client.get(f"/api/speech/{second}").json()["data"]["queuePosition"] == 2
    with gateway.as_owner("zahra"):
        assert client.get(f"/api/speech/{second}").json()["data"]["queuePosition"] is None
        listed = client.get("/api/speech?shared=true").json()["data"]
        assert [(job["id"], job["queuePosition"]) for job in listed] == [(second, None)]
    with gateway.as_owner("mehri"):
        for job in (first, second):
            client.delete(f"/api/speech/{job}")
            client.delete(f"/api/speech/{job}?purge=true")


def test_private_again_it_is_gone_for_the_others(gateway: GatewayApp, client: httpx2.Client, shared_run: str) -> None:
    with gateway.as_owner("ali"):
        client.patch(f"/api/training/{shared_run}", json={"visibility": "private"})
    with gateway.as_owner("zahra"):
        assert code(client.get(f"/api/training/{shared_run}")) == (404, "NOT_FOUND")
        assert client.get("/api/training?shared=true").json()["data"] == []
