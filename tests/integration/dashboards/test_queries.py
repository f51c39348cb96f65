"""Every query of every panel is run against a real Prometheus that scraped a real platform under load."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.prometheus import need_prometheus
from tests.support.seaweedfs import need_seaweedfs
from tests.support.watched import watched
from tools.dashboards.draw import FOLDER, draw
from tools.dashboards.model import Page, Panel
from tools.dashboards.pages import PAGES
from tools.dashboards.picture import Span
from tools.dashboards.prometheus import PrometheusApi, expanded

pytestmark = [pytest.mark.siege, pytest.mark.timeout(300), pytest.mark.xdist_group("watched")]

# Of a scrape every second: four scrapes are what Grafana takes at least, jobs come less often.
_RATE_INTERVAL = "20s"
_LOAD_S = 45
_STEP_S = 2
# What may have no series, and why. These queries must run nevertheless.
EMPTY = {
    ("machine", "How busy are they?"): "a GPU",
    ("machine", "How much of their memory is taken?"): "a GPU",
    ("machine", "How hot are they?"): "a GPU",
}
# What a panel may have one query without data for.
EMPTY_QUERIES = {
    "sum by (reason) (rate(sokhan_http_connections_refused_total[$__rate_interval]))": "no client is late here",
}
PANELS = [(page, panel) for page in PAGES for row in page.rows for panel in row.panels]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PrometheusApi, float, float]]:
    """The Prometheus, and the time between which the load was there."""
    need_prometheus()
    need_seaweedfs()
    with watched(tmp_path_factory.mktemp("watched")) as stack:
        began = time.time()
        stack.load(_LOAD_S)
        yield PrometheusApi(stack.url), began, time.time()


@pytest.mark.parametrize(("page", "panel"), PANELS, ids=[f"{page.name}: {panel.title.en}" for page, panel in PANELS])
def test_a_panel_has_data(loaded: tuple[PrometheusApi, float, float], page: Page, panel: Panel) -> None:
    api, began, ended = loaded
    for query in panel.queries:
        expr = expanded(query.expr, _RATE_INTERVAL)
        assert "$" not in expr
        if panel.look in {"numbers", "table"}:
            found = api.instant(expr, ended)
        else:
            found = api.range(expr, began, ended, _STEP_S)
        # A quantile of nothing is NaN: Grafana shows a gap.
        values = [value for series in found for _, value in series.points if not math.isnan(value)]
        if (page.name, panel.title.en) not in EMPTY and query.expr not in EMPTY_QUERIES:
            assert values, expr
        assert all(value >= 0 for value in values), expr
        if query.exemplars:
            assert all(len(trace) == 32 for trace in api.exemplars(expr, began, ended))
            assert api.exemplars(expr, began, ended), f"no traces: {expr}"


def test_what_may_be_empty_says_so_in_grafana() -> None:
    for page, panel in PANELS:
        if (page.name, panel.title.en) in EMPTY:
            assert panel.when_empty is not None, panel.title.en


def test_the_figures_are_those_of_the_load(loaded: tuple[PrometheusApi, float, float]) -> None:
    """Figures that are known: a wrong label or a sum over gateways would change them."""
    api, _, ended = loaded
    shown = {(page.name, panel.title.en): panel for page, panel in PANELS}

    def numbers(page: str, title: str) -> dict[str, float]:
        (query,) = shown[page, title].queries
        found = api.instant(expanded(query.expr, _RATE_INTERVAL), ended)
        return {" ".join(series.labels.values()): series.points[0][1] for series in found}

    workers = {"downloader", "scanner", "trainer", "synth"}
    assert numbers("overview", "Which parts answer?") == dict.fromkeys({"store", "bus", "gateway"} | workers, 1)
    assert numbers("machine", "Which processes does Prometheus reach?") == dict.fromkeys({"gateway"} | workers, 1)
    failed = numbers("overview", "What share of attempts failed this hour?")
    assert 0 < failed["download"] < 1
    assert failed["scan"] == 0
    assert 0 < numbers("overview", "How much disk is free?")[""] < 1
    assert any("Example" in labels for labels in numbers("overview", "Which alerts fire?"))


def test_the_dashboards_can_be_drawn(loaded: tuple[PrometheusApi, float, float], tmp_path: Path) -> None:
    api, began, ended = loaded
    for file in FOLDER.glob("*.json"):
        draw(file, api, Span(began, ended, _RATE_INTERVAL), tmp_path / f"{file.stem}.png")
    sizes = {path.stem: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {page.name for page in PAGES}
    assert all(10_000 < size < 200_000 for size in sizes.values()), sizes
