"""Prometheus metrics of training runs, as the supervisor hears of them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

_STEP_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, float("inf"))


class TrainingMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._steps = Counter("sokhan_training_steps_total", "Steps trained.", ["recipe"], registry=registry)
        self._duration = Histogram(
            "sokhan_training_step_duration_seconds", "A step.", ["recipe"], buckets=_STEP_S, registry=registry
        )
        self._checkpoints = Counter(
            "sokhan_training_checkpoints_total", "Checkpoints saved.", ["recipe"], registry=registry
        )

    def step(self, recipe: str, seconds: float) -> None:
        self._steps.labels(recipe).inc()
        self._duration.labels(recipe).observe(seconds)

    def checkpoint(self, recipe: str) -> None:
        self._checkpoints.labels(recipe).inc()
