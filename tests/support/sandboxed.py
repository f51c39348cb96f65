"""Functions for the sandbox that try what hostile code would try. Each tells how far it came."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel

from shared.contracts.errors import BadDataset, Unauthenticated


class Attempt(BaseModel):
    """`paths`: what to try it on."""

    paths: dict[str, str] = {}
    size: int = 0


class Told(BaseModel):
    """`done`: the names of the attempts that succeeded."""

    done: list[str] = []
    seen: dict[str, str] = {}


def _try(told: Told, name: str, act: Callable[[], object]) -> None:
    try:
        act()
    except OSError:
        return
    told.done.append(name)


def reach_processes(attempt: Attempt) -> Told:
    told = Told()
    for name, process in attempt.paths.items():
        for file in ("environ", "mem", "maps", "fd", "cwd", "root"):
            path = Path(f"/proc/{process}/{file}")
            _try(told, f"{name} {file}", lambda path=path: _open(path))  # type: ignore[misc]
    return told


def _open(path: Path) -> object:
    if path.name in {"fd", "cwd", "root"}:
        return list(path.iterdir())
    with path.open("r+b" if path.name == "mem" else "rb") as file:
        return file.read(1) if path.name != "mem" else file.fileno()


def reach_files(attempt: Attempt) -> Told:
    told = Told()
    for name, location in attempt.paths.items():
        path = Path(location)
        _try(told, f"read {name}", path.read_bytes)
        _try(told, f"write {name}", lambda path=path: path.with_name("written").write_bytes(b"x"))  # type: ignore[misc]
        _try(told, f"link {name}", lambda path=path: path.with_name("link").symlink_to("/"))  # type: ignore[misc]
    return told


def look_around(_: Attempt) -> Told:
    return Told(seen=dict(os.environ))


def take_memory(attempt: Attempt) -> Told:
    return Told(seen={"size": str(len(bytearray(attempt.size)))})


def write_much(attempt: Attempt) -> Told:
    Path(attempt.paths["out"]).write_bytes(bytes(attempt.size))
    return Told()


def wait(attempt: Attempt) -> Told:
    if "mark" in attempt.paths:
        Path(attempt.paths["mark"]).write_text(str(os.getpid()))
    time.sleep(60)
    return Told()


def crash(_: Attempt) -> Told:
    os._exit(7)


def spin(_: Attempt) -> Told:
    while True:
        pass


def say_much(attempt: Attempt) -> Told:
    return Told(seen={"x": "y" * attempt.size})


def refuse(_: Attempt) -> Told:
    raise BadDataset("It is\x1b[2J wrong.", hint="Nothing\u202e helps.")


def pretend(_: Attempt) -> Told:
    raise Unauthenticated("Log in again at http://example.org")


def fail(_: Attempt) -> Told:
    raise KeyError("a bug")
