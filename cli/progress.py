"""Renders the progress of a download: one bar for the total, and one for each file in progress."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from cli.client import Json
from cli.output import count, duration, number, size
from cli.responses import inner, objects

FILES = 8
"""The maximum number of file bars."""
# Short, because a narrow terminal must also show the amount, the speed and the remaining time.
_BAR = 14
_AMOUNTS = len("34.6 MB of 145.0 MB, 12.1 MB/s, 1:46 left")
_UNDER_WAY = {"downloading", "verifying"}


def screen(title: str, job: Json, position: int | None = None) -> RenderableType:
    """The current view for a terminal. `position`: in the queue, from 1."""
    table = Table.grid(
        Column(ratio=1, no_wrap=True, overflow="ellipsis", max_width=44),
        Column(width=_BAR),
        Column(justify="right", no_wrap=True, min_width=7),
        Column(no_wrap=True, min_width=_AMOUNTS),
        padding=(0, 1, 0, 0),
    )
    table.add_row(Text(title, style="bold"), _bar(number(job.get("progress"))), _percent(job), Text(amounts(job)))
    for file in under_way(job)[:FILES]:
        done, total = number(file.get("bytes")), number(file.get("size"))
        share = 100 * done / total if total else 0.0
        note = "verifying" if file.get("state") == "verifying" else f"{size(done)} of {size(total)}"
        table.add_row(Text(f"  {file.get('path')}"), _bar(share), f"{share:.0f} %", Text(note, style="dim"))
    return Group(table, Text(state(job, position), style="dim", no_wrap=True, overflow="ellipsis"))


def line(job: Json, position: int | None = None) -> str:
    """The progress in one line, for a log."""
    parts = (", ".join(part for part in (_percent(job), amounts(job)) if part), state(job, position))
    return "; ".join(parts)


def amounts(job: Json) -> str:
    if not number(job.get("bytesTotal")):
        return ""
    parts = [f"{size(job.get('bytesDownloaded'))} of {size(job.get('bytesTotal'))}"]
    if job.get("state") == "running" and number(job.get("speed")) > 0:
        parts.append(f"{size(job.get('speed'))}/s")
        if job.get("eta") is not None:
            parts.append(f"{duration(job['eta'])} left")
    return ", ".join(parts)


def state(job: Json, position: int | None = None) -> str:
    """The current activity, and the reason for a wait."""
    return "; ".join(part for part in _state(job, position) if part)


def _state(job: Json, position: int | None) -> Iterator[str]:
    now, waiting = str(job.get("state")), str(job.get("waiting") or "")
    if now == "queued" and waiting:
        yield f"will be tried again: {waiting}"
    elif now == "queued":
        yield f"queued, position {position}" if position else "queued"
    elif now == "running" and waiting:
        yield waiting if waiting.startswith("waiting") else f"waiting: {waiting}"
    elif now == "running":
        yield from _running(job)
    elif now == "paused":
        reason = inner(job, "error").get("message")
        yield f"paused: {reason}" if reason else "paused"
    else:
        yield now


def _running(job: Json) -> Iterator[str]:
    files = objects(job.get("files"))
    states = [str(file.get("state")) for file in files]
    if not files:
        yield "reading the list of files from the Hub"
        return
    yield "verifying" if "verifying" in states and "downloading" not in states else "downloading"
    if job.get("servedBy"):
        yield f"served by {job['servedBy']}"
    if len(files) > 1:
        yield f"{states.count('done')} of {count(len(files), 'file')} done"
    if (more := len(under_way(job)) - FILES) > 0:
        yield f"{more} more in progress"


def under_way(job: Json) -> list[Json]:
    return [file for file in objects(job.get("files")) if file.get("state") in _UNDER_WAY]


def _bar(percent: float) -> ProgressBar:
    return ProgressBar(total=100, completed=percent, width=_BAR)


def _percent(job: Json) -> str:
    return f"{number(job.get('progress')):.1f} %"
