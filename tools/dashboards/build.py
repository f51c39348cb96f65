"""A page as Grafana wants it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models

from tools.dashboards.links import links, variables
from tools.dashboards.model import Page
from tools.dashboards.panels import build_panel, uid
from tools.dashboards.text import Language


def render(page: Page, pages: Sequence[Page], language: Language) -> str:
    """The JSON of the page in this language, the same for the same page."""
    built = (
        dashboard.Dashboard(page.title.of(language))
        .uid(uid(page.name, language))
        .description(page.description.of(language))
        .tags(["sokhan", language])
        .readonly()
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .time("now-1h", "now")
        .refresh("30s")
        .annotations([])
    )
    for variable in variables(page, language):
        built.with_variable(variable)
    for link in links(page, pages, language):
        built.link(link)
    number = 0
    for row in page.rows:
        number += 1
        built.with_row(dashboard.Row(row.title.of(language)).id(number))
        for panel in row.panels:
            number += 1
            built.with_panel(build_panel(panel, number, language))
    content = json.loads(json.dumps(built.build(), cls=JSONEncoder))
    for link in content["links"]:
        del link["placement"]  # the SDK's only one hides the link in a menu
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
