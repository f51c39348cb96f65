"""The context of a training job's handler."""

from __future__ import annotations

from shared.contracts.kinds.training import TrainingProgress, TrainingResult, TrainingSpec
from shared.jobs import JobContext

TrainingContext = JobContext[TrainingSpec, TrainingProgress, TrainingResult]
