"""The reach of code in the sandbox, and the caller's treatment of every answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.contracts.errors import BadDataset, SokhanError, UnsafeCheckpoint
from shared.sandbox.landlock import landlock_version
from shared.sandbox.protocol import Sandbox, SandboxLimits
from shared.sandbox.run import run_sandboxed
from tests.support.processes import wait_until
from tests.support.sandboxed import Attempt, Findings

_MIB = 1 << 20
_TESTS = Path(__file__).parents[2]
needs_landlock = pytest.mark.skipif(not landlock_version(), reason="the kernel has no Landlock")


def attempt(
    task: str, attempt: Attempt | None = None, *, writable: tuple[Path, ...] = (), seconds: float = 60.0, cpu: int = 60
) -> Findings:
    limits = SandboxLimits(memory_bytes=64 * _MIB, cpu_seconds=cpu, seconds=seconds, file_bytes=_MIB)
    findings = run_sandboxed(
        f"tests.support.sandboxed:{task}",
        attempt or Attempt(),
        Findings,
        Sandbox("The content", UnsafeCheckpoint, limits, (BadDataset,)),
        readable=[_TESTS],
        writable=writable,
    )
    assert findings is not None
    return findings


def test_the_process_loads_nothing_of_its_callers() -> None:
    """Each preview and each import starts one: logs and metrics would be half of its start."""
    code = "import sys, shared.sandbox.child; sys.exit(bool({'structlog', 'shared.sandbox.run'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_process_of_the_same_user_can_be_read_or_written() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        try:
            findings = attempt("reach_processes", Attempt(paths={"parent": str(os.getpid()), "other": str(other.pid)}))
        finally:
            other.kill()
    assert findings.done == []


@needs_landlock
def test_only_the_given_files_are_there(tmp_path: Path) -> None:
    for name in ("inside", "outside"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"x")
    paths = {name: str(tmp_path / name / "file") for name in ("inside", "outside")}
    home = Path.home() / ".sokhan-sandbox-test"
    findings = attempt("reach_files", Attempt(paths=paths | {"home": str(home)}), writable=(tmp_path / "inside",))
    # The reader of the folder would follow a link.
    assert findings.done == ["read inside", "write inside"]


def test_the_environment_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOKHAN_TOKEN", "SOKHAN_SECRET_KEY", "SOKHAN_NATS_URL", "SOKHAN_STORE_URL", "HF_TOKEN", "ANY_OTHER"):
        monkeypatch.setenv(name, "canary")
    seen = attempt("look_around").seen
    assert "canary" not in seen.values()
    assert not [name for name in seen if name.startswith("SOKHAN") or "TOKEN" in name]


def refusal(task: str, given: Attempt | None = None, **limits: float) -> SokhanError:
    with pytest.raises(SokhanError) as refused:
        attempt(task, given, **limits)  # type: ignore[arg-type]
    return refused.value


def test_memory_is_limited() -> None:
    assert attempt("take_memory", Attempt(size=32 * _MIB)).seen == {"size": str(32 * _MIB)}
    assert "more memory" in refusal("take_memory", Attempt(size=100 * _MIB)).message


def test_the_size_of_a_file_is_limited(tmp_path: Path) -> None:
    out = Attempt(paths={"out": str(tmp_path / "x")}, size=2 * _MIB)
    with pytest.raises(UnsafeCheckpoint):
        attempt("write_much", out, writable=(tmp_path,))
    assert (tmp_path / "x").stat().st_size <= _MIB


def test_time_is_limited() -> None:
    assert "longer than" in refusal("wait", seconds=1.0).message
    assert "signal" in refusal("spin", cpu=1).message


@pytest.mark.parametrize(
    ("task", "message"),
    [("crash", "exit status 7"), ("fail", "cannot be read"), ("pretend", "cannot be read")],
)
def test_every_other_failure_is_the_refusal(task: str, message: str) -> None:
    error = refusal(task)
    assert type(error) is UnsafeCheckpoint
    assert message in error.message


def test_the_length_of_an_answer_is_limited() -> None:
    assert len(attempt("say_much", Attempt(size=200_000)).seen["x"]) == 200_000
    assert "too long" in refusal("say_much", Attempt(size=2 * _MIB)).message


def test_a_reported_error_is_printable() -> None:
    error = refusal("refuse")
    assert (error.code, error.message.isprintable(), str(error.hint).isprintable()) == ("BAD_DATASET", True, True)


def test_a_caller_can_stop_it() -> None:
    limits = SandboxLimits(memory_bytes=64 * _MIB)
    sandbox = Sandbox("The content", UnsafeCheckpoint, limits)
    task = "tests.support.sandboxed:wait"
    assert run_sandboxed(task, Attempt(), Findings, sandbox, readable=[_TESTS], stop=lambda: True) is None


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """A cancelled run is killed; a reader that lived on would hold a gigabyte."""
    mark = tmp_path / "mark"
    code = (
        "import sys; from pathlib import Path; from tests.unit.sandbox.test_run import attempt, Attempt; "
        "attempt('wait', Attempt(paths={'mark': sys.argv[1]}), writable=(Path(sys.argv[1]).parent,))"
    )
    environment = {**os.environ, "PYTHONPATH": str(_TESTS.parent)}
    with subprocess.Popen([sys.executable, "-c", code, str(mark)], env=environment) as parent:
        wait_until(lambda: mark.exists() and mark.read_text() != "", 60, "the function runs")
        status = Path(f"/proc/{mark.read_text()}/status")
        assert "Seccomp:\t2" in status.read_text()
        parent.kill()
    wait_until(lambda: not status.exists() or "State:\tZ" in status.read_text(), 10, "the process is gone")


def test_a_child_that_starts_after_its_parents_end_exits() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shared.sandbox.child", "1"],
        input=b"",
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(_TESTS.parent)},
    )
    assert (done.returncode, done.stdout) == (1, b"")
