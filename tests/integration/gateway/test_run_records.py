"""What is kept of a run, and what of it is let go: checkpoints, logs, the whole record."""

from __future__ import annotations

import fcntl
import io
import tarfile

import httpx2
import pytest

from shared.contracts.states import JobState
from shared.runs import LogLevel
from tests.support.gateway_app import GatewayApp
from tests.support.runs import MadeRun, make_run


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_the_best_and_the_last_stay_and_the_others_go(gateway: GatewayApp, client: httpx2.Client) -> None:
    run = make_run(gateway, MadeRun("kept-1", checkpoints=(10, 20, 30)))
    path = f"/api/training/{run}/checkpoints"
    for step in (10, 30):
        assert code(client.delete(f"{path}/{step}")) == (409, "CONFLICT")
    assert client.delete(f"{path}/20").status_code == 200
    assert code(client.delete(f"{path}/20")) == (404, "NOT_FOUND")
    assert [c["step"] for c in client.get(path).json()["data"]] == [10, 30]
    assert sorted(path.name for path in (gateway.data / "checkpoints" / run).iterdir()) == ["10", "30"]


def test_what_is_being_read_is_left_alone(gateway: GatewayApp, client: httpx2.Client) -> None:
    run = make_run(gateway, MadeRun("kept-2", checkpoints=(10, 20, 30)))
    folder = gateway.data / "checkpoints" / run / "20"
    with (folder / "metrics.json").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        assert code(client.delete(f"/api/training/{run}/checkpoints/20")) == (409, "CONFLICT")
        assert code(client.delete(f"/api/training/{run}?purge=true")) == (409, "CONFLICT")
    assert client.delete(f"/api/training/{run}/checkpoints/20").status_code == 200


def test_the_tar_holds_everything_under_a_persian_name(gateway: GatewayApp, client: httpx2.Client) -> None:
    run = make_run(gateway, MadeRun("kept-5", name="صدا", checkpoints=(10,)))
    answer = client.get(f"/api/training/{run}/checkpoints/10")
    assert "filename*=UTF-8''%D8%B5" in answer.headers["content-disposition"]
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        found = {member.name: member.size for member in archive}
    assert found["صدا-10/state/optimizer.bin"] == 1000
    assert found["صدا-10/samples/سلام.wav"] == 204
    assert len(found) == 5


def test_a_sample_is_served_with_ranges_and_nothing_else_is(gateway: GatewayApp, client: httpx2.Client) -> None:
    run = make_run(gateway, MadeRun("kept-6", checkpoints=(10,)))
    path = f"/api/training/{run}/checkpoints/10/samples"
    whole = client.get(f"{path}/سلام.wav")
    assert (whole.status_code, len(whole.content)) == (200, 204)
    part = client.get(f"{path}/سلام.wav", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, bytes(range(4)))
    assert part.headers["content-range"] == "bytes 4-7/204"
    for other in ("..%2Fmetrics.json", "none.wav", "%2e%2e", "metrics.json"):
        assert client.get(f"{path}/{other}").status_code == 404


def test_a_checkpoint_whose_files_are_gone_says_so(gateway: GatewayApp, client: httpx2.Client) -> None:
    run = make_run(gateway, MadeRun("kept-7", checkpoints=(10, 20, 30)))
    folder = gateway.data / "checkpoints" / run / "20"
    folder.rename(folder.with_name("elsewhere"))
    states = {c["step"]: c["state"] for c in client.get(f"/api/training/{run}/checkpoints").json()["data"]}
    assert states == {10: "ready", 20: "missing", 30: "ready"}
    for path in ("", "/samples/سلام.wav"):
        assert code(client.get(f"/api/training/{run}/checkpoints/20{path}")) == (404, "NOT_FOUND")
    assert client.post(f"/api/training/{run}/checkpoints/20/deploy", json={"name": "x"}).status_code == 404
    assert client.delete(f"/api/training/{run}/checkpoints/20").status_code == 200


def test_a_run_that_failed_before_its_first_checkpoint_is_not_resumed(
    gateway: GatewayApp, client: httpx2.Client
) -> None:
    run = make_run(gateway, MadeRun("kept-21", state=JobState.FAILED))
    assert code(client.post(f"/api/training/{run}/resume")) == (409, "CONFLICT")


def test_a_run_that_has_not_ended_is_not_purged(gateway: GatewayApp, client: httpx2.Client) -> None:
    run = make_run(gateway, MadeRun("kept-11", state=JobState.PAUSED))
    assert code(client.delete(f"/api/training/{run}?purge=true")) == (409, "CONFLICT")
    assert client.delete(f"/api/training/{run}").json()["data"]["state"] == "cancelled"


def test_logs_have_an_end_and_levels(gateway: GatewayApp, client: httpx2.Client) -> None:
    lines: list[tuple[LogLevel, str]] = [
        ("info", f"line {n}") if n % 3 else ("warning", f"line {n}") for n in range(1, 31)
    ]
    path = f"/api/training/{make_run(gateway, MadeRun('kept-12', logs=lines))}/logs"
    tail = client.get(path, params={"tail": 4}).json()
    assert [line["seq"] for line in tail["data"]] == [27, 28, 29, 30]
    assert tail["next"] is None
    assert [line["seq"] for line in client.get(f"{path}?tail=2&level=warning").json()["data"]] == [27, 30]
    assert [line["seq"] for line in client.get(f"{path}?after=28").json()["data"]] == [29, 30]
    page = client.get(f"{path}?limit=20").json()
    rest = client.get(path, params={"limit": 20, "cursor": page["next"]}).json()
    assert [line["seq"] for line in [*page["data"], *rest["data"]]] == list(range(1, 31))
    for wrong in ("level=loud", "tail=0", f"tail=3&cursor={page['next']}"):
        assert code(client.get(f"{path}?{wrong}")) == (422, "VALIDATION")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/metrics"),
        ("GET", "/logs"),
        ("GET", "/plot.png"),
        ("GET", "/checkpoints"),
        ("GET", "/checkpoints/10"),
        ("HEAD", "/checkpoints/10"),
        ("GET", "/checkpoints/10/samples/سلام.wav"),
        ("DELETE", "/checkpoints/20"),
        ("POST", "/checkpoints/10/deploy"),
        ("DELETE", "/checkpoints/10/deploy"),
        ("POST", "/checkpoints/10/restore"),
        ("DELETE", "?purge=true"),
    ],
)
def test_a_strangers_run_is_not_there(gateway: GatewayApp, client: httpx2.Client, method: str, path: str) -> None:
    theirs = MadeRun("theirs", owner="somebody", checkpoints=(10, 20, 30))
    if not (gateway.data / "checkpoints" / theirs.id).exists():
        make_run(gateway, theirs)
    wish = {"name": "stolen"} if method == "POST" else None
    with gateway.acting_as("zahra"):
        answer = client.request(method, f"/api/training/{theirs.id}{path}", json=wish)
    assert answer.status_code == 404, answer.text
    assert (gateway.data / "checkpoints" / theirs.id / "20").exists()


def test_an_unknown_step_is_not_there(gateway: GatewayApp, client: httpx2.Client) -> None:
    run = make_run(gateway, MadeRun("kept-13", checkpoints=(10,)))
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/deploy"), ("DELETE", "/deploy"), ("POST", "/restore")):
        answer = client.request(method, f"/api/training/{run}/checkpoints/11{path}", json={"name": "x"})
        assert code(answer) == (404, "NOT_FOUND")
