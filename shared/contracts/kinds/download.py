"""Downloads: a repository of the Hub is fetched and installed as an asset."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

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
from shared.contracts.names import OWN_NAMESPACE, AssetId, RepoId, RepoType, is_commit
from shared.contracts.states import JobKind, JobState
from shared.contracts.wire import Wire

_STATUS = {JobState.QUEUED: "pending", JobState.RUNNING: "downloading", JobState.FAILED: "error"}
"""The names of older clients for the states of a download."""


class DownloadSpec(JobSpec):
    """`asset_id` names the asset to install: None for the repository's id, or the id of a catalog entry that takes a
    part of the repository."""

    kind: Literal[JobKind.DOWNLOAD] = JobKind.DOWNLOAD
    repo_id: RepoId
    asset_id: AssetId | None = None
    repo_type: RepoType = "model"
    repo_revision: str = Field("main", min_length=1, max_length=200)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def target_asset_id(self) -> str:
        return self.asset_id or self.repo_id

    @property
    def pinned(self) -> bool:
        """Whether the revision is a commit, whose content cannot change."""
        return is_commit(self.repo_revision)

    @field_validator("repo_id", "asset_id")
    @classmethod
    def _refuse_own_namespace(cls, repo_id: str | None) -> str | None:
        if repo_id is not None and repo_id.split("/", maxsplit=1)[0] == OWN_NAMESPACE:
            raise ValueError(f"{OWN_NAMESPACE}/… is this machine's own; it cannot be downloaded")
        return repo_id


class FileProgress(Wire):
    path: str
    size: int
    bytes: int
    state: Literal["pending", "downloading", "verifying", "done"] = "pending"


class DownloadProgress(JobProgress):
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


class DownloadResult(JobResult):
    """`path`: of the installed folder, relative to the data folder."""

    kind: Literal[JobKind.DOWNLOAD] = JobKind.DOWNLOAD
    path: str
    commit: str
    files: int
    bytes: int


class StartDownload(Command):
    schema_: Literal["cmd.download.start/1"] = Field("cmd.download.start/1", alias="schema")


class DownloadView(QueuedJobView):
    """`asset_id` names the asset; `destination` is its path, once it is installed."""

    repo_id: str
    repo_type: str
    repo_revision: str
    asset_id: str
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


DownloadJob = Job[DownloadSpec, DownloadProgress, DownloadResult]


def _view(job: DownloadJob) -> DownloadView:
    return DownloadView(
        **dict(common_view(job, _STATUS.get(job.state))),
        repo_id=job.spec.repo_id,
        repo_type=job.spec.repo_type,
        repo_revision=job.spec.repo_revision,
        asset_id=job.spec.target_asset_id,
        bandwidth=job.bandwidth,
        destination=job.result.path if job.result else None,
        waiting=job.error.message if job.error and job.state is JobState.QUEUED else job.progress.waiting,
        **job.progress.model_dump(exclude={"kind", "fraction", "waiting"}),
    )


DOWNLOAD: JobType[DownloadSpec, DownloadProgress, DownloadResult, DownloadView] = JobType(
    kind=JobKind.DOWNLOAD,
    document=DownloadJob,
    progress=DownloadProgress,
    command=StartDownload,
    subject="cmd.download.start",
    collection="downloads",
    view=_view,
    disposable=True,
)
