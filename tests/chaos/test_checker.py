"""The checker finds what it is for: each violation is planted into evidence that is otherwise right."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.store import open_store
from tests.chaos.checker.checks import CHECKS, violations
from tests.chaos.checker.evidence import Document, Evidence, Operation, read_evidence
from tests.chaos.history import History

CONTENT, REPO = b"weights", "chaos/m"
WAV = b"RIFF" + (36).to_bytes(4, "little") + b"WAVE" + bytes(32)


def job(id_: str, key: str, state: str = "completed", **fields: object) -> Document:
    return {
        "id": id_, "idempotency_key": key, "state": state, "attempt": 1, "revision": 5, "error": None,
        "lease": {"worker": None, "token": 1}, **fields,
    }  # fmt: skip


@pytest.fixture
def right(tmp_path: Path) -> Evidence:
    """A run without a fault."""
    data = tmp_path / "data"
    for name in ("tmp", "uploads", "run/reservations", "models/chaos/m", "datasets/~sara/d", "audio/renders/render1"):
        (data / name).mkdir(parents=True)
    (data / "models/chaos/m/f.bin").write_bytes(CONTENT)
    (data / "models/chaos/m/sokhan.json").write_text("{}")
    (data / "datasets/~sara/d/train.jsonl").write_text('{"text": "a"}\n{"text": "b"}\n')
    (data / "audio/renders/render1/speech.wav").write_bytes(WAV)
    files = {"f.bin": hashlib.sha256(CONTENT).hexdigest()}
    return Evidence(
        data=data,
        operations=[
            Operation(
                "download-1", "download", "sara", {"repo": "chaos/m", "files": files}, "ok", {"job": "download1"}
            ),
            Operation("training-1", "training", "sara", {"steps": 3}, "ok", {"job": "training1"}),
            Operation("render-1", "render", "sara", {}, "ok", {"job": "render1"}),
            Operation("upload-1", "upload", "sara", {"dataset": "d", "lines": 2}, "ok", {"job": "~sara/d"}),
            Operation("speech-1", "speech", "sara", {}, "ok", {"seconds": 2.5}),
        ],
        jobs={
            "download": {"download1": job("download1", "download-1")},
            "training": {"training1": job("training1", "training-1")},
            "render": {"render1": job("render1", "render-1")},
            "upload": {},
        },
        metrics={"training1": [1, 2, 3]},
        events={
            "events-sara-0": [
                {"connected": True},
                {"job": "download1", "revision": 2, "final": False},
                {"connected": True},
                {"job": "download1", "revision": 2, "final": False},
                {"job": "download1", "revision": 5, "final": True},
            ]
        },
    )


def test_a_run_without_a_fault_has_no_violation(right: Evidence) -> None:
    assert violations(right) == {}


def _job(evidence: Evidence, kind: str) -> Document:
    return evidence.jobs[kind][f"{kind}1"]


def _unfinished(evidence: Evidence) -> None:
    _job(evidence, "download")["state"] = "running"


def _forgotten(evidence: Evidence) -> None:
    evidence.jobs["render"].clear()


def _cancelled_by_nobody(evidence: Evidence) -> None:
    _job(evidence, "training")["state"] = "cancelled"


def _failed(evidence: Evidence) -> None:
    _job(evidence, "training").update(state="failed", error={"code": "WORKER_LOST"})


def _twice(evidence: Evidence) -> None:
    """No deduplication: the repeated request made a second job."""
    evidence.jobs["download"]["again"] = job("again", "download-1")


def _refused_and_done(evidence: Evidence) -> None:
    evidence.operations[0].end = "fail"


def _other_bytes(evidence: Evidence) -> None:
    (evidence.data / "models/chaos/m/f.bin").write_bytes(b"Weights")


def _no_manifest(evidence: Evidence) -> None:
    (evidence.data / "models/chaos/m/sokhan.json").unlink()


def _lost_line(evidence: Evidence) -> None:
    (evidence.data / "datasets/~sara/d/train.jsonl").write_text('{"text": "a"}\n')


def _step_twice(evidence: Evidence) -> None:
    """No fencing: two workers wrote the same step."""
    evidence.metrics["training1"] = [1, 2, 2, 3]


def _missing_step(evidence: Evidence) -> None:
    """No fsync: a step that was acknowledged is gone."""
    evidence.metrics["training1"] = [1, 3]


def _too_few_steps(evidence: Evidence) -> None:
    evidence.metrics["training1"] = [1, 2]


def _cut_audio(evidence: Evidence) -> None:
    (evidence.data / "audio/renders/render1/speech.wav").write_bytes(WAV[:-5])


def _cut_speech(evidence: Evidence) -> None:
    evidence.operations[4].details["seconds"] = None


def _part_of_a_file(evidence: Evidence) -> None:
    (evidence.data / "models/chaos/m/other.bin.sokhan-part").write_bytes(b"x")


def _work_folder(evidence: Evidence) -> None:
    (evidence.data / "tmp/unpacking").mkdir()


def _reservation(evidence: Evidence) -> None:
    (evidence.data / "run/reservations/download1").write_text("5")


def _lease(evidence: Evidence) -> None:
    _job(evidence, "download")["lease"] = {"worker": "downloader@host:1", "token": 1}


def _revision_backwards(evidence: Evidence) -> None:
    evidence.events["events-sara-0"].insert(2, {"job": "download1", "revision": 1, "final": False})


def _end_not_seen(evidence: Evidence) -> None:
    evidence.events["events-sara-0"].pop()


def _orphan(evidence: Evidence) -> None:
    evidence.processes = {"orphans": ["python -m services.trainer.child"]}


def _handles(evidence: Evidence) -> None:
    evidence.processes = {"open_files": {"synth": [30, 35], "gateway": [60, 160]}}


def _memory(evidence: Evidence) -> None:
    """The synth was started again after the first rest, and its second process grew."""
    mb = 1_000_000
    rests = {"synth": [[7, 400 * mb], [9, 100 * mb], [9, 260 * mb]], "gateway": [[8, 120 * mb], [8, 260 * mb]]}
    evidence.processes = {"memory": rests}


def _crash(evidence: Evidence) -> None:
    evidence.processes = {"crashes": ["synth ended with status 1"]}


@pytest.mark.parametrize(
    ("plant", "check"),
    [
        (_unfinished, "every_accepted_job_is_at_its_right_end"),
        (_forgotten, "every_accepted_job_is_at_its_right_end"),
        (_cancelled_by_nobody, "every_accepted_job_is_at_its_right_end"),
        (_failed, "every_accepted_job_is_at_its_right_end"),
        (_twice, "one_operation_is_one_job"),
        (_refused_and_done, "one_operation_is_one_job"),
        (_other_bytes, "downloads_are_what_the_hub_has"),
        (_no_manifest, "downloads_are_what_the_hub_has"),
        (_lost_line, "uploads_are_whole"),
        (_step_twice, "runs_have_each_step_once"),
        (_missing_step, "runs_have_each_step_once"),
        (_too_few_steps, "runs_have_each_step_once"),
        (_cut_audio, "audio_is_whole"),
        (_cut_speech, "audio_is_whole"),
        (_part_of_a_file, "nothing_is_left_over"),
        (_work_folder, "nothing_is_left_over"),
        (_reservation, "nothing_is_left_over"),
        (_lease, "nothing_is_left_over"),
        (_revision_backwards, "subscribers_see_revisions_grow_and_the_end"),
        (_end_not_seen, "subscribers_see_revisions_grow_and_the_end"),
        (_orphan, "no_process_is_left_over"),
        (_crash, "no_process_is_left_over"),
        (_handles, "handles_are_given_back"),
        (_memory, "memory_is_given_back"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else None,
)
def test_a_planted_violation_is_found(right: Evidence, plant: Callable[[Evidence], None], check: str) -> None:
    evidence = copy.deepcopy(right)
    plant(evidence)
    found = violations(evidence)
    assert set(found) == {check}
    assert len(found[check]) == 1


def test_every_check_has_a_planted_violation() -> None:
    (parameters,) = (mark.args[1] for mark in test_a_planted_violation_is_found.pytestmark)  # type: ignore[attr-defined]
    assert {check for _, check in parameters} == {check.__name__ for check in CHECKS}


def test_what_is_allowed_is_no_violation(right: Evidence) -> None:
    right.operations.append(Operation("control-1", "control", "sara", {"job": "training1", "wish": "cancel"}, "ok"))
    right.operations.append(Operation("download-2", "download", "sara", {"repo": "x/y", "files": {}}, "unknown"))
    _job(right, "training").update(state="cancelled")
    _job(right, "render").update(state="failed", error={"code": "NO_SPACE"})
    (right.data / "audio/renders/render1/speech.wav").unlink()
    restarted = [[7, 100_000_000], [9, 300_000_000]]
    right.processes = {"disk_was_filled": True, "memory": {"synth": restarted}}
    assert violations(right) == {}


async def test_the_program_reads_a_real_store(right: Evidence, tmp_path: Path) -> None:
    """The store as the platform writes it; one violation, on the disk."""
    store = await open_store(f"sqlite:///{right.data / 'sokhan.db'}")
    await store.insert("downloads", {**job("download1", "download-1"), "spec": {"repo_id": "chaos/m"}})  # type: ignore[dict-item]
    await store.close()
    history = History(tmp_path / "history.jsonl")
    history.invoke("download-1", "download", "sara", right.operations[0].expect)
    history.end("download-1", "ok", job="download1")
    history.close()
    (tmp_path / "processes.json").write_text(json.dumps({"crashes": []}))
    assert violations(read_evidence(tmp_path, right.data)) == {}
    _other_bytes(right)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.chaos.checker", str(tmp_path), str(right.data)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "VIOLATION downloads_are_what_the_hub_has: download-1: f.bin has other bytes" in done.stdout
    assert sqlite3.connect(right.data / "sokhan.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
