"""How far a job is, and what it left behind, one model per kind. `fraction` runs from 0 to 1 and never backwards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.states import JobKind
from shared.contracts.wire import Wire

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class FileProgress(Wire):
    path: str
    size: int
    bytes: int
    state: Literal["pending", "downloading", "verifying", "done"] = "pending"


class DownloadProgress(Wire):
    """Sizes in bytes, `speed` in bytes a second, `eta` in seconds."""

    kind: Literal[JobKind.DOWNLOAD] = JobKind.DOWNLOAD
    fraction: Fraction = 0.0
    commit: str | None = None
    bytes_downloaded: int = 0
    bytes_total: int = 0
    speed: float = 0.0
    eta: float | None = None
    current_file: str | None = None
    waiting: str | None = None
    served_by: str | None = None
    files: tuple[FileProgress, ...] = ()


class ScanProgress(Wire):
    kind: Literal[JobKind.SCAN] = JobKind.SCAN
    fraction: Fraction = 0.0
    stage: str | None = None


class CheckpointRef(Wire):
    step: int
    values: dict[str, float] = Field(default_factory=dict)


class TrainingProgress(Wire):
    """`throughput` in samples a second; `metrics` are the latest values by name."""

    kind: Literal[JobKind.TRAINING] = JobKind.TRAINING
    fraction: Fraction = 0.0
    epoch: int = 0
    step: int = 0
    max_steps: int | None = None
    metrics: dict[str, float] = Field(default_factory=dict)
    throughput: float | None = None
    best_checkpoint: CheckpointRef | None = None
    last_checkpoint: CheckpointRef | None = None


class SpeechProgress(Wire):
    """`seconds_spoken` of audio, `eta` in seconds; `spoken_by` is the voice's id, whatever it was called.

    `restarted` says why what had been spoken before was given up, where it was.
    """

    kind: Literal[JobKind.SPEECH] = JobKind.SPEECH
    fraction: Fraction = 0.0
    stage: Literal["waiting", "speaking", "encoding"] = "waiting"
    sentences_done: int = 0
    sentences_total: int = 0
    chapter: int = Field(0, description="which one is being spoken, from 1")
    chapters_total: int = 0
    chapter_title: str | None = None
    seconds_spoken: float = 0.0
    eta: float | None = None
    spoken_by: str | None = None
    restarted: str | None = None


Progress = Annotated[DownloadProgress | ScanProgress | TrainingProgress | SpeechProgress, Field(discriminator="kind")]


class DownloadResult(Wire):
    kind: Literal[JobKind.DOWNLOAD] = JobKind.DOWNLOAD
    path: str
    commit: str
    files: int
    bytes: int


class DamagedFile(Wire):
    path: str
    problem: Literal["missing", "size", "content", "unreadable"]


class ScanResult(Wire):
    """`damaged` is what a verification found; it lists the first of them, `damaged_count` counts all."""

    kind: Literal[JobKind.SCAN] = JobKind.SCAN
    asset: str | None = None
    verified: int = 0
    damaged: tuple[DamagedFile, ...] = ()
    damaged_count: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


class TrainingResult(Wire):
    """`model` is the asset that the run made; `voice` the same one, where `/v1` speaks with it."""

    kind: Literal[JobKind.TRAINING] = JobKind.TRAINING
    reason: str
    steps: int
    best_step: int | None = None
    model: str | None = None
    voice: str | None = None


class SpokenChapter(Wire):
    """`start` and `end` in seconds from the beginning of the file."""

    title: str
    start: float
    end: float


class SpeechResult(Wire):
    """`path` of the audio below the data folder; the subtitles lie beside it.

    `skipped` are the characters that the voice could not say, such as paragraphs in another script.
    """

    kind: Literal[JobKind.SPEECH] = JobKind.SPEECH
    path: str
    seconds: float
    bytes: int
    sample_rate: int
    sentences: int
    chapters: tuple[SpokenChapter, ...]
    voice: str
    voice_version: str
    skipped: int = 0


Result = Annotated[DownloadResult | ScanResult | TrainingResult | SpeechResult, Field(discriminator="kind")]
EMPTY_PROGRESS: dict[JobKind, DownloadProgress | ScanProgress | TrainingProgress | SpeechProgress] = {
    JobKind.DOWNLOAD: DownloadProgress(),
    JobKind.SCAN: ScanProgress(),
    JobKind.TRAINING: TrainingProgress(),
    JobKind.SPEECH: SpeechProgress(),
}
