"""The kinds of jobs, one module each. A new kind needs a module here, an entry in `JOB_TYPES` and one in `JobKind`."""

from __future__ import annotations

from collections.abc import Mapping

from shared.contracts.jobs import JobProgress, JobResult, JobSpec, JobType, JobView
from shared.contracts.kinds.download import DOWNLOAD
from shared.contracts.kinds.scan import SCAN
from shared.contracts.kinds.speech import SPEECH
from shared.contracts.kinds.training import TRAINING
from shared.contracts.states import JobKind

JOB_TYPES: Mapping[JobKind, JobType[JobSpec, JobProgress, JobResult, JobView]] = {
    job_type.kind: job_type for job_type in (DOWNLOAD, SCAN, TRAINING, SPEECH)
}

__all__ = ["DOWNLOAD", "JOB_TYPES", "SCAN", "SPEECH", "TRAINING"]
