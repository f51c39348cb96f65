"""One sentence of a dataset of speech, in whatever layout it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Utterance:
    """`seconds` and `sample_rate` (Hz) as the file's header says; `speaker` where the layout names one."""

    id: str
    text: str
    audio: Path
    seconds: float
    sample_rate: int
    speaker: str = ""
