"""The life of a long job: submit, claim, heartbeat, progress, control, retry, recover."""

from shared.contracts.jobs import Job, JobType, JobView, Lease
from shared.jobs.attempt_runner import AttemptRunner
from shared.jobs.context import Handler, JobContext
from shared.jobs.disk_space_resume import resume_when_disk_has_space
from shared.jobs.events import JobEvents, job_event
from shared.jobs.fair_share import fair_order
from shared.jobs.model import from_document, is_claimable, start_command, to_document, view_data, view_of
from shared.jobs.outcomes import Fail, Interrupt, Interrupted, LeaseLost, Pause, Retry, decisive_error
from shared.jobs.policy import RetryPolicy
from shared.jobs.repository import Clock, JobRepository
from shared.jobs.retention import JobRetention, RetentionPolicy
from shared.jobs.service import JobService
from shared.jobs.sweeper import Sweeper
from shared.jobs.worker import AdmissionPolicy, Worker, WorkerDependencies

__all__ = [
    "AdmissionPolicy",
    "AttemptRunner",
    "Clock",
    "Fail",
    "Handler",
    "Interrupt",
    "Interrupted",
    "Job",
    "JobContext",
    "JobEvents",
    "JobRepository",
    "JobRetention",
    "JobService",
    "JobType",
    "JobView",
    "Lease",
    "LeaseLost",
    "Pause",
    "RetentionPolicy",
    "Retry",
    "RetryPolicy",
    "Sweeper",
    "Worker",
    "WorkerDependencies",
    "decisive_error",
    "fair_order",
    "from_document",
    "is_claimable",
    "job_event",
    "resume_when_disk_has_space",
    "start_command",
    "to_document",
    "view_data",
    "view_of",
]
