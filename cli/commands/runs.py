"""`sokhan runs`: lists, shows, compares, plots and stops training runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from cli.charts import Curve, chart
from cli.client import Client, Json
from cli.figures import figures, percent
from cli.options import AsJson, execute, output
from cli.output import Output, number
from cli.responses import inner, items_of, objects, one_of
from cli.run_ids import RunId, find_run
from cli.settings import CliSettings
from shared.quality.figures import PREFIX

app = typer.Typer(invoke_without_command=True, help="Training runs. Without a subcommand: lists them.")

Keys = Annotated[str, typer.Option("--keys", help="Such as loss,val_loss; by default the losses.")]
_CHART_POINTS = 300


@app.callback()
def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=200, help="The number of runs, newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Training runs. Without a subcommand: lists them, newest first."""
    if context.invoked_subcommand is None:
        execute(_list(CliSettings(), output(as_json), limit))


@app.command()
def show(run: RunId, keys: Keys = "", as_json: AsJson = False) -> None:
    """Show one run: its current values, its losses as a chart, its quality, its last log lines."""
    execute(_show(CliSettings(), output(as_json), run, keys))


@app.command()
def compare(
    several: Annotated[list[str], typer.Argument(help="2 to 8 runs.", metavar="RUN RUN…")],
    keys: Keys = "",
    plot: Annotated[Path | None, typer.Option(help="Also save the curves as a PNG.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare runs: different settings, losses as a chart, best and last values and figures."""
    execute(_compare(CliSettings(), output(as_json), several, keys, plot))


@app.command()
def plot(
    run: RunId,
    target: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")] = Path("loss.png"),
    keys: Keys = "",
    as_json: AsJson = False,
) -> None:
    """Save a run's curves as a PNG."""
    execute(_plot(CliSettings(), output(as_json), run, target, keys))


@app.command()
def stop(run: RunId, as_json: AsJson = False) -> None:
    """End a run early and keep its result. (`sokhan pause`, `resume` and `cancel` accept runs as well.)"""
    execute(_stop(CliSettings(), output(as_json), run))


async def _list(settings: CliSettings, output: Output, limit: int) -> None:
    async with Client(settings) as client:
        found = items_of(await client.get("/api/analysis/training/jobs", limit=limit))
    data: list[JsonValue] = [*found]
    columns = ("id", "state", ">done", ">step", ">loss", ">val_loss", ">errors", ">best at", "recipe", "name")
    output.table(data, columns, [_row(run) for run in found], "No runs yet. `sokhan train` starts one.")


def _row(run: Json) -> list[str]:
    best = inner(run, "bestCheckpoint")
    return [
        str(run["id"]),
        str(run["state"]),
        f"{number(run['progress']):.0f} %",
        str(run["step"]),
        _value(run["trainLoss"]),
        _value(run["valLoss"]),
        percent(run.get("errorRate")),
        str(best.get("step", "")),
        str(run["recipe"]),
        str(run["name"]),
    ]


async def _show(settings: CliSettings, output: Output, run: str, keys: str) -> None:
    async with Client(settings) as client:
        found = await find_run(client, run)
        data = one_of(await client.get(f"/api/analysis/training/status/{found['id']}"))
    points = objects(inner(data, "history")["points"])
    shown = _selected(keys) or ["loss", "val_loss"]
    output.result(data, "\n".join([*_facts(data), "", chart({key: _curve(points, key) for key in shown})]))
    if not output.as_json:
        for line in objects(data["logs"])[-5:]:
            output.result(None, f"{str(line['time'])[:19]}  {line['level']!s:<7} {line['message']}")


def _facts(data: Json) -> list[str]:
    best, last = inner(data, "bestCheckpoint").get("step"), inner(data, "lastCheckpoint").get("step")
    origin = inner(data, "startFrom")
    datasets = data["datasets"]
    facts = {
        "run": f"{data['id']}  {data['name']}",
        "state": f"{data['state']}, {number(data['progress']):.0f} %, step {data['step']} of {data['maxSteps'] or '?'}",
        "recipe": f"{data['recipe']} on {', '.join(map(str, datasets)) if isinstance(datasets, list) else ''}",
        "base": str(data["baseModel"] or ""),
        "teacher": str(data["teacher"] or ""),
        "from": f"step {origin['step']} of {origin['run']}" if origin else "",
        "checkpoints": f"best at {best}, last at {last}" if last is not None else "none yet",
        "throughput": f"{number(data['throughput']):.1f} samples/s" if data["throughput"] is not None else "",
        "before": figures(inner(inner(data, "base"), "values")),
        "quality": figures(inner(data, "metrics")),
        "error": str(inner(data, "error").get("message") or ""),
    }
    return [f"{name + ':':<12} {value}" for name, value in facts.items() if value]


async def _compare(settings: CliSettings, output: Output, several: list[str], keys: str, plot: Path | None) -> None:
    async with Client(settings) as client:
        ids = ",".join([str((await find_run(client, run))["id"]) for run in several])
        query: dict[str, str | int] = {"runs": ids, "points": _CHART_POINTS}
        if keys:
            query["keys"] = keys
        data = one_of(await client.get("/api/analysis/training/compare", **query))
        if plot is not None:
            await client.save("/api/analysis/training/compare/plot.png", plot, runs=ids, keys=keys)
            output.say(f"The curves are in {plot}")
    found = objects(data["runs"])
    names = [f"{run['name']} ({str(run['id'])[:8]})" for run in found]
    shown = _selected(keys) or _losses(data) + _figure_keys(data)
    if not output.as_json:
        for key in shown[:2]:
            drawn = {name: _curve(objects(run["points"]), key) for name, run in zip(names, found, strict=True)}
            output.result(None, f"{key}\n{chart(drawn)}\n")
    rows = [[key, *[_best_and_last(run, key) for run in found]] for key in shown]
    settings_ = sorted({name for run in found for name in inner(run, "config")})
    rows += [[name, *[str(inner(run, "config").get(name)) for run in found]] for name in settings_]
    output.table(data, ("", *names), rows, "The runs have no values yet.")


def _losses(data: Json) -> list[str]:
    keys = data["keys"]
    known = [str(key) for key in keys] if isinstance(keys, list) else []
    losses = [key for key in known if "loss" in key] or known
    return sorted(losses, key=lambda key: (key not in {"loss", "val_loss"}, key))


def _figure_keys(data: Json) -> list[str]:
    keys = data["keys"]
    return [str(key) for key in keys if str(key).startswith(PREFIX)] if isinstance(keys, list) else []


def _best_and_last(run: Json, key: str) -> str:
    best, last = inner(inner(run, "best"), key), inner(inner(run, "last"), key)
    return f"{_value(best['value'])} at {best['step']}, last {_value(last['value'])}" if best else "–"


async def _plot(settings: CliSettings, output: Output, run: str, target: Path, keys: str) -> None:
    async with Client(settings) as client:
        found = await find_run(client, run)
        written = await client.save(f"/api/training/{found['id']}/plot.png", target, keys=keys)
    output.result({"path": str(target), "bytes": written}, f"The curves are in {target}")


async def _stop(settings: CliSettings, output: Output, run: str) -> None:
    async with Client(settings) as client:
        found = await find_run(client, run)
        data = one_of(await client.post(f"/api/training/{found['id']}/stop", {}))
    output.result(data, f"It will end soon and keep its result. Watch it with: sokhan logs -f {found['id']}")


def _selected(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",") if key.strip()]


def _curve(points: list[Json], key: str) -> Curve:
    return [(number(point["step"]), number(point[key])) for point in points if key in point]


def _value(value: object) -> str:
    return "" if value is None else f"{number(value):.4g}"
