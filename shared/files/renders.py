"""What lies on disk of one long text that is read aloud: `$SOKHAN_DATA/audio/renders/<job id>/`.

    input.txt       the text, written by the gateway before the job exists
    speech.pcm      what is spoken so far, s16le mono; `journal.jsonl` says which sentences that is
    speech.<format> the result, under this name when it is whole
    speech.srt      its subtitles, for players; `speech.vtt` the same for browsers
    result.json     what the job will say when it is completed, in place before the work files go

The folder of a failed job stays, so that it can be tried again; that of a cancelled one goes.
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
        """The result while it is being written."""
        return self.root / f".speech.{format}.part"

    def subtitles(self, kind: Subtitles) -> Path:
        return self.root / f"speech.{kind}"
