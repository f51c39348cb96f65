"""The report of the demo: for each stage its result, duration and location."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass
class DemoStage:
    name: str
    did: str = ""
    seconds: float = 0.0
    where: str = ""


class DemoReport:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._stages: list[DemoStage] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[DemoStage]:
        self._console.rule(f"[bold]{name}", align="left")
        stage = DemoStage(name, did="did not finish")
        self._stages.append(stage)
        started = time.monotonic()
        try:
            yield stage
        finally:
            stage.seconds = time.monotonic() - started

    def show(self) -> None:
        table = Table(title="Sokhan demo", title_justify="left")
        table.add_column("stage", no_wrap=True)
        table.add_column("what it did")
        table.add_column("seconds", justify="right", no_wrap=True)
        table.add_column("where", overflow="fold")
        for stage in self._stages:
            table.add_row(stage.name, stage.did, f"{stage.seconds:.1f}", stage.where)
        self._console.print(table)
