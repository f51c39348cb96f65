"""One download a user, the place in the queue, and the controls of a job that waits. No worker runs here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.hub import TestHub
from tests.support.sources import Json, ask, cancel_all, code, data

FIRST, SECOND = "facebook/mms-tts-fas", "HooshvareLab/bert-fa-base-uncased"


@pytest.fixture(autouse=True)
def _nothing_left(strict: GatewayApp) -> Iterator[None]:
    yield
    cancel_all(strict)


def start(built: GatewayApp, name: str, **wish: object) -> Json:
    job: Json = data(built, "POST", "/api/sources/download", {"modelId": name, **wish})
    return job


def control(built: GatewayApp, job: Json, what: str) -> Json:
    changed: Json = data(built, "POST", f"/api/sources/download/{job['id']}/{what}")
    return changed


@pytest.mark.parametrize("path", ["/api/sources/download", "/api/models/download/start"])
def test_a_second_download_is_told_when_to_come_back(strict: GatewayApp, path: str) -> None:
    start(strict, FIRST)
    answer = ask(strict, "POST", path, {"modelId": SECOND})
    assert code(answer) == (429, "RATE_LIMITED")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert FIRST in answer.json()["error"]["message"]


def test_the_same_again_is_answered_with_the_job_under_way(strict: GatewayApp) -> None:
    job = start(strict, FIRST)
    assert start(strict, FIRST)["id"] == job["id"]
    older = ask(strict, "POST", "/api/models/download/start", {"modelId": FIRST}).json()
    assert older == {"ok": True, "started": False, "modelId": FIRST, "jobId": job["id"]}
    assert start(strict, FIRST, include=["*.json"])["id"] != job["id"]  # the same place: no other download


def test_a_paused_download_does_not_count_and_goes_on_only_in_its_turn(strict: GatewayApp) -> None:
    first = start(strict, FIRST)
    assert control(strict, first, "pause")["state"] == "paused"
    second = start(strict, SECOND)
    assert code(ask(strict, "POST", f"/api/sources/download/{first['id']}/resume")) == (429, "RATE_LIMITED")
    control(strict, second, "pause")
    assert control(strict, first, "resume")["state"] == "queued"
    assert code(ask(strict, "POST", f"/api/sources/download/{first['id']}/resume")) == (409, "CONFLICT")


def test_starting_what_is_paused_goes_on_with_it(strict: GatewayApp) -> None:
    job = start(strict, FIRST)
    control(strict, job, "pause")
    again = start(strict, FIRST)
    assert (again["id"], again["state"]) == (job["id"], "queued")


def test_a_cancelled_download_is_tried_again_as_a_new_job(strict: GatewayApp) -> None:
    job = start(strict, FIRST, include=["*.json"], bandwidth=1000)
    assert code(ask(strict, "POST", f"/api/sources/download/{job['id']}/retry")) == (409, "CONFLICT")
    data(strict, "DELETE", f"/api/sources/download/{job['id']}")
    answer = ask(strict, "POST", f"/api/sources/download/{job['id']}/retry")
    again = answer.json()["data"]
    assert (answer.status_code, answer.headers["location"]) == (202, f"/api/sources/download/{again['id']}")
    assert again["id"] != job["id"]
    assert (again["repoId"], again["bandwidth"]) == (FIRST, 1000)
    assert code(ask(strict, "POST", "/api/sources/download/none/retry")) == (404, "NOT_FOUND")


def test_the_bandwidth_of_a_job_can_be_changed_until_it_has_ended(strict: GatewayApp) -> None:
    path = f"/api/sources/download/{start(strict, FIRST)['id']}"
    assert data(strict, "PATCH", path, {"bandwidth": 5000})["bandwidth"] == 5000
    assert data(strict, "PATCH", path, {"bandwidth": None})["bandwidth"] is None
    for wrong in ({}, {"bandwidth": 0}, {"bandwidth": "fast"}):
        assert code(ask(strict, "PATCH", path, wrong)) == (422, "VALIDATION")
    data(strict, "DELETE", path)
    assert code(ask(strict, "PATCH", path, {"bandwidth": 1})) == (409, "CONFLICT")


def test_who_waits_sees_the_place_in_the_queue(tmp_path: Path, hub: TestHub) -> None:
    environment = {"HF_ENDPOINT": hub.url, "SOKHAN_DOWNLOADS_PER_USER": "0"}
    with gateway_app(tmp_path, environment) as built:
        started = [start(built, f"ns/queued-{n}") for n in range(3)]
        assert [job["queuePosition"] for job in started] == [1, 2, 3]
        data(built, "DELETE", f"/api/sources/download/{started[0]['id']}")
        listed = {job["id"]: job["queuePosition"] for job in data(built, "GET", "/api/sources/downloads")}
        assert [listed[job["id"]] for job in started] == [None, 1, 2]
        assert data(built, "GET", f"/api/sources/download/{started[2]['id']}/status")["queuePosition"] == 2
