"""How results are shown: for a person on stderr and stdout, for a program as JSON on stdout alone."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import JsonValue
from rich.console import Console


@dataclass(frozen=True, slots=True)
class Output:
    """`talk` goes to stderr, so that `--json` leaves stdout to one JSON document."""

    as_json: bool
    talk: Console

    @property
    def live(self) -> bool:
        """Whether a moving bar makes sense."""
        return not self.as_json and self.talk.is_terminal

    def result(self, data: JsonValue, sentence: str) -> None:
        if self.as_json:
            print(json.dumps(data, ensure_ascii=False))
        else:
            Console(soft_wrap=True).print(sentence, highlight=False, markup=False)

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


def duration(seconds: object) -> str:
    total = round(number(seconds))
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
