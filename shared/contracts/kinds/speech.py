"""Speech jobs: a long text is spoken into one file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.jobs import (
    Command,
    Fraction,
    Job,
    JobProgress,
    JobResult,
    JobSpec,
    JobType,
    QueuedJobView,
    common_view,
)
from shared.contracts.readings import Reading
from shared.contracts.states import JobKind
from shared.contracts.wire import Wire

RenderFormat = Literal["mp3", "opus", "aac", "flac", "wav"]


class SpeechSpec(JobSpec):
    """A long text, spoken into one file.

    The text is in a file (shared/files/renders.py): in the document, every progress write would write it again and
    every listing would load it. `text_hash` identifies it; `excerpt` is its beginning.
    """

    kind: Literal[JobKind.SPEECH] = JobKind.SPEECH
    voice: str = Field(min_length=1, max_length=200, description="the requested id, name or alias")
    text_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the text in UTF-8")
    characters: int = Field(ge=1)
    excerpt: str = Field("", max_length=100)
    title: str | None = Field(None, max_length=200)
    response_format: RenderFormat = "mp3"
    speed: float = Field(1.0, ge=0.25, le=4.0)
    seed: int | None = None
    speaker: str | None = None
    language: str | None = None
    lexicon: str = Field("", max_length=20_000)
    reading: Reading | None = Field(None, description="the reading of words; by default that of the voice")


class SpeechProgress(JobProgress):
    """`seconds_spoken` of audio, `eta` in seconds; `spoken_by` is the voice's id, whatever name the request used.

    `restarted`: why an earlier attempt's audio was discarded, if it was.
    """

    kind: Literal[JobKind.SPEECH] = JobKind.SPEECH
    fraction: Fraction = 0.0
    stage: Literal["waiting", "speaking", "encoding"] = "waiting"
    sentences_done: int = 0
    sentences_total: int = 0
    chapter: int = Field(0, description="the number of the current chapter, from 1")
    chapters_total: int = 0
    chapter_title: str | None = None
    seconds_spoken: float = 0.0
    eta: float | None = None
    spoken_by: str | None = None
    restarted: str | None = None


class SpokenChapter(Wire):
    """`start` and `end` in seconds from the beginning of the file."""

    title: str
    start: float
    end: float


class SpeechResult(JobResult):
    """`path`: of the audio, relative to the data folder; the subtitles are in the same folder.

    `skipped`: the number of characters that the voice cannot speak, such as paragraphs in another script.
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


class RenderSpeech(Command):
    schema_: Literal["cmd.speech.render/1"] = Field("cmd.speech.render/1", alias="schema")


class SpeechView(QueuedJobView):
    """Without the text: `characters` and `excerpt` identify it. `result` is set when the job is completed."""

    voice: str
    title: str | None = None
    characters: int
    excerpt: str
    response_format: RenderFormat
    speed: float
    stage: str
    sentences_done: int
    sentences_total: int
    chapter: int
    chapters_total: int
    chapter_title: str | None = None
    seconds_spoken: float
    eta: float | None = None
    spoken_by: str | None = None
    restarted: str | None = None
    result: SpeechResult | None = None


SpeechJob = Job[SpeechSpec, SpeechProgress, SpeechResult]


def _view(job: SpeechJob) -> SpeechView:
    return SpeechView(
        **dict(common_view(job)),
        voice=job.spec.voice,
        title=job.spec.title,
        characters=job.spec.characters,
        excerpt=job.spec.excerpt,
        response_format=job.spec.response_format,
        speed=job.spec.speed,
        result=job.result,
        **job.progress.model_dump(exclude={"kind", "fraction"}),
    )


SPEECH: JobType[SpeechSpec, SpeechProgress, SpeechResult, SpeechView] = JobType(
    kind=JobKind.SPEECH,
    document=SpeechJob,
    progress=SpeechProgress,
    command=RenderSpeech,
    subject="cmd.speech.render",
    collection="renders",
    view=_view,
)
