"""What is kept of a run, and what of it is let go: checkpoints, logs, the whole record."""

from __future__ import annotations

import fcntl
import io
import socket
import tarfile
from pathlib import Path

import httpx2
import pytest

from shared.contracts.states import JobState
from shared.runs import LogLevel
from tests.support.folders import BERT, install, safetensors
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until
from tests.support.runs import MadeRun, make_run
from tests.support.text_models import write_texts


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_the_best_and_the_last_stay_and_the_others_go(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-1", checkpoints=(10, 20, 30)))
    path = f"/api/training/{run}/checkpoints"
    for step in (10, 30):
        assert code(client.delete(f"{path}/{step}")) == (409, "CONFLICT")
    assert client.delete(f"{path}/20").status_code == 200
    assert code(client.delete(f"{path}/20")) == (404, "NOT_FOUND")
    assert [c["step"] for c in client.get(path).json()["data"]] == [10, 30]
    assert sorted(path.name for path in (sokhan.data / "checkpoints" / run).iterdir()) == ["10", "30"]


def test_what_is_being_read_is_left_alone(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-2", checkpoints=(10, 20, 30)))
    folder = sokhan.data / "checkpoints" / run / "20"
    with (folder / "metrics.json").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        assert code(client.delete(f"/api/training/{run}/checkpoints/20")) == (409, "CONFLICT")
        assert code(client.delete(f"/api/training/{run}?purge=true")) == (409, "CONFLICT")
    assert client.delete(f"/api/training/{run}/checkpoints/20").status_code == 200


def test_a_slow_reader_keeps_the_checkpoint_until_it_has_it(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-3", checkpoints=(10, 20, 30)))
    folder = sokhan.data / "checkpoints" / run / "20"
    (folder / "large.safetensors").write_bytes(bytes(40_000_000))
    path = f"/api/training/{run}/checkpoints/20"
    with socket.create_connection(("127.0.0.1", sokhan.port)) as slow:
        slow.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert slow.recv(100).startswith(b"HTTP/1.1 200")
        assert code(client.delete(path)) == (409, "CONFLICT")
    wait_until(lambda: client.delete(path).status_code == 200, 10, "the lock ends with the connection")
    assert not folder.exists()


def test_the_gateway_holds_little_of_a_large_checkpoint(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway",)) as alone, alone.client() as client:  # nobody else's requests count
        run = make_run(alone, MadeRun("kept-4", checkpoints=(5, 10)))
        with (alone.data / "checkpoints" / run / "10" / "large.safetensors").open("wb") as file:
            file.truncate(300_000_000)
        client.get(f"/api/training/{run}/checkpoints/5").raise_for_status()  # what is loaded once is loaded now
        before = _peak(alone)
        got = 0
        with client.stream("GET", f"/api/training/{run}/checkpoints/10") as answer:
            for piece in answer.iter_bytes():
                got += len(piece)
        assert got == int(answer.headers["content-length"]) > 300_000_000
        assert _peak(alone) - before < 30_000


def _peak(built: Platform) -> int:
    """VmHWM in kB."""
    status = Path(f"/proc/{built.processes['gateway'].popen.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def test_the_tar_holds_everything_under_a_persian_name(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-5", name="صدا", checkpoints=(10,)))
    answer = client.get(f"/api/training/{run}/checkpoints/10")
    assert "filename*=UTF-8''%D8%B5" in answer.headers["content-disposition"]
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        found = {member.name: member.size for member in archive}
    assert found["صدا-10/state/optimizer.bin"] == 1000
    assert found["صدا-10/samples/سلام.wav"] == 204
    assert len(found) == 5


def test_a_sample_is_served_with_ranges_and_nothing_else_is(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-6", checkpoints=(10,)))
    path = f"/api/training/{run}/checkpoints/10/samples"
    whole = client.get(f"{path}/سلام.wav")
    assert (whole.status_code, len(whole.content)) == (200, 204)
    part = client.get(f"{path}/سلام.wav", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, bytes(range(4)))
    assert part.headers["content-range"] == "bytes 4-7/204"
    for other in ("..%2Fmetrics.json", "none.wav", "%2e%2e", "metrics.json"):
        assert client.get(f"{path}/{other}").status_code == 404


def test_a_checkpoint_whose_files_are_gone_says_so(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-7", checkpoints=(10, 20, 30)))
    folder = sokhan.data / "checkpoints" / run / "20"
    folder.rename(folder.with_name("elsewhere"))
    states = {c["step"]: c["state"] for c in client.get(f"/api/training/{run}/checkpoints").json()["data"]}
    assert states == {10: "ready", 20: "missing", 30: "ready"}
    for path in ("", "/samples/سلام.wav"):
        assert code(client.get(f"/api/training/{run}/checkpoints/20{path}")) == (404, "NOT_FOUND")
    assert client.post(f"/api/training/{run}/checkpoints/20/deploy", json={"name": "x"}).status_code == 404
    assert client.delete(f"/api/training/{run}/checkpoints/20").status_code == 200


def test_anothers_name_is_not_taken(sokhan: Platform, client: httpx2.Client) -> None:
    install(sokhan.data / "models" / "local" / "taken", {"config.json": BERT, "model.safetensors": safetensors()})
    mine = make_run(sokhan, MadeRun("kept-8", checkpoints=(10,)))
    stranger = MadeRun("kept-9", owner="somebody", checkpoints=(10,))
    make_run(sokhan, stranger)
    path = f"/api/training/{mine}/checkpoints/10/deploy"
    assert code(client.post(path, json={"name": "taken"})) == (409, "CONFLICT")
    assert client.post(path, json={"name": "mine"}).status_code == 201
    for name in ("../x", "a/b", ".hidden", ""):
        assert code(client.post(path, json={"name": name})) == (422, "VALIDATION")
    info = sokhan.data / "models" / "local" / "mine" / "sokhan-model.json"
    info.write_text(info.read_text().replace("kept-8", "kept-9"))  # as if somebody else's run had made it
    assert client.get(f"/api/training/{mine}/checkpoints").json()["data"][0]["deployedAs"] is None
    assert code(client.post(path, json={"name": "mine"})) == (409, "CONFLICT")


def test_what_a_run_uses_is_not_undeployed(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-14", checkpoints=(10,)))
    path = f"/api/training/{run}/checkpoints/10/deploy"
    assert client.post(path, json={"name": "base"}).status_code == 201
    user = make_run(sokhan, MadeRun("kept-15", base_model="local/base", state=JobState.PAUSED))
    assert code(client.delete(path)) == (409, "CONFLICT")
    assert client.delete(f"/api/training/{user}").status_code == 200
    assert client.delete(path).status_code == 200


def test_a_failed_run_goes_on_in_a_new_one(sokhan: Platform, client: httpx2.Client) -> None:
    write_texts(sokhan.data / "datasets" / "local" / "texts")
    wait_until(lambda: client.get("/api/datasets/local/texts").status_code == 200, 20, "the texts are seen")
    config = {"max_steps": 60}
    made = MadeRun("kept-20", checkpoints=(10, 20), state=JobState.FAILED, recipe="toy", config=config)
    path = f"/api/training/{make_run(sokhan, made)}/resume"
    first = client.post(path)
    assert first.status_code == 200, first.text
    again = first.json()["data"]
    assert again["startFrom"] == {"run": "kept-20", "step": 20}
    assert first.headers["location"] == f"/api/training/{again['id']}"
    # What was made here is no checkpoint of its recipe: the new run fails, and then another one is to be had.
    assert sokhan.wait_job(f"/api/training/{again['id']}", 90)["state"] == "failed"
    third = client.post(path).json()["data"]
    assert third["id"] not in {again["id"], "kept-20"}
    # The failed one has no checkpoint of its own, and goes on from where it began.
    after = client.post(f"/api/training/{again['id']}/resume").json()["data"]
    assert after["startFrom"] == {"run": "kept-20", "step": 20}
    assert code(client.delete("/api/training/kept-20/checkpoints/10")) == (409, "CONFLICT")
    for run in (third["id"], after["id"]):
        sokhan.wait_job(f"/api/training/{run}", 90)


def test_a_run_that_failed_before_its_first_checkpoint_is_started_anew(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-21", state=JobState.FAILED))
    assert code(client.post(f"/api/training/{run}/resume")) == (409, "CONFLICT")


def test_a_purged_run_leaves_nothing(sokhan: Platform, client: httpx2.Client) -> None:
    values = {"loss": [1.0 + n for n in range(600)]}
    run = make_run(sokhan, MadeRun("kept-10", values=values, checkpoints=(10, 20), logs=[("info", "hello")]))
    assert client.post(f"/api/training/{run}/checkpoints/10/deploy", json={"name": "purged"}).status_code == 201
    assert code(client.delete(f"/api/training/{run}?purge=true")) == (409, "CONFLICT")
    assert client.delete(f"/api/training/{run}/checkpoints/10/deploy").status_code == 200
    done = client.delete(f"/api/training/{run}?purge=true")
    assert done.json()["data"] == {"id": run, "checkpoints": 2, "freed": 9000}
    assert client.get(f"/api/training/{run}").status_code == 404
    assert not (sokhan.data / "checkpoints" / run).exists()
    # The same id again finds nothing of the old one.
    make_run(sokhan, MadeRun(run, values={"loss": [7.0]}))
    assert len(client.get(f"/api/training/{run}/metrics").json()["data"]["points"]) == 1
    assert client.get(f"/api/training/{run}/logs").json()["data"] == []


def test_a_run_that_has_not_ended_is_not_purged(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-11", state=JobState.PAUSED))
    assert code(client.delete(f"/api/training/{run}?purge=true")) == (409, "CONFLICT")
    assert client.delete(f"/api/training/{run}").json()["data"]["state"] == "cancelled"


def test_logs_have_an_end_and_levels(sokhan: Platform, client: httpx2.Client) -> None:
    lines: list[tuple[LogLevel, str]] = [
        ("info", f"line {n}") if n % 3 else ("warning", f"line {n}") for n in range(1, 31)
    ]
    path = f"/api/training/{make_run(sokhan, MadeRun('kept-12', logs=lines))}/logs"
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
def test_a_strangers_run_is_not_there(sokhan: Platform, client: httpx2.Client, method: str, path: str) -> None:
    theirs = MadeRun("theirs", owner="somebody", checkpoints=(10, 20, 30))
    if not (sokhan.data / "checkpoints" / theirs.id).exists():
        make_run(sokhan, theirs)
    wish = {"name": "stolen"} if method == "POST" else None
    answer = client.request(method, f"/api/training/{theirs.id}{path}", json=wish)
    assert answer.status_code == 404, answer.text
    assert (sokhan.data / "checkpoints" / theirs.id / "20").exists()


def test_an_unknown_step_is_not_there(sokhan: Platform, client: httpx2.Client) -> None:
    run = make_run(sokhan, MadeRun("kept-13", checkpoints=(10,)))
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/deploy"), ("DELETE", "/deploy"), ("POST", "/restore")):
        answer = client.request(method, f"/api/training/{run}/checkpoints/11{path}", json={"name": "x"})
        assert code(answer) == (404, "NOT_FOUND")
