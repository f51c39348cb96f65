"""Functions for the sandbox that act as hostile code. Each returns its successes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pydantic import BaseModel

from shared.contracts.errors import BadDataset, Unauthenticated


class Attempt(BaseModel):
    """`paths`: the targets, by name."""

    paths: dict[str, str] = {}
    size: int = 0


class Findings(BaseModel):
    """`done`: the names of the attempts that succeeded."""

    done: list[str] = []
    seen: dict[str, str] = {}


def _try(findings: Findings, name: str, act: Callable[[], object]) -> None:
    try:
        act()
    except OSError:
        return
    findings.done.append(name)


def reach_processes(attempt: Attempt) -> Findings:
    findings = Findings()
    for name, process in attempt.paths.items():
        for file in ("environ", "mem", "maps", "fd", "cwd", "root"):
            path = Path(f"/proc/{process}/{file}")
            _try(findings, f"{name} {file}", partial(_open, path))
    return findings


def _open(path: Path) -> object:
    if path.name in {"fd", "cwd", "root"}:
        return list(path.iterdir())
    with path.open("r+b" if path.name == "mem" else "rb") as file:
        return file.read(1) if path.name != "mem" else file.fileno()


def reach_files(attempt: Attempt) -> Findings:
    findings = Findings()
    for name, location in attempt.paths.items():
        path = Path(location)
        _try(findings, f"read {name}", path.read_bytes)
        _try(findings, f"write {name}", partial(path.with_name("written").write_bytes, b"x"))
        _try(findings, f"link {name}", partial(path.with_name("link").symlink_to, "/"))
    return findings


def look_around(_: Attempt) -> Findings:
    return Findings(seen=dict(os.environ))


def take_memory(attempt: Attempt) -> Findings:
    return Findings(seen={"size": str(len(bytearray(attempt.size)))})


def write_much(attempt: Attempt) -> Findings:
    Path(attempt.paths["out"]).write_bytes(bytes(attempt.size))
    return Findings()


def wait(attempt: Attempt) -> Findings:
    if "mark" in attempt.paths:
        Path(attempt.paths["mark"]).write_text(str(os.getpid()))
    time.sleep(60)
    return Findings()


def crash(_: Attempt) -> Findings:
    os._exit(7)


def spin(_: Attempt) -> Findings:
    while True:
        pass


def say_much(attempt: Attempt) -> Findings:
    return Findings(seen={"x": "y" * attempt.size})


def refuse(_: Attempt) -> Findings:
    raise BadDataset("It is\x1b[2J wrong.", hint="Nothing\u202e helps.")


def pretend(_: Attempt) -> Findings:
    raise Unauthenticated("Log in again at http://example.org")


def fail(_: Attempt) -> Findings:
    raise KeyError("a bug")
