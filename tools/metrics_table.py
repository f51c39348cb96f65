"""Generates docs/metrics.md from the classes that declare the metrics; with `--check` it fails if the page is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from services.downloader.metrics import TransferMetrics
from services.gateway.system.certificate import CertificateMetrics
from services.gateway.system.installation import InstallationMetrics
from services.synth.metrics import SpeechMetrics
from services.trainer.metrics import TrainingMetrics
from shared.contracts.generated import write_or_check
from shared.objects.metrics import ObjectMetrics
from shared.telemetry import Metrics

_HEAD = """# Metrics

Generated from the code by `make docs`. Every service answers `/metrics` on its operations port (`SOKHAN_OPS_PORT`),
the gateway also on its own port for a caller with the role admin. A client that accepts OpenMetrics gets exemplars:
the id of a trace in which the value was observed.

Names follow Prometheus's conventions: base units (seconds, bytes, ratios), `_total` for counters, `_duration_seconds`
for histograms of durations. Labels are bounded, and no id of a job or an account is one. Counters that alerts use
exist from the start of the process, so the first failure is an increase.

`sokhan_jobs`, `sokhan_job_queue_age_seconds`, `sokhan_part_up` and `sokhan_disk_…bytes` are of the whole
installation, and every gateway exports the same figures: query `max by (…) (…)`, not `sum`. Beside these, every
service has `process_…` (memory, processor time, open files) and `python_info`.
"""
_TABLE = "\n## {title}\n\n| name | type | labels | meaning |\n|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Declared:
    name: str
    type: str
    labels: tuple[str, ...]
    meaning: str


def groups() -> Iterator[tuple[str, object]]:
    """The objects that declare the metrics, by their heading."""
    metrics = Metrics("docs")
    yield "Every service: the process", metrics.runtime
    yield "Every service: the store", metrics.store
    yield "Every service: the bus", metrics.bus
    yield "Every service: jobs", metrics.jobs
    yield "The gateway: HTTP", metrics.http
    yield "The gateway: the installation", InstallationMetrics(CollectorRegistry())
    yield "The gateway: the public address", CertificateMetrics(CollectorRegistry())
    yield "The downloader", TransferMetrics(CollectorRegistry())
    yield "The scanner with a bucket, and remote workers", ObjectMetrics(CollectorRegistry())
    yield "The trainer", TrainingMetrics(CollectorRegistry())
    yield "The synth", SpeechMetrics(CollectorRegistry())


def declared(group: object) -> Iterator[Declared]:
    """The metrics of such an object."""
    for metric in vars(group).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield Declared(name, family.type, tuple(metric._labelnames), family.documentation)


def _row(metric: Declared) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.type} | {labels} | {metric.meaning} |\n"


def metric_names() -> frozenset[str]:
    """The names that a query may use, those of a histogram's series included."""
    return frozenset(
        f"{metric.name}{suffix}"
        for _, group in groups()
        for metric in declared(group)
        for suffix in (("_bucket", "_sum", "_count") if metric.type == "histogram" else ("",))
    )


def render() -> str:
    tables = (_TABLE.format(title=title) + "".join(map(_row, declared(group))) for title, group in groups())
    return _HEAD + "".join(tables)


if __name__ == "__main__":
    raise SystemExit(write_or_check(sys.argv[1:], render))
