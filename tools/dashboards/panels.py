"""A panel as Grafana wants it."""

from __future__ import annotations

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from tools.dashboards.model import Limits, Panel, Query
from tools.dashboards.text import Language, Text, text_of

# The name in deploy/grafana/provisioning/datasources, and the usual one of kube-prometheus-stack.
SOURCE = common.DataSourceRef(type_val="prometheus", uid="prometheus")
UP, DOWN = Text("up", "روشن"), Text("down", "خاموش")
# What a series of ALERTS has beside the labels of its rule.
_HIDDEN = ("Time", "Value", "__name__", "alertstate")
Builder = timeseries.Panel | stat.Panel | table.Panel


def build_panel(panel: Panel, number: int, language: Language) -> Builder:
    match panel.look:
        case "numbers":
            built: Builder = _numbers(panel)
        case "table":
            built = _table()
        case "lines" | "stack":
            built = _lines(panel)
    built.id(number).title(panel.title.of(language)).description(panel.description.of(language))
    built.datasource(SOURCE).unit(panel.unit).span(panel.width).height(panel.height)
    built.thresholds(_thresholds(panel.limits))
    for letter, query in zip("ABCDEFGH", panel.queries, strict=False):
        built.with_target(_target(query, letter, panel, language))
    if panel.maximum is not None:
        built.max(panel.maximum)
    if panel.up_down:
        built.mappings([_up_down(language)])
    if panel.when_empty is not None:
        built.no_value(panel.when_empty.of(language))
    if panel.more is not None:
        built.data_links([more_link(panel.more, language)])
    return built


def more_link(page: str, language: Language) -> dashboard.DashboardLink:
    """From a value to the page with its details, at the same time range."""
    title = Text("Details", "جزئیات").of(language)
    return dashboard.DashboardLink(title).url(f"/d/{uid(page, language)}?${{__url_time_range}}")


def uid(page: str, language: Language) -> str:
    return f"sokhan-{page}" if language == "en" else f"sokhan-{page}-{language}"


def _lines(panel: Panel) -> timeseries.Panel:
    built = (
        timeseries.Panel()
        .min(0)
        .line_width(1)
        .fill_opacity(40 if panel.look == "stack" else 8)
        .show_points(common.VisibilityMode.NEVER)
        .legend(
            common_builders.VizLegendOptions()
            .display_mode(common.LegendDisplayMode.LIST)
            .placement(common.LegendPlacement.BOTTOM)
            .show_legend(show_legend=True)
        )
        .tooltip(
            common_builders.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING)
        )
    )
    if panel.look == "stack":
        built.stacking(common_builders.StackingConfig().mode(common.StackingMode.NORMAL).group("A"))
    if panel.limits is not None:
        style = common_builders.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED)
        built.thresholds_style(style)
    return built


def _numbers(panel: Panel) -> stat.Panel:
    return (
        stat.Panel()
        .color_mode(common.BigValueColorMode.BACKGROUND if panel.up_down else common.BigValueColorMode.VALUE)
        .graph_mode(common.BigValueGraphMode.NONE)
        .text_mode(common.BigValueTextMode.AUTO)
        .color_scheme(dashboard.FieldColor().mode(models.FieldColorModeId.THRESHOLDS))
        .reduce_options(common_builders.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def _table() -> table.Panel:
    hidden = dict.fromkeys(_HIDDEN, True)
    organize = models.DataTransformerConfig(
        id_val="organize", options={"excludeByName": hidden, "indexByName": {}, "renameByName": {}}
    )
    return table.Panel().with_transformation(organize)


def _target(query: Query, letter: str, panel: Panel, language: Language) -> prometheus.Dataquery:
    target = prometheus.Dataquery().ref_id(letter).datasource(SOURCE).expr(query.expr)
    target.legend_format(text_of(query.legend, language))
    if panel.look in {"numbers", "table"}:
        target.instant()
    else:
        target.range()
    if panel.look == "table":
        target.format(PromQueryFormat.TABLE)
    if query.exemplars:
        target.exemplar(exemplar=True)
    return target


def _thresholds(limits: Limits | None) -> dashboard.ThresholdsConfig:
    steps = [models.Threshold(value=None, color="green")]
    if limits is not None and limits.good_is == "below":
        steps += [models.Threshold(value=limits.warn, color="orange")] if limits.warn is not None else []
        steps += [models.Threshold(value=limits.bad, color="red")]
    elif limits is not None:
        steps = [models.Threshold(value=None, color="red")]
        steps += [models.Threshold(value=limits.bad, color="orange")] if limits.warn is not None else []
        steps += [models.Threshold(value=limits.bad if limits.warn is None else limits.warn, color="green")]
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _up_down(language: Language) -> models.ValueMap:
    down = models.ValueMappingResult(text=DOWN.of(language), color="red")
    up = models.ValueMappingResult(text=UP.of(language), color="green")
    return models.ValueMap(options={"0": down, "1": up})
