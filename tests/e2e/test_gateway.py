"""The gateway's manners: errors, health, live events, who may ask."""

from __future__ import annotations

import asyncio
import json
import signal
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from shared.store import open_store
from shared.trust import NOBODY
from tests.support.folders import BERT, safetensors, write
from tests.support.hub import TestHub
from tests.support.platform import SERVICES, Platform, platform
from tests.support.processes import Nats, wait_until


def test_health_names_every_part(sokhan: Platform) -> None:
    parts = sokhan.get("/health")["parts"]
    assert isinstance(parts, dict)
    assert set(parts) == {"store", "bus", "gateway", "downloader", "scanner", "trainer", "synth"}
    with sokhan.client() as client:
        assert client.get("/livez").status_code == client.get("/readyz").status_code == 200
        assert "sokhan_http_requests_total" in client.get("/metrics").text
        examples = client.get("/openapi.json").json()["components"]["schemas"]["StartDownloadRequest"]["properties"]
    assert examples["modelId"]["examples"]


def test_every_service_reports_its_load(sokhan: Platform) -> None:
    with sokhan.client() as client:
        answer = client.get("/api/system")
    services = {service["name"]: service for service in answer.json()["data"]["services"]}
    assert set(services) == {"gateway", "downloader", "scanner", "trainer", "synth"}
    for name, service in services.items():
        assert service["state"] == "ok", name
        assert service["memory"] > 10_000_000, name
        assert service["uptime"] > 0, name
        assert service["version"], name
        assert service["age"] < 10, name
    assert str(sokhan.data) not in answer.text
    with sokhan.socket("system") as listener:
        received = [listener.next(10) for _ in range(3)]
    assert [message["type"] for message in received if "type" in message] == ["system", "system"]


def test_a_foreign_page_cannot_reach_an_open_gateway(sokhan: Platform) -> None:
    with sokhan.client() as client:
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            assert client.get("/api/assets", headers=headers).status_code == 403
        assert client.get("/api/assets", headers={"Origin": f"http://localhost:{sokhan.port}"}).status_code == 200
    with pytest.raises((InvalidStatus, ConnectionClosed)), _foreign_socket(sokhan.port) as socket:
        socket.recv(timeout=5)


def _foreign_socket(port: int) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{port}/ws", origin=Origin("https://evil.example"), proxy=None)


