"""Panels that the pages of several kinds of job have."""

from __future__ import annotations

from tools.dashboards.model import Panel
from tools.dashboards.promql import percentiles
from tools.dashboards.text import Text

_ATTEMPT = Text("How long does an attempt take?", "یک تلاش چه مدت می‌کشد؟")


def attempt_duration(kind: str, title: Text = _ATTEMPT) -> Panel:
    return Panel(
        title,
        Text("Claim to release. The dots are traces.", "از برداشتن تا رها کردن. نقطه‌ها ردیابی‌اند."),
        "s",
        percentiles("sokhan_job_attempt_duration_seconds", where=f'kind="{kind}"', exemplars=True),
        width=12,
    )


def queue_duration(kind: str, title: Text) -> Panel:
    return Panel(
        title,
        Text("Available to claimed. The dots are traces.", "از آمادگی تا برداشتن. نقطه‌ها ردیابی‌اند."),
        "s",
        percentiles("sokhan_job_queue_duration_seconds", where=f'kind="{kind}"', exemplars=True),
        width=12,
    )
