"""What the pages ask exists, and each panel says what it shows."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tools.dashboards.model import Page, Panel, Query
from tools.dashboards.pages import PAGES
from tools.dashboards.text import LANGUAGES, Text, text_of
from tools.metrics_table import declared, groups

METRICS = {metric.name: metric for _, group in groups() for metric in declared(group)}
# Of Prometheus itself, and of prometheus_client where there is a /proc.
PROCESS = {"cpu_seconds_total", "max_fds", "open_fds", "resident_memory_bytes", "start_time_seconds"}
FOREIGN = {"up", "ALERTS"} | {f"process_{name}" for name in PROCESS}
SCRAPED = {"job", "instance", "le"}
INSTALLATION = re.compile(r"sokhan_jobs|sokhan_job_queue_age_seconds|sokhan_part_up|sokhan_disk_(free_|used_)?bytes")
# What no panel shows, and why.
UNSHOWN = {
    "sokhan_certificate_expiry_timestamp_seconds": "changes once in months: an alert watches it",
}


def panels() -> Iterator[tuple[Page, Panel]]:
    for page in PAGES:
        for row in page.rows:
            for panel in row.panels:
                yield page, panel


def queries() -> list[Query]:
    return [query for _, panel in panels() for query in panel.queries]


PANELS = [pytest.param(panel, id=f"{page.name}: {panel.title.en}") for page, panel in panels()]


def family(series: str) -> str:
    for suffix in ("_bucket", "_sum", "_count"):
        if (name := series.removesuffix(suffix)) in METRICS and METRICS[name].type == "histogram":
            return name
    return series


def asked(expr: str) -> set[str]:
    """The names of the series in a query."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|by \([^)]*\)", "", expr)
    return set(re.findall(r"\b(?:sokhan_\w+|process_\w+|up|ALERTS)\b", bare))


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_asks_only_for_metrics_and_labels_that_exist(panel: Panel) -> None:
    for query in panel.queries:
        names = {family(series) for series in asked(query.expr)}
        assert names
        assert names <= METRICS.keys() | FOREIGN, query.expr
        known = SCRAPED | {label for name in names & METRICS.keys() for label in METRICS[name].labels}
        used = {label for group in re.findall(r"by \(([^)]*)\)", query.expr) for label in group.split(", ")}
        used |= set(re.findall(r"[{,]\s*(\w+)\s*(?:=~|!~|!=|=)\"", query.expr)) - {"alertstate", "severity"}
        assert used <= known, query.expr


@pytest.mark.parametrize("panel", PANELS)
def test_a_legend_names_only_labels_that_the_query_keeps(panel: Panel) -> None:
    for query in panel.queries:
        kept = {label for group in re.findall(r"by \(([^)]*)\)", query.expr) for label in group.split(", ")}
        for language in LANGUAGES:
            named = set(re.findall(r"\{\{(\w+)\}\}", text_of(query.legend, language)))
            assert named <= kept or "ALERTS" in query.expr, query.expr
            assert text_of(query.legend, language)


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_is_one_question_with_a_reason(panel: Panel) -> None:
    assert panel.title.en.endswith("?")
    assert panel.title.fa.endswith("؟")
    assert panel.description.en.endswith(".")
    assert panel.description.fa.endswith(".")
    if panel.limits is not None and not panel.up_down:
        assert re.search(r"\balerts?\b|[Aa]t 1\b|[Aa]bove 1\b|slow down|find out", panel.description.en), "no reason"
    seconds = any(re.search(r"_seconds\b|_seconds_bucket", query.expr) for query in panel.queries)
    counted = any("_seconds_count" in query.expr or "_seconds_total" in query.expr for query in panel.queries)
    assert not seconds or counted or panel.unit == "s", "a duration is shown in seconds"
    bytes_ = all(re.search(r"_bytes\b|_bytes_total\b", query.expr) for query in panel.queries)
    assert not bytes_ or panel.unit in {"bytes", "Bps", "percentunit"}
    assert panel.more is None or panel.more in {page.name for page in PAGES}


def test_figures_of_the_installation_are_not_added_up() -> None:
    """Every gateway exports them, so a sum counts each gateway's."""
    for query in queries():
        for series in asked(query.expr):
            if INSTALLATION.fullmatch(series):
                found = re.findall(rf"(\w+)(?: by \([^)]*\))? \({series}\b", query.expr)
                assert found
                assert set(found) == {"max"}, query.expr


def test_every_metric_is_on_a_page() -> None:
    shown = {family(series) for query in queries() for series in asked(query.expr)}
    assert METRICS.keys() - shown - UNSHOWN.keys() == set()
    assert shown & UNSHOWN.keys() == set()


def test_titles_are_unique_on_a_page_within_a_row_of_24_columns() -> None:
    for page in PAGES:
        titles = [panel.title.en for row in page.rows for panel in row.panels]
        assert len(set(titles)) == len(titles), page.name
        for row in page.rows:
            column = 0
            for panel in row.panels:
                assert column + panel.width <= 24, panel.title.en
                column = (column + panel.width) % 24


def test_every_text_is_in_both_languages() -> None:
    texts = [text for page in PAGES for text in (page.title, page.description, *(row.title for row in page.rows))]
    for _, panel in panels():
        texts += [panel.title, panel.description]
        texts += [
            text for text in (panel.when_empty, *(query.legend for query in panel.queries)) if isinstance(text, Text)
        ]
    for text in texts:
        assert text.en.strip()
        assert not re.search(r"[\u0600-\u06ff]", text.en), text.en
        assert re.search(r"[\u0600-\u06ff]", text.fa), text.fa
        assert not re.search(r"[يك]", text.fa), f"Arabic letters: {text.fa}"


def test_queries_are_promql(tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: apt install prometheus)")
    rules = [
        {"record": f"panel:{n}", "expr": query.expr.replace("$__rate_interval", "1m")}
        for n, query in enumerate(queries())
    ]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": rules}]}))
    checked = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
