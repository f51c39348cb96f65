"""Shows a job while it runs: bars on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from cli.client import Json
from cli.errors import CliError
from cli.follow import follow
from cli.output import Output, duration, number, size
from cli.settings import CliSettings

_LINE_EVERY_S = 5.0
Describe = Callable[[Json], str]


async def watch(settings: CliSettings, output: Output, topic: str, title: str, describe: Describe) -> Json:
    """Follow the job to its end; its last state. Raises `CliError` where it failed or was cancelled."""
    last: Json = {}
    if output.live:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:5.1f} %  {task.fields[note]}"),
        )
        with Progress(*columns, console=output.talk) as progress:
            bar = progress.add_task(title, total=100.0, note="")
            async for event in follow(settings, topic):
                last = event.data
                _move(progress, bar, last, describe)
    else:
        last = await _in_lines(settings, output, topic, title, describe)
    return _ended(last)


def _move(progress: Progress, bar: TaskID, data: Json, describe: Describe) -> None:
    note = describe(data).replace("[", r"\[")
    progress.update(bar, completed=number(data.get("progress")), note=note)


async def _in_lines(settings: CliSettings, output: Output, topic: str, title: str, describe: Describe) -> Json:
    last: Json = {}
    told = 0.0
    states: set[str] = set()  # a job that is tried again goes back and forth; each state is news once
    async for event in follow(settings, topic):
        last = event.data
        state = str(last.get("state"))
        if state not in states or time.monotonic() - told > _LINE_EVERY_S or event.final:
            told = time.monotonic()
            states.add(state)
            output.say(f"{title}: {state} {number(last.get('progress')):.1f} %  {describe(last)}")
    return last


def _ended(data: Json) -> Json:
    if data.get("state") == "completed":
        return data
    error = data.get("error")
    if isinstance(error, dict):
        hint = error.get("hint")
        raise CliError(str(error.get("message")), code=str(error.get("code")), hint=str(hint) if hint else None)
    raise CliError(f"The job was {data.get('state')}.", code=str(data.get("state", "")).upper())


def download_line(data: Json) -> str:
    done, total = size(data.get("bytesDownloaded")), size(data.get("bytesTotal"))
    eta = f", {duration(data['eta'])} left" if data.get("eta") is not None else ""
    return f"{done} of {total}, {size(data.get('speed'))}/s{eta}  {data.get('currentFile') or ''}{_trouble(data)}"


def training_line(data: Json) -> str:
    metrics = data.get("metrics")
    values = metrics if isinstance(metrics, dict) else {}
    shown = [f"{name} {number(values[name]):.3f}" for name in ("loss", "loss_gen", "val_loss") if name in values]
    steps = f"step {data.get('step')}/{data.get('maxSteps') or '?'}"
    return f"{steps}, epoch {data.get('epoch')}  {'  '.join(shown)}{_trouble(data)}"


def plain_line(data: Json) -> str:
    return f"{data.get('stage') or ''}{_trouble(data)}"


def _trouble(data: Json) -> str:
    """What a job that was put back waits for."""
    error = data.get("error")
    again = isinstance(error, dict) and data.get("state") == "queued"
    return f"  waiting after: {error['message']}" if again and isinstance(error, dict) else ""
