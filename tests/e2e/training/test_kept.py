"""What is kept of a run, and what of it is let go: checkpoints, logs, the whole record."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx2

from shared.contracts.states import JobState
from tests.support.folders import BERT, install, safetensors
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until
from tests.support.runs import MadeRun, make_run
from tests.support.text_models import write_texts


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


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


def test_a_name_of_something_else_is_not_taken(sokhan: Platform, client: httpx2.Client) -> None:
    install(sokhan.data / "models" / "local" / "taken", {"config.json": BERT, "model.safetensors": safetensors()})
    mine = make_run(sokhan, MadeRun("kept-8", checkpoints=(10,)))
    path = f"/api/training/{mine}/checkpoints/10/deploy"
    assert code(client.post(path, json={"name": "taken"})) == (409, "CONFLICT")
    assert client.post(path, json={"name": "mine"}).status_code == 201
    for name in ("../x", "a/b", ".hidden", ""):
        assert code(client.post(path, json={"name": name})) == (422, "VALIDATION")
    info = sokhan.data / "models" / "local" / "mine" / "sokhan-model.json"
    info.write_text(info.read_text().replace("kept-8", "kept-9"))  # made by a run that is not here
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
