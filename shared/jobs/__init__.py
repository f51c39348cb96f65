"""The life of a long job: submit, claim, heartbeat, progress, control, retry, recover."""

from shared.jobs.context import JobContext
from shared.jobs.events import JobEvents, job_event
from shared.jobs.fair import fair_order
from shared.jobs.model import COLLECTION, Job, Lease, from_document
from shared.jobs.outcomes import Fail, Interrupt, Interrupted, LeaseLost, Pause, Retry, leading
from shared.jobs.policy import RetryPolicy
from shared.jobs.repository import Clock, JobRepository
from shared.jobs.room import resume_when_there_is_room
from shared.jobs.run import RunOne
from shared.jobs.submit import Jobs
from shared.jobs.sweeper import Sweeper
from shared.jobs.view import AnyJobView, DownloadView, JobView, ScanView, SpeechView, TrainingView, view, view_data
from shared.jobs.worker import Gate, Handler, Worker, WorkerParts

__all__ = [
    "COLLECTION",
    "AnyJobView",
    "Clock",
    "DownloadView",
    "Fail",
    "Gate",
    "Handler",
    "Interrupt",
    "Interrupted",
    "Job",
    "JobContext",
    "JobEvents",
    "JobRepository",
    "JobView",
    "Jobs",
    "Lease",
    "LeaseLost",
    "Pause",
    "Retry",
    "RetryPolicy",
    "RunOne",
    "ScanView",
    "SpeechView",
    "Sweeper",
    "TrainingView",
    "Worker",
    "WorkerParts",
    "fair_order",
    "from_document",
    "job_event",
    "leading",
    "resume_when_there_is_room",
    "view",
    "view_data",
]
