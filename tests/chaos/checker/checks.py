"""The invariants. Each check gets the evidence and yields sentences about what is broken."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.chaos.checker.evidence import Document, Evidence, Operation

_ENDED = {"completed", "failed", "cancelled"}
_FAILURES_OF_A_FULL_DISK = {"NO_SPACE"}
# Connections of a pool and sockets that are being closed.
_MORE_FILES = 40
# Memory that a process may take in addition, the larger of the two: what malloc keeps, and voices that were loaded.
_MORE_MEMORY, _MEMORY_GROWTH = 150_000_000, 1.5

Check = Callable[[Evidence], Iterator[str]]


def every_accepted_job_is_at_its_right_end(evidence: Evidence) -> Iterator[str]:
    """Completed; or cancelled, if somebody asked for that; or failed, if the disk was filled."""
    cancelled = {
        str(operation.expect["job"])
        for operation in evidence.operations
        if operation.kind == "control" and operation.expect["wish"] == "cancel"
    }
    disk_was_filled = bool(evidence.processes.get("disk_was_filled"))
    for operation, job in _accepted(evidence):
        if job is None:
            yield f"{operation.op}: accepted as {operation.job}, and the store has no such job"
        elif job["state"] not in _ENDED:
            yield f"{operation.op}: {operation.job} is {job['state']}, attempt {job['attempt']}"
        elif job["state"] == "cancelled" and operation.job not in cancelled:
            yield f"{operation.op}: {operation.job} is cancelled, and nobody asked for it"
        elif job["state"] == "failed" and not (disk_was_filled and _code(job) in _FAILURES_OF_A_FULL_DISK):
            yield f"{operation.op}: {operation.job} has failed: {job['error']}"


def one_operation_is_one_job(evidence: Evidence) -> Iterator[str]:
    """An operation has at most one job, also one whose answer was lost; a refused one has none."""
    operations = {operation.op: operation for operation in evidence.operations}
    for kind, jobs in evidence.jobs.items():
        keys = Counter(str(job["idempotency_key"]) for job in jobs.values() if job.get("idempotency_key"))
        for key, count in keys.items():
            if count > 1:
                yield f"{key}: {count} jobs of the kind {kind}"
            if key in operations and operations[key].end == "fail":
                yield f"{key}: refused, and there is a job"


def downloads_are_what_the_hub_has(evidence: Evidence) -> Iterator[str]:
    for operation, job in _accepted(evidence, "download"):
        if job is not None and job["state"] == "completed":
            folder = evidence.data / "models" / str(operation.expect["repo"])
            files = operation.expect["files"]
            assert isinstance(files, dict)
            for name, sha256 in files.items():
                if not (folder / name).exists():
                    yield f"{operation.op}: {name} is missing"
                elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != sha256:
                    yield f"{operation.op}: {name} has other bytes than the Hub's"
            if not (folder / "sokhan.json").exists():
                yield f"{operation.op}: no manifest"


def uploads_are_whole(evidence: Evidence) -> Iterator[str]:
    for operation in evidence.operations:
        if operation.kind == "upload" and operation.end == "ok":
            folder = evidence.data / "datasets" / f"~{operation.account}" / str(operation.expect["dataset"])
            lines = sum(
                len(path.read_text(encoding="utf-8").splitlines())
                for path in folder.rglob("*.jsonl")
                if path.name != "sokhan.json"
            )
            if lines != operation.expect["lines"]:
                yield f"{operation.op}: {lines} lines of {operation.expect['lines']} in {folder.name}"


def runs_have_each_step_once(evidence: Evidence) -> Iterator[str]:
    for operation, job in _accepted(evidence, "training"):
        steps = sorted(evidence.metrics.get(str(operation.job), ()))
        if job is None:
            continue
        wanted = operation.expect["steps"]
        assert isinstance(wanted, int)
        if len(steps) != len(set(steps)):
            yield f"{operation.op}: steps twice: {[step for step, n in Counter(steps).items() if n > 1][:5]}"
        elif steps != list(range(1, len(steps) + 1)):
            yield f"{operation.op}: the steps have a gap: {steps[:3]}…{steps[-3:]}, {len(steps)} of them"
        elif job["state"] == "completed" and len(steps) != wanted:
            yield f"{operation.op}: completed with {len(steps)} of {wanted} steps"


def audio_is_whole(evidence: Evidence) -> Iterator[str]:
    for operation in evidence.operations:
        if operation.kind == "speech" and operation.end == "ok" and not operation.details.get("seconds"):
            yield f"{operation.op}: the audio was cut, or is none"
    for operation, job in _accepted(evidence, "render"):
        if job is not None and job["state"] == "completed":
            file = evidence.data / "audio" / "renders" / str(operation.job) / "speech.wav"
            content = file.read_bytes() if file.exists() else b""
            if content[:4] != b"RIFF" or int.from_bytes(content[4:8], "little") != len(content) - 8:
                yield f"{operation.op}: {file.name} is not whole: {len(content)} bytes"


def nothing_is_left_over(evidence: Evidence) -> Iterator[str]:
    """No part of a file, no work folder, no reservation, no lease.

    An upload whose request was cut off may lie there: the scanner removes it after a day.
    """
    data = evidence.data
    patterns = ("models/**/*.sokhan-part*", "datasets/**/*.sokhan-part*", "audio/**/.*.part", "audio/*.unfinished")
    leftovers = [path for pattern in patterns for path in data.glob(pattern)]
    leftovers += list((data / "tmp").iterdir())
    leftovers += [path for path in (data / "run" / "reservations").iterdir() if path.name != "guard"]
    kept = {str(job["id"]) for jobs in evidence.jobs.values() for job in jobs.values() if job["state"] == "failed"}
    for path in leftovers:
        if not kept & {part.partition(".")[0] for part in path.parts}:
            yield f"left over: {path.relative_to(data)}"
    for kind, jobs in evidence.jobs.items():
        for job in jobs.values():
            lease = job["lease"]
            assert isinstance(lease, dict)
            if job["state"] in _ENDED and lease["worker"] is not None:
                yield f"{kind} {job['id']} is {job['state']} and has a lease of {lease['worker']}"


def subscribers_see_revisions_grow_and_the_end(evidence: Evidence) -> Iterator[str]:
    """Within a connection each event of a job has a higher revision; over all, a job that ended shows its end."""
    ended = {
        str(job["id"]): job["revision"]
        for jobs in evidence.jobs.values()
        for job in jobs.values()
        if job["state"] in _ENDED
    }
    for name, lines in evidence.events.items():
        last: dict[str, int] = {}
        final: set[str] = set()
        seen: set[str] = set()
        for line in lines:
            if line.get("connected"):
                last.clear()
                continue
            job, revision = str(line["job"]), line["revision"]
            assert isinstance(revision, int)
            if revision <= last.get(job, -1):
                yield f"{name}: {job} had revision {last[job]}, then {revision}"
            last[job] = revision
            seen.add(job)
            if line.get("final"):
                final.add(job)
        for job in sorted((seen & set(ended)) - final):
            yield f"{name}: {job} has ended with revision {ended[job]}, and the end was not seen"


def no_process_is_left_over(evidence: Evidence) -> Iterator[str]:
    """Children of services that run no job; services that ended by themselves."""
    for name in ("orphans", "crashes"):
        found = evidence.processes.get(name, [])
        assert isinstance(found, list)
        for each in found:
            yield f"{name}: {each}"


def handles_are_given_back(evidence: Evidence) -> Iterator[str]:
    """At rest a service has about as many open files as at the first rest."""
    counts = evidence.processes.get("open_files", {})
    assert isinstance(counts, dict)
    for name, (first, now) in counts.items():
        if now > first + _MORE_FILES:
            yield f"{name} has {now} open files, at the first rest {first}"


def memory_is_given_back(evidence: Evidence) -> Iterator[str]:
    """At rest a process has about as much memory as at its own first rest; one started again since begins anew."""
    rests = evidence.processes.get("memory", {})
    assert isinstance(rests, dict)
    for name, measured in rests.items():
        pid, now = measured[-1]
        first = next(size for other, size in measured if other == pid)
        if now > first * _MEMORY_GROWTH and now > first + _MORE_MEMORY:
            yield f"{name} has {now / 1e6:,.0f} MB of memory, at its first rest {first / 1e6:,.0f} MB"


CHECKS: tuple[Check, ...] = (
    every_accepted_job_is_at_its_right_end,
    one_operation_is_one_job,
    downloads_are_what_the_hub_has,
    uploads_are_whole,
    runs_have_each_step_once,
    audio_is_whole,
    nothing_is_left_over,
    subscribers_see_revisions_grow_and_the_end,
    no_process_is_left_over,
    handles_are_given_back,
    memory_is_given_back,
)


def violations(evidence: Evidence) -> dict[str, list[str]]:
    """The broken invariants by the name of their check; empty if all hold."""
    found = {check.__name__: list(check(evidence)) for check in CHECKS}
    return {name: sentences for name, sentences in found.items() if sentences}


def _accepted(evidence: Evidence, *kinds: str) -> Iterator[tuple[Operation, Document | None]]:
    for operation in evidence.operations:
        if operation.end == "ok" and operation.job and operation.kind in (kinds or evidence.jobs):
            if operation.kind == "upload" and operation.job not in evidence.jobs["upload"]:
                continue  # a small upload is answered with the data set, without a job
            yield operation, evidence.jobs[operation.kind].get(operation.job)


def _code(job: Document) -> str | None:
    error = job.get("error")
    return str(error["code"]) if isinstance(error, dict) else None


def write_report(found: dict[str, list[str]], path: Path) -> None:
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1))
