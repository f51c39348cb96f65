"""The public view of a job: the same JSON in an API answer, in a snapshot and in an event (api.md, "Shapes")."""

from __future__ import annotations

from pydantic import AwareDatetime, JsonValue

from shared.contracts.progress import (
    CheckpointRef,
    DownloadProgress,
    DownloadResult,
    FileProgress,
    ScanProgress,
    ScanResult,
    SpeechProgress,
    SpeechResult,
    TrainingProgress,
    TrainingResult,
)
from shared.contracts.rpc import ErrorInfo
from shared.contracts.specs import (
    CheckpointOrigin,
    ConfigValue,
    DownloadSpec,
    ImportDataset,
    RenderFormat,
    ScanSpec,
    SpeechSpec,
    TrainingSpec,
    VerifyAsset,
)
from shared.contracts.states import Control, JobKind, JobState
from shared.contracts.wire import Wire
from shared.jobs.model import Job

_DOWNLOAD_STATUS = {
    JobState.QUEUED: "pending",
    JobState.RUNNING: "downloading",
    JobState.FAILED: "error",
}


class JobView(Wire):
    """`progress` runs from 0 to 100. `status` is the older clients' word for `state`."""

    id: str
    job_id: str
    kind: JobKind
    state: JobState
    status: str
    revision: int
    attempt: int
    control: Control | None = None
    progress: float
    error: ErrorInfo | None = None
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    updated_at: AwareDatetime


class DownloadView(JobView):
    repo_id: str
    repo_type: str
    repo_revision: str
    asset_id: str
    queue_position: int | None = None
    bandwidth: int | None = None
    commit: str | None = None
    bytes_downloaded: int
    bytes_total: int
    speed: float
    eta: float | None = None
    current_file: str | None = None
    files: tuple[FileProgress, ...] = ()
    waiting: str | None = None
    served_by: str | None = None
    destination: str | None = None


class ScanView(JobView):
    task: str
    name: str | None = None
    stage: str | None = None
    asset: str | None = None
    result: ScanResult | None = None


class TrainingView(JobView):
    name: str
    recipe: str
    base_model: str | None = None
    datasets: tuple[str, ...]
    teacher_model: str | None = None
    config: dict[str, ConfigValue]
    start_from: CheckpointOrigin | None = None
    queue_position: int | None = None
    epoch: int
    step: int
    max_steps: int | None = None
    metrics: dict[str, float]
    best_checkpoint: CheckpointRef | None = None
    last_checkpoint: CheckpointRef | None = None
    throughput: float | None = None
    result: TrainingResult | None = None


class SpeechView(JobView):
    """Never the text itself: `characters` and `excerpt` tell which it is. `result` comes with the end."""

    voice: str
    title: str | None = None
    characters: int
    excerpt: str
    response_format: RenderFormat
    speed: float
    queue_position: int | None = None
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


AnyJobView = DownloadView | ScanView | TrainingView | SpeechView


def view(job: Job) -> AnyJobView:
    """What the owner of a job sees of it."""
    match job.spec:
        case DownloadSpec():
            return _download(job, job.spec)
        case ScanSpec():
            return _scan(job, job.spec)
        case TrainingSpec():
            return _training(job, job.spec)
        case SpeechSpec():
            return _speech(job, job.spec)


def view_data(job: Job) -> dict[str, JsonValue]:
    return view(job).model_dump(mode="json", by_alias=True)


def _common(job: Job) -> JobView:
    status = _DOWNLOAD_STATUS.get(job.state, job.state.value) if job.kind is JobKind.DOWNLOAD else job.state.value
    return JobView(
        id=job.id,
        job_id=job.id,
        kind=job.kind,
        state=job.state,
        status=status,
        revision=job.revision,
        attempt=job.attempt,
        control=job.control,
        progress=round(job.progress.fraction * 100, 2),
        error=job.error,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        updated_at=job.updated_at,
    )


def _download(job: Job, spec: DownloadSpec) -> DownloadView:
    progress = job.progress if isinstance(job.progress, DownloadProgress) else DownloadProgress()
    result = job.result if isinstance(job.result, DownloadResult) else None
    return DownloadView(
        **dict(_common(job)),
        repo_id=spec.repo_id,
        repo_type=spec.repo_type,
        repo_revision=spec.repo_revision,
        asset_id=spec.destination,
        bandwidth=job.bandwidth,
        destination=result.path if result else None,
        waiting=job.error.message if job.error and job.state is JobState.QUEUED else progress.waiting,
        **progress.model_dump(exclude={"kind", "fraction", "waiting"}),
    )


def _scan(job: Job, spec: ScanSpec) -> ScanView:
    result = job.result if isinstance(job.result, ScanResult) else None
    return ScanView(
        **dict(_common(job)),
        task=spec.task.action,
        name=_scan_name(spec),
        stage=job.progress.stage if isinstance(job.progress, ScanProgress) else None,
        asset=result.asset if result else None,
        result=result,
    )


def _scan_name(spec: ScanSpec) -> str | None:
    match spec.task:
        case ImportDataset():
            return spec.task.name
        case VerifyAsset():
            return spec.task.asset_id
    return None


def _training(job: Job, spec: TrainingSpec) -> TrainingView:
    progress = job.progress if isinstance(job.progress, TrainingProgress) else TrainingProgress()
    return TrainingView(
        **dict(_common(job)),
        **spec.model_dump(exclude={"kind"}),
        **progress.model_dump(exclude={"kind", "fraction"}),
        result=job.result if isinstance(job.result, TrainingResult) else None,
    )


def _speech(job: Job, spec: SpeechSpec) -> SpeechView:
    progress = job.progress if isinstance(job.progress, SpeechProgress) else SpeechProgress()
    result = job.result if isinstance(job.result, SpeechResult) else None
    return SpeechView(
        **dict(_common(job)),
        voice=spec.voice,
        title=spec.title,
        characters=spec.characters,
        excerpt=spec.excerpt,
        response_format=spec.response_format,
        speed=spec.speed,
        result=result,
        **progress.model_dump(exclude={"kind", "fraction"}),
    )
