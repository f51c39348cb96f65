"""The folder of a speech job: `$SOKHAN_DATA/audio/renders/<job id>/`.

    input.txt       the text, written by the gateway before the job exists
    speech.pcm      the audio so far, s16le mono; `journal.jsonl` records its sentences
    speech.<format> the result, under this name once it is complete
    speech.srt      subtitles for players; `speech.vtt` the same for browsers
    result.json     the job's result, written before the work files are removed

The folder of a failed job stays for a retry; that of a cancelled job is removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Subtitles = Literal["srt", "vtt"]


@dataclass(frozen=True, slots=True)
class RenderFolder:
    root: Path

    @property
    def text(self) -> Path:
        return self.root / "input.txt"

    @property
    def pcm(self) -> Path:
        return self.root / "speech.pcm"

    @property
    def journal(self) -> Path:
        return self.root / "journal.jsonl"

    @property
    def result(self) -> Path:
        return self.root / "result.json"

    def audio(self, format: str) -> Path:
        return self.root / f"speech.{format}"

    def encoding(self, format: str) -> Path:
        """The unfinished result."""
        return self.root / f".speech.{format}.part"

    def subtitles(self, kind: Subtitles) -> Path:
        return self.root / f"speech.{kind}"
