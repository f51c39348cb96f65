"""Prints results: text on stderr and stdout for people, JSON on stdout only for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue
from rich.table import Table
from rich.text import Text

from cli.console import SafeConsole, printable_json, printable_line
from shared.lines import lines_of

# A pipe has no width, so lines are not wrapped there.
_LONG_ID = 44
_WIDE = 10_000


@dataclass(frozen=True, slots=True)
class Output:
    """`talk` prints to stderr, so that with `--json` stdout holds one JSON document only."""

    as_json: bool
    talk: SafeConsole

    @property
    def live(self) -> bool:
        """Whether to show a progress bar."""
        return not self.as_json and self.talk.is_terminal

    def result(self, data: JsonValue | Mapping[str, JsonValue], sentence: str) -> None:
        if self.as_json:
            print(printable_json(json.dumps(data, ensure_ascii=False)))
        else:
            SafeConsole(soft_wrap=True).print(sentence, highlight=False, markup=False)

    def table(self, data: JsonValue, columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
        """Print a table. A name that begins with `>` aligns its column to the right. Persian text belongs in the last
        column: right-to-left text would displace the columns after it.
        """
        if self.as_json or not rows:
            self.result(data, empty)
            return
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for index, name in enumerate(columns):
            # An id must be copyable, so it is not wrapped unless it is very long; the other columns shrink instead.
            minimum = min(_LONG_ID, max(len(row[index]) for row in rows)) if name == "id" else None
            justify: Literal["left", "right"] = "right" if name.startswith(">") else "left"
            table.add_column(name.removeprefix(">"), justify=justify, overflow="fold", min_width=minimum)
        for row in rows:
            table.add_row(*(Text(printable_line(cell)) for cell in row))
        console = SafeConsole()
        if console.is_terminal:
            console.print(table)
            return
        wide = SafeConsole(width=_WIDE)
        with wide.capture() as captured:
            wide.print(table)
        print("\n".join(line.rstrip() for line in lines_of(captured.get())))

    def say(self, sentence: str) -> None:
        if not self.as_json:
            self.talk.print(sentence, highlight=False, markup=False, soft_wrap=True)


def number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def size(value: object) -> str:
    amount = number(value)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.2f} GB"


def rate(value: object) -> str:
    """A bandwidth cap as text."""
    return "no limit" if value is None else f"{size(value)}/s"


def count(amount: int, noun: str) -> str:
    return f"{amount:,} {noun}{'' if amount == 1 else 's'}"


def duration(seconds: object) -> str:
    total = round(number(seconds))
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def short(commit: object) -> str:
    return str(commit)[:12] if commit else "–"
