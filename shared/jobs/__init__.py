"""The life of a long job: submit, claim, heartbeat, progress, control, retry, recover."""

from shared.jobs.attempt_runner import AttemptRunner
from shared.jobs.context import JobContext
from shared.jobs.disk_space_resume import resume_when_disk_has_space
from shared.jobs.events import JobEvents, job_event
from shared.jobs.fair_share import fair_order
from shared.jobs.model import COLLECTION, Job, Lease, from_document
from shared.jobs.outcomes import Fail, Interrupt, Interrupted, LeaseLost, Pause, Retry, decisive_error
from shared.jobs.policy import RetryPolicy
from shared.jobs.repository import Clock, JobRepository
from shared.jobs.service import JobService
from shared.jobs.sweeper import Sweeper
from shared.jobs.view import AnyJobView, DownloadView, JobView, ScanView, SpeechView, TrainingView, view, view_data
from shared.jobs.worker import AdmissionPolicy, Handler, Worker, WorkerDependencies

__all__ = [
    "COLLECTION",
    "AdmissionPolicy",
    "AnyJobView",
    "AttemptRunner",
    "Clock",
    "DownloadView",
    "Fail",
    "Handler",
    "Interrupt",
    "Interrupted",
    "Job",
    "JobContext",
    "JobEvents",
    "JobRepository",
    "JobService",
    "JobView",
    "Lease",
    "LeaseLost",
    "Pause",
    "Retry",
    "RetryPolicy",
    "ScanView",
    "SpeechView",
    "Sweeper",
    "TrainingView",
    "Worker",
    "WorkerDependencies",
    "decisive_error",
    "fair_order",
    "from_document",
    "job_event",
    "resume_when_disk_has_space",
    "view",
    "view_data",
]
