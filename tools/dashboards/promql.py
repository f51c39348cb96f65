"""The queries that the pages have in common. `where` is the content of a selector's braces."""

from __future__ import annotations

from collections.abc import Sequence

from tools.dashboards.model import Query
from tools.dashboards.text import Text

OURS = 'job=~"gateway|downloader|scanner|trainer|synth"'
"""Of what every Python process exports: only our services. The label `job` is the service's name."""


def rate(metric: str, by: str = "", where: str = "") -> str:
    """Events a second over all processes."""
    return _sum(f"rate({_series(metric, where)}[$__rate_interval])", by)


def increase(metric: str, by: str = "", where: str = "", window: str = "$__rate_interval") -> str:
    """Events within the window over all processes."""
    return _sum(f"increase({_series(metric, where)}[{window}])", by)


def installation(metric: str, by: str = "", where: str = "") -> str:
    """A gauge of the whole installation: every gateway exports the same."""
    return f"max{_by(by)} ({_series(metric, where)})"


def quantile(share: float, metric: str, by: str = "", where: str = "") -> str:
    """Of a histogram, named without `_bucket`."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share:g}, {rate(f'{metric}_bucket', labels, where)})"


def percentiles(metric: str, by: str = "", where: str = "", *, exemplars: bool = False) -> tuple[Query, Query]:
    """The median, and the time within which 19 of 20 are done. One of them fetches the exemplars for both."""
    labels = " ".join(f"{{{{{label}}}}}" for label in by.split(", ") if label)
    return (
        Query(quantile(0.5, metric, by, where), f"p50 {labels}".strip()),
        Query(quantile(0.95, metric, by, where), f"p95 {labels}".strip(), exemplars),
    )


def share(part: str, whole: str) -> str:
    """The part of the whole; 0 while there is nothing."""
    return f"({part} or 0 * {whole}) / ({whole} > 0) or 0 * {whole}"


def attempts_by_end(kind: str) -> Sequence[Query]:
    """Attempts of a kind by the state of their job after them."""
    return (Query(increase("sokhan_jobs_finished_total", "state", f'kind="{kind}"'), "{{state}}"),)


def jobs_by_state(kind: str) -> Sequence[Query]:
    return (Query(installation("sokhan_jobs", "state", f'kind="{kind}"'), "{{state}}"),)


def taken_jobs(where: str = "") -> Sequence[Query]:
    """Jobs that changed their worker, as the worker that lost and the worker that took each of them counts it."""
    return (
        Query(increase("sokhan_job_lease_losses_total", where=where), Text("lost", "ازدست‌رفته")),
        Query(increase("sokhan_jobs_recovered_total", where=where), Text("recovered", "بازگرفته")),
    )


def _series(metric: str, where: str) -> str:
    return f"{metric}{{{where}}}" if where else metric


def _by(labels: str) -> str:
    return f" by ({labels})" if labels else ""


def _sum(expr: str, by: str) -> str:
    return f"sum{_by(by)} ({expr})"