def test_a_late_subscriber_gets_the_terminal_state_at_once(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/late", {"a.txt": b"a"})
    with sokhan.client() as client:
        job = client.post("/api/sources/download", json={"modelId": "ns/late"}).json()["data"]
    sokhan.wait_job(f"/api/sources/download/{job['id']}")
    with sokhan.socket(f"download:{job['id']}") as listener:
        event = next(listener.events(5))
        assert (event["type"], event["final"]) == ("snapshot", True)
    with sokhan.client() as client:
        stream = client.get(f"/api/events?topics=download:{job['id']}").text  # ends by itself
    assert stream.startswith("data: ")
    data, *rest = stream.strip().splitlines()
    assert json.loads(data.removeprefix("data: "))["final"] is True
    assert rest == [f"id: {job['id']}:{event['revision']}"]


def test_a_wildcard_hears_of_jobs_that_come_later(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/wild", {"a.txt": b"a"})
    with sokhan.socket("download:*") as listener:
        while "op" not in listener.next():
            pass
        with sokhan.client() as client:
            job = client.post("/api/sources/download", json={"modelId": "ns/wild"}).json()["data"]
        mine = [event for event in listener.events() if event["jobId"] == job["id"]]
    revisions = [event["revision"] for event in mine]
    assert revisions == list(range(1, len(mine) + 1))


def test_a_wildcard_hears_of_a_job_whose_events_were_all_lost(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/unheard", {"a.txt": b"a"})
    with sokhan.client() as client:
        job = client.post("/api/sources/download", json={"modelId": "ns/unheard"}).json()["data"]
    sokhan.wait_job(f"/api/sources/download/{job['id']}")
    with sokhan.socket("download:*") as listener:
        while "op" not in listener.next():
            pass
        asyncio.run(copy_silently(sokhan, str(job["id"]), "copied-silently"))
        event = next(event for event in listener.events(20) if event["jobId"] == "copied-silently")
    assert (event["type"], event["final"]) == ("snapshot", True)


async def copy_silently(sokhan: Platform, job: str, copy: str) -> None:
    """Another job like this one, in the store alone, as if the bus had been away for its whole life."""
    store = await open_store(f"sqlite:///{sokhan.data / 'sokhan.db'}")
    try:
        document = await store.get("downloads", job)
        assert document is not None
        await store.insert("downloads", {**document, "id": copy, "created_at": datetime.now(UTC)})
    finally:
        await store.close()


def test_asset_events_tell_of_what_is_copied_in_by_hand(sokhan: Platform) -> None:
    with sokhan.socket("asset:*") as listener:
        made = write(sokhan.folder / "made", {"config.json": BERT, "model.safetensors": safetensors()})
        folder = sokhan.data / "models" / "by hand" / "مدل من"
        folder.parent.mkdir(parents=True)
        made.rename(folder)
        while True:
            event = listener.next(20)
            if event.get("topic") == "asset:model:by hand/مدل من":
                break
    data = event["data"]
    assert isinstance(data, dict)
    assert (data["change"], data["type"], data["status"]) == ("added", "transformers", "ready")


def test_nonsense_on_the_socket_is_answered(sokhan: Platform) -> None:
    with connect(f"ws://127.0.0.1:{sokhan.port}/ws", proxy=None) as socket:
        for text in ("nonsense", "[]", '{"op": "fly"}', '{"op": "subscribe", "topics": ["training:none", "x"]}'):
            socket.send(text)
            assert json.loads(socket.recv(timeout=5))["op"] == "error"
        assert json.loads(socket.recv(timeout=5))["topic"] == "x"
        socket.send('{"op": "ping"}')
        assert json.loads(socket.recv(timeout=5)) == {"op": "pong"}


TOKEN = "a-token-of-enough-length"


def test_a_token_is_needed_where_auth_says_so(tmp_path: Path) -> None:
    environment = {"SOKHAN_AUTH": "token", "SOKHAN_TOKEN": TOKEN}
    with platform(tmp_path, names=("gateway",), environment=environment) as built, built.client() as client:
        for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
            answer = client.get("/api/assets", headers=header)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHENTICATED")
        answer = client.post("/v1/audio/speech", json={"input": "x"})
        assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication_error")
        assert client.get("/api/assets", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert client.get("/livez").status_code == 200
        assert TOKEN not in built.processes["gateway"].log.read_text()
        url = f"ws://127.0.0.1:{built.port}/ws"
        for refused in (url, f"{url}?token={TOKEN}", f"{url}?ticket=none"):
            with pytest.raises(InvalidStatus) as caught, connect(refused, proxy=None):
                pass
            assert caught.value.response.status_code == 401
            assert json.loads(caught.value.response.body or b"")["error"]["code"] == "UNAUTHENTICATED"
        right = {"Authorization": f"Bearer {TOKEN}"}
        ticket = client.post("/api/auth/ticket", headers=right).json()["data"]["ticket"]
        for address, headers in ((url, right), (f"{url}?ticket={ticket}", {})):
            with connect(address, additional_headers=headers, proxy=None) as socket:
                socket.send('{"op": "ping"}')
                assert json.loads(socket.recv(timeout=5)) == {"op": "pong"}
        with pytest.raises(InvalidStatus), connect(f"{url}?ticket={ticket}", proxy=None):
            pass


def test_more_streams_than_an_owner_may_open_are_refused_in_the_handshake(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway",), environment={"SOKHAN_STREAMS_PER_OWNER": "2"}) as built:
        with built.socket("download:*") as first, built.socket("download:*") as second:
            assert first.next()["op"] == second.next()["op"] == "subscribed"
            with pytest.raises(InvalidStatus) as caught, built.socket():
                pass
            response = caught.value.response
            assert (response.status_code, int(response.headers["Retry-After"]) > 0) == (429, True)
            assert json.loads(response.body or b"")["error"]["code"] == "RATE_LIMITED"
            with built.client() as client:
                assert client.post("/api/sources/download", json={"modelId": "a/b"}).status_code == 202
                for path in ("/api/events?topics=download:*", "/api/models/download/progress?modelId=a/b"):
                    assert client.get(path).status_code == 429
        wait_until(lambda: _can_listen(built), 10, "the closed sockets are no longer counted")


def _can_listen(built: Platform) -> bool:
    try:
        with built.socket("download:*"):
            return True
    except InvalidStatus:
        return False


def test_without_its_workers_the_gateway_says_what_is_missing(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway",)) as built, built.client() as client:
        for method, path, body in (
            ("GET", "/api/training/recipes", None),
            ("POST", "/v1/audio/speech", {"input": "سلام"}),
            ("GET", "/v1/audio/voices", None),
        ):
            answer = client.request(method, path, json=body)
            assert answer.status_code == 503
            error = answer.json()["error"]
            assert error["code"].upper() == "UNAVAILABLE"
            assert "is not running" in error["message"]
            assert "retry-after" in answer.headers
        accepted = client.post("/api/sources/download", json={"modelId": "a/b"})
        assert accepted.status_code == 202
        assert built.get("/health")["status"] == "degraded"


def test_a_run_is_accepted_without_a_trainer_and_checked_by_the_first_one(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway", "scanner")) as built, built.client() as client:
        lines = b'{"text": "salam"}\n' * 30
        client.post("/api/datasets", files={"file": ("texts.jsonl", lines)}, data={"name": "texts"}).raise_for_status()
        wait_until(lambda: client.get("/api/datasets").json()["data"] != [], 30, "the data set is there")
        toy = {"max_steps": 3, "batch_size": 2, "checkpoint_every": 3, "step_seconds": 0.01}
        right = {"recipe": "toy", "name": "right", "config": toy, "datasets": ["local/texts"]}
        runs = []
        for body in (right, {**right, "name": "wrong", "config": {"no_such_parameter": 1}}):
            answer = client.post("/api/training", json=body)
            assert answer.status_code == 202, answer.text
            runs.append(answer.json()["data"])
        assert all((run["state"], run["attempt"]) == ("queued", 0) for run in runs)
        built.start("trainer")
        done, refused = [built.wait_job(f"/api/training/{run['id']}", 90) for run in runs]
    assert (done["state"], done["step"], done["attempt"]) == ("completed", 3, 1), done["error"]
    assert isinstance(done["config"], dict)
    assert len(done["config"]) > len(toy), "the trainer has completed the configuration"
    assert refused["state"] == "failed"
    assert isinstance(refused["error"], dict)
    assert refused["error"]["code"] == "VALIDATION"
    assert "no_such_parameter" in str(refused["error"]["message"])


def test_a_gateway_without_bus_or_store_stays_up_and_says_so(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway",)) as built, built.client() as client:
        built.nats.kill()
        wait_until(lambda: client.get("/readyz").status_code == 503, 20, "the gateway notices")
        assert client.post("/api/sources/download", json={"modelId": "a/b"}).status_code == 202
        answer = client.get("/v1/audio/voices")
        assert answer.status_code == 503
        assert "NATS" in answer.json()["error"]["message"]
        wait_until(lambda: client.get("/health").status_code == 503, 5, "the report is down")
        built.nats.start()
        wait_until(lambda: client.get("/readyz").status_code == 200, 20, "it goes on by itself")


@pytest.mark.siege
@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_every_service_ends_soon_after_sigterm_without_a_bus(tmp_path: Path, fault: signal.Signals) -> None:
    with platform(tmp_path) as built:
        assert built.nats.process is not None
        built.nats.process.send_signal(fault)
        try:
            # Kubernetes grants 30 s by default; a run needs most of it for its checkpoint.
            assert {name: process.terminate(8) for name, process in built.processes.items()} == dict.fromkeys(
                SERVICES, 0
            )
        finally:
            built.nats.process.send_signal(signal.SIGCONT)


def test_a_store_that_is_not_there_at_start_is_named(tmp_path: Path) -> None:
    environment = {"SOKHAN_STORE_URL": "mongodb://127.0.0.1:9/sokhan"}
    built = Platform(tmp_path, _started(tmp_path), environment=environment)
    try:
        built.start("gateway")
        wait_until(lambda: _status(built, "/livez") == 200, 20, "the gateway is up")
        answer = httpx2.get(f"{built.url}/api/sources/downloads", timeout=20, trust_env=False, verify=NOBODY)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
        assert "SOKHAN_STORE_URL" in answer.json()["error"]["hint"]
        assert _status(built, "/readyz") == 503
    finally:
        built.stop()
        built.nats.kill()


def _started(folder: Path) -> Nats:
    nats = Nats(folder / "nats")
    nats.start()
    return nats


def _status(built: Platform, path: str) -> int:
    try:
        return httpx2.get(f"{built.url}{path}", timeout=10, trust_env=False, verify=NOBODY).status_code
    except httpx2.HTTPError:
        return 0
