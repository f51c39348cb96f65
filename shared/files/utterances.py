"""One sentence of a speech dataset, independent of the layout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Utterance:
    """`seconds` and `sample_rate` (Hz) from the file's header; `speaker` if the layout names one."""

    id: str
    text: str
    audio: Path
    seconds: float
    sample_rate: int
    speaker: str = ""
