"""How sockets and streams begin, go on and end."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from services.gateway.auth.revocation import Revocations
from services.gateway.events import socket as module
from services.gateway.events.closing import REASONS, CloseCode
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.sockets import connected


@pytest.fixture
def built(tmp_path: Path) -> Iterator[GatewayApp]:
    with gateway_app(tmp_path, {"SOKHAN_UNLISTED_DOWNLOADS": "true"}) as opened:
        yield opened


@pytest.fixture
def client(built: GatewayApp) -> Iterator[TestClient]:
    with built.client() as made:
        yield made


def started(client: TestClient) -> str:
    answer = client.post("/api/sources/download", json={"modelId": "ns/a"})
    return str(answer.json()["data"]["id"])


def ends(socket: WebSocketTestSession) -> tuple[int, str]:
    try:
        for _ in range(10):
            socket.receive_text()
    except WebSocketDisconnect as closed:
        return closed.code, str(closed.reason)
    raise AssertionError("the socket stays open")


def test_a_snapshot_then_its_answer(client: TestClient) -> None:
    job = started(client)
    with connected(client) as socket:
        socket.send_json({"op": "subscribe", "topics": [f"download:{job}"]})
        found = [socket.receive_json(), socket.receive_json()]
    assert [message.get("type", message.get("op")) for message in found] == ["snapshot", "subscribed"]


def test_with_the_revision_there_is_no_snapshot(client: TestClient) -> None:
    job = started(client)
    with connected(client) as socket:
        socket.send_json({"op": "subscribe", "topics": [{"topic": f"download:{job}", "since": 1}]})
        assert socket.receive_json()["op"] == "subscribed"
        socket.send_json({"op": "unsubscribe", "topics": ["training:unknown", f"download:{job}"]})
        assert socket.receive_json()["op"] == "unsubscribed"


@pytest.mark.parametrize(
    "message",
    [
        lambda job: {"op": "subscribe:download", "id": job},
        lambda job: {"event": "subscribe:download", "data": {"jobId": job}},
    ],
)
def test_old_names_are_answered_with_old_names(client: TestClient, message: Callable[[str], Any]) -> None:
    job = started(client)
    with connected(client) as socket:
        socket.send_json(message(job))
        found = socket.receive_json()
        assert found["event"] == "download:progress"
        assert (found["data"]["jobId"], found["data"]["status"]) == (job, "pending")
        client.delete(f"/api/sources/download/{job}")


def test_an_unknown_job_under_an_old_name(client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_json({"event": "subscribe:training", "data": {"jobId": "none"}})
        found = socket.receive_json()
        assert (found["event"], found["data"]["code"]) == ("error", "NOT_FOUND")


def test_an_idle_socket_has_a_heartbeat(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.05)
    with connected(client) as socket:
        assert socket.receive_json() == {"op": "heartbeat"}


def test_a_revoked_credential_closes_the_socket(built: GatewayApp, client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_json({"op": "ping"})
        assert socket.receive_json() == {"op": "pong"}
        revoke(built, owner="local")
        assert ends(socket) == (4001, REASONS[CloseCode.REVOKED])


def test_a_stopping_gateway_closes_its_sockets(built: GatewayApp, client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_json({"op": "ping"})
        assert socket.receive_json() == {"op": "pong"}
        assert built._service is not None
        assert built._portal is not None
        built._portal.call(built._service.stop.set)
        assert ends(socket)[0] == 1001


def test_a_reader_that_is_too_slow_is_closed(built: GatewayApp, client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_json({"op": "ping"})
        assert socket.receive_json() == {"op": "pong"}
        assert built._gateway is not None
        assert built._portal is not None
        (subscriber,) = built._gateway.live._subscribers
        built._portal.call(subscriber.queue.close)
        assert ends(socket)[0] == 4008


def test_binary_closes_the_socket(client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_bytes(b"{}")
        assert ends(socket)[0] == 1003


def revoke(built: GatewayApp, **what: str) -> None:
    assert built._gateway is not None
    assert built._portal is not None
    revocations = built._gateway.app.state.provided[Revocations]
    deadline = time.monotonic() + 5
    while not built._portal.call(lambda: revocations.revoke(**what)):
        assert time.monotonic() < deadline, "nothing is open"
        time.sleep(0.01)


def frames(text: str) -> list[dict[str, str]]:
    found = []
    for block in text.strip().split("\n\n"):
        lines = [line.partition(": ") for line in block.splitlines() if not line.startswith(":")]
        found.append({name: value for name, _, value in lines})
    return found


def test_frames_have_ids_from_which_a_client_continues(client: TestClient) -> None:
    job = started(client)
    client.delete(f"/api/sources/download/{job}")
    url = f"/api/events?topics=download:{job}"
    (last,) = frames(client.get(url).text)
    assert last["id"] == f"{job}:2"
    assert json.loads(last["data"])["final"] is True
    assert client.get(url, headers={"Last-Event-ID": last["id"]}).status_code == 204
    for known in ("1", f"{job}:1"):
        (again,) = frames(client.get(f"{url}&since={known}").text)
        assert again["id"] == f"{job}:2"
    assert client.get(f"{url}&since=2").text == ""
    assert client.get(f"{url}&since=x").status_code == 422
    assert len(frames(client.get(url, headers={"Last-Event-ID": "from another server"}).text)) == 1


def test_the_header_of_a_reconnection_adds_to_the_revisions_of_the_address(client: TestClient) -> None:
    first, second = started(client), started(client)
    for job in (first, second):
        client.delete(f"/api/sources/download/{job}")
    url = f"/api/events?topics=download:{first},download:{second}"
    (frame,) = frames(client.get(f"{url}&since={first}:2,{second}:1").text)
    assert set(frame["id"].split(",")) == {f"{first}:2", f"{second}:2"}
    again = client.get(f"{url}&since={first}:2,{second}:1", headers={"Last-Event-ID": f"{second}:2"})
    assert again.status_code == 204


@pytest.mark.parametrize("path", ["/api/events?topics=download:{job}", "/api/models/download/progress?modelId=ns/a"])
def test_a_revoked_credential_ends_a_stream_with_an_error(built: GatewayApp, client: TestClient, path: str) -> None:
    job = started(client)
    ending = threading.Thread(target=revoke, args=(built,), kwargs={"owner": "local"})
    ending.start()
    text = client.get(path.format(job=job)).text
    ending.join(10)
    assert "UNAUTHENTICATED" in frames(text)[-1]["data"]
