"""What the demo did: each stage, how long it took, where its result lies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass
class Stage:
    name: str
    did: str = ""
    seconds: float = 0.0
    where: str = ""


class Report:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._stages: list[Stage] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        self._console.rule(f"[bold]{name}", align="left")
        stage = Stage(name, did="did not finish")
        self._stages.append(stage)
        started = time.monotonic()
        try:
            yield stage
        finally:
            stage.seconds = time.monotonic() - started

    def show(self) -> None:
        table = Table("stage", "what it did", "seconds", "where", title="Sokhan demo", title_justify="left")
        for stage in self._stages:
            table.add_row(stage.name, stage.did, f"{stage.seconds:.1f}", stage.where, end_section=False)
        self._console.print(table)
