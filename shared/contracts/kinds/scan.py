"""Scans: walk the data folder, import an upload, verify an asset."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.jobs import Command, Fraction, Job, JobProgress, JobResult, JobSpec, JobType, JobView, common_view
from shared.contracts.names import OWN_NAMESPACE, AssetName
from shared.contracts.states import JobKind
from shared.contracts.wire import Wire

DatasetFormat = Literal["auto", "ljspeech", "text"]


class WalkDisk(Wire):
    """Walk the whole data folder and make the assets collection agree with it."""

    action: Literal["walk"] = "walk"


class ImportDataset(Wire):
    """Unpack, check and install an upload as a dataset: an archive, or one file of texts, told apart by `file_name`."""

    action: Literal["import"] = "import"
    upload: str = Field(description="file name under uploads/")
    name: AssetName
    namespace: str = OWN_NAMESPACE
    file_name: str | None = Field(None, max_length=200, description="the original file name of the upload")
    format: DatasetFormat = "auto"


class VerifyAsset(Wire):
    """Read every file of an installed asset again and compare it with the manifest."""

    action: Literal["verify"] = "verify"
    asset_kind: Literal["model", "dataset"]
    asset_id: str


class ScanSpec(JobSpec):
    kind: Literal[JobKind.SCAN] = JobKind.SCAN
    task: Annotated[WalkDisk | ImportDataset | VerifyAsset, Field(discriminator="action")]


class ScanProgress(JobProgress):
    kind: Literal[JobKind.SCAN] = JobKind.SCAN
    fraction: Fraction = 0.0
    stage: str | None = None


class DamagedFile(Wire):
    path: str
    problem: Literal["missing", "size", "content", "unreadable"]


class ScanResult(JobResult):
    """`damaged` lists the first damaged files of a verification, `damaged_count` counts all."""

    kind: Literal[JobKind.SCAN] = JobKind.SCAN
    asset: str | None = None
    verified: int = 0
    damaged: tuple[DamagedFile, ...] = ()
    damaged_count: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


class RunScan(Command):
    schema_: Literal["cmd.scan.run/1"] = Field("cmd.scan.run/1", alias="schema")


class ScanView(JobView):
    task: str
    name: str | None = None
    stage: str | None = None
    asset: str | None = None
    result: ScanResult | None = None


ScanJob = Job[ScanSpec, ScanProgress, ScanResult]


def _view(job: ScanJob) -> ScanView:
    return ScanView(
        **dict(common_view(job)),
        task=job.spec.task.action,
        name=_name(job.spec),
        stage=job.progress.stage,
        asset=job.result.asset if job.result else None,
        result=job.result,
    )


def _name(spec: ScanSpec) -> str | None:
    match spec.task:
        case ImportDataset():
            return spec.task.name
        case VerifyAsset():
            return spec.task.asset_id
    return None


SCAN: JobType[ScanSpec, ScanProgress, ScanResult, ScanView] = JobType(
    kind=JobKind.SCAN,
    document=ScanJob,
    progress=ScanProgress,
    command=RunScan,
    subject="cmd.scan.run",
    collection="scans",
    view=_view,
    pausable=False,
    disposable=True,
)
