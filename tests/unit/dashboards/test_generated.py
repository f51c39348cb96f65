"""The committed JSON: fresh, the same in both languages, and complete for Grafana."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.processes import ROOT
from tools.dashboards.__main__ import files, main
from tools.dashboards.pages import PAGES

FOLDER = ROOT / "deploy/grafana/dashboards"
FILES = {
    path.relative_to(FOLDER).as_posix(): json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.rglob("*.json")
}
NAMES = [page.name for page in PAGES]
TRANSLATED = {"title", "description", "legendFormat", "noValue", "text", "label"}


def test_the_files_are_fresh_and_none_is_left_over() -> None:
    assert main(["--check", str(FOLDER)]) == 0


def test_another_process_generates_the_same() -> None:
    code = "import json, sys; from tools.dashboards.__main__ import files; json.dump(files(), sys.stdout)"
    environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True, timeout=60)
    assert json.loads(done.stdout) == files()


def test_a_stale_a_missing_and_a_left_over_file_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0
    (tmp_path / "en/overview.json").write_text("{}")
    (tmp_path / "fa/speech.json").unlink()
    (tmp_path / "en/old.json").write_text("{}")
    assert main(["--check", str(tmp_path)]) == 1
    assert "en/old.json, en/overview.json, fa/speech.json" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0


def test_addresses_and_ids_are_unique() -> None:
    uids = [dashboard["uid"] for dashboard in FILES.values()]
    assert len(set(uids)) == len(uids) == 2 * len(NAMES)
    assert FILES["en/overview.json"]["uid"] == "sokhan-overview", "links of others to it stay"
    for dashboard in FILES.values():
        ids = [panel["id"] for panel in dashboard["panels"]]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", FILES)
def test_a_panel_has_what_grafana_needs(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in FILES[name]["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
        if panel["type"] == "row":
            continue
        assert panel["description"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "prometheus"}
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"]
        assert defaults["thresholds"]["steps"][0]["value"] is None
        assert [target["refId"] for target in panel["targets"]] == list("ABCDEFGH"[: len(panel["targets"])])
        for target in panel["targets"]:
            assert target.get("instant", False) != target.get("range", False)
            assert bool(target.get("instant")) == (panel["type"] in {"stat", "table"})


@pytest.mark.parametrize("name", FILES)
def test_links_lead_to_dashboards_that_exist(name: str) -> None:
    uids = {dashboard["uid"] for dashboard in FILES.values()}
    dashboard = FILES[name]
    linked = {found for url in urls(dashboard) for found in re.findall(r"^/d/([\w-]+)", url)}
    assert linked <= uids
    language = name.partition("/")[0]
    siblings = {other["uid"] for path, other in FILES.items() if path.startswith(f"{language}/")}
    assert siblings - linked <= {dashboard["uid"]}, "every other page is one click away"
    assert linked - siblings, "and so is the other language"


def test_a_jobs_id_leads_to_its_trace_and_its_logs() -> None:
    for name in ("overview", "downloads", "training", "speech"):
        dashboard = FILES[f"en/{name}.json"]
        kinds = {
            variable["name"]: (variable["type"], variable.get("query")) for variable in dashboard["templating"]["list"]
        }
        assert kinds == {"job": ("textbox", ""), "traces": ("datasource", "tempo"), "logs": ("datasource", "loki")}
        explore = [url for url in urls(dashboard) if url.startswith("/explore")]
        filled = [
            url.replace("${job:percentencode}", "job_1").replace("${traces:percentencode}", "T") for url in explore
        ]
        panes = [
            json.loads(unquote(url.partition("panes=")[2].replace("${logs:percentencode}", "L"))) for url in filled
        ]
        trace, logs = (pane["sokhan"] for pane in panes)
        assert trace["datasource"] == trace["queries"][0]["datasource"]["uid"] == "T"
        assert trace["queries"][0]["query"] == '{ span.job_id = "job_1" }'
        assert logs["datasource"] == logs["queries"][0]["datasource"]["uid"] == "L"
        assert logs["queries"][0]["expr"] == '{service=~"sokhan.*"} | json | job_id="job_1"'


@pytest.mark.parametrize("name", NAMES)
def test_the_languages_differ_in_their_texts_only(name: str) -> None:
    english, persian = (FILES[f"{language}/{name}.json"] for language in ("en", "fa"))
    assert without_texts(english) == without_texts(persian)
    assert english["title"] != persian["title"]


def test_every_dashboard_has_a_picture_of_a_bearable_size() -> None:
    pictures = {path.stem: path.stat().st_size for path in (ROOT / "docs/grafana").iterdir()}
    assert set(pictures) == set(NAMES)
    assert max(pictures.values()) < 200_000


def urls(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["url"]] if "url" in value else [])
        for item in value.values():
            yield from urls(item)
    elif isinstance(value, list):
        for item in value:
            yield from urls(item)


def without_texts(value: Any) -> Any:
    """The dashboard without what is translated, and with the addresses of the English pages."""
    if isinstance(value, dict):
        return {key: without_texts(item) for key, item in value.items() if key not in TRANSLATED | {"tags"}}
    if isinstance(value, list):
        return [without_texts(item) for item in value]
    return re.sub(r"(sokhan-[a-z-]+?)-fa\b", r"\1", value) if isinstance(value, str) else value
