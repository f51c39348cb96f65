"""Links at the top of a page: the other pages, the other language, and from a job's id to its trace and logs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from grafana_foundation_sdk.builders import dashboard

from tools.dashboards.model import Page
from tools.dashboards.panels import uid
from tools.dashboards.text import LANGUAGES, Language, Text

_OTHER = Text(en="فارسی", fa="English")
_TRACE = Text("Trace of the job", "ردیابی کار")
_LOGS = Text("Logs of the job", "گزارش‌های کار")
# A job can wait and run for days.
_RANGE = {"from": "now-7d", "to": "now"}
_TRACEQL = {"queryType": "traceql", "query": '{ span.job_id = "${job}" }'}
_LOGQL = {"queryType": "range", "expr": '{service=~"sokhan.*"} | json | job_id="${job}"'}


def links(page: Page, pages: Sequence[Page], language: Language) -> Iterator[dashboard.DashboardLink]:
    for other in pages:
        if other is not page:
            yield _to(uid(other.name, language), other.title.of(language))
    (translation,) = (other for other in LANGUAGES if other != language)
    yield _to(uid(page.name, translation), _OTHER.of(language))
    if page.jobs:
        yield _explore(_TRACE.of(language), "tempo", "${traces}", _TRACEQL)
        yield _explore(_LOGS.of(language), "loki", "${logs}", _LOGQL)


def variables(page: Page, language: Language) -> Iterator[dashboard.TextBoxVariable | dashboard.DatasourceVariable]:
    """The job's id, and the data sources of its links: without a Tempo or a Loki their list is empty."""
    if page.jobs:
        yield dashboard.TextBoxVariable("job").label(Text("Job id", "شناسهٔ کار").of(language)).default_value("")
        yield dashboard.DatasourceVariable("traces").label(Text("Traces", "ردیابی").of(language)).type("tempo")
        yield dashboard.DatasourceVariable("logs").label(Text("Logs", "گزارش‌ها").of(language)).type("loki")


def _to(target: str, title: str) -> dashboard.DashboardLink:
    return dashboard.DashboardLink(title).url(f"/d/{target}").keep_time(keep_time=True).include_vars(include_vars=True)


def _explore(title: str, plugin: str, source: str, query: dict[str, str]) -> dashboard.DashboardLink:
    """Grafana's Explore with this query; it replaces the variables in the address."""
    ref = {"type": plugin, "uid": source}
    pane = {"datasource": source, "queries": [{"refId": "A", "datasource": ref, **query}], "range": _RANGE}
    encoded = quote(json.dumps({"sokhan": pane}), safe="")
    for name in ("job", "traces", "logs"):
        encoded = encoded.replace(quote(f"${{{name}}}", safe=""), f"${{{name}:percentencode}}")
    return (
        dashboard.DashboardLink(title).url(f"/explore?schemaVersion=1&panes={encoded}").target_blank(target_blank=True)
    )
