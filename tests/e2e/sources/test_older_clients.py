"""The SSE pair of the older clients: a start, and progress that always comes to its end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.folders import safetensors
from tests.support.hub import TestHub, always_size
from tests.support.platform import Platform
from tests.support.processes import wait_until
from tests.support.sources import Json, ask, data

CONFIG = json.dumps({"model_type": "vits"}).encode()
PROGRESS = "/api/models/download/progress"


def start(sokhan: Platform, repo: str) -> Json:
    answer = ask(sokhan, "POST", "/api/models/download/start", {"modelId": repo})
    assert answer.status_code == 202, answer.text
    found: Json = answer.json()
    return found


def progress(sokhan: Platform, repo: str, limit: float = 60) -> Iterator[Json]:
    """The stream's events, to its end."""
    with sokhan.client() as client, client.stream("GET", f"{PROGRESS}?modelId={repo}", timeout=limit) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def test_a_download_is_followed_to_its_end(sokhan: Platform, hub: TestHub) -> None:
    hub.put("older/whole", {"config.json": CONFIG, "model.safetensors": bytes(3_000_000)})
    hub.fault("model.safetensors", "slow", times=1)
    started = start(sokhan, "older/whole")
    assert (started["ok"], started["started"], started["modelId"]) == (True, True, "older/whole")
    events = list(progress(sokhan, "older/whole"))
    assert {event["modelId"] for event in events} == {"older/whole"}
    assert [event["status"] for event in events[:-1]] == ["downloading"] * (len(events) - 1)
    assert events[-1]["status"] == "done"
    assert events[-1]["progress"] == 100
    assert (
        events[-1]["bytesDownloaded"]
        == events[-1]["totalBytes"]
        == len(CONFIG) + 3_000_000 + always_size("older/whole")
    )
    fractions = [event["progress"] for event in events]
    assert fractions == sorted(fractions)


def test_who_comes_late_sees_the_end_at_once(sokhan: Platform, hub: TestHub) -> None:
    hub.put("older/late", {"config.json": CONFIG})
    sokhan.wait_job(f"/api/sources/download/{start(sokhan, 'older/late')['jobId']}")
    assert [event["status"] for event in progress(sokhan, "older/late", limit=5)] == ["done"]


def test_a_failed_download_ends_with_its_error(sokhan: Platform, hub: TestHub) -> None:
    hub.put("older/shut", {"config.json": CONFIG})
    hub.describe("older/shut", gated="manual")
    start(sokhan, "older/shut")
    for _ in range(2):  # while it runs, and long after
        last = list(progress(sokhan, "older/shut"))[-1]
        assert (last["status"], last["error"]["code"]) == ("error", "GATED_REPO")
        assert last["error"]["hint"]


def test_a_cancelled_download_is_an_error(sokhan: Platform, hub: TestHub) -> None:
    hub.put("older/cancelled", {"config.json": CONFIG, "older-cancelled.bin": bytes(8_000_000)})
    hub.fault("older-cancelled.bin", "slow", times=9)
    started = start(sokhan, "older/cancelled")
    assert start(sokhan, "older/cancelled") == {**started, "started": False}
    events = progress(sokhan, "older/cancelled")
    assert next(events)["status"] == "downloading"
    data(sokhan, "DELETE", f"/api/sources/download/{started['jobId']}")
    last = list(events)[-1]
    assert (last["status"], last["error"]["code"]) == ("error", "CANCELLED")


def test_what_was_copied_in_by_hand_is_done(sokhan: Platform) -> None:
    folder = sokhan.data / "models" / "older" / "by-hand"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(safetensors())
    (folder / "config.json").write_bytes(CONFIG)
    wait_until(lambda: ask(sokhan, "GET", f"{PROGRESS}?modelId=older/by-hand").status_code == 200, 20, "it is seen")
    assert [event["status"] for event in progress(sokhan, "older/by-hand")] == ["done"]


@pytest.mark.siege
def test_a_bus_that_is_lost_does_not_lose_the_end(sokhan: Platform, hub: TestHub) -> None:
    hub.put("older/no-bus", {"config.json": CONFIG, "older-no-bus.bin": bytes(6_000_000)})
    hub.fault("older-no-bus.bin", "slow", times=1)
    start(sokhan, "older/no-bus")
    events = progress(sokhan, "older/no-bus", limit=90)
    assert next(events)["status"] == "downloading"
    sokhan.nats.kill()
    try:
        seen = list(events)
    finally:
        sokhan.nats.start()
        sokhan.wait_ready(list(sokhan.processes))
    assert seen[-1]["status"] == "done"
