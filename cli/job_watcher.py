"""Shows a running job: a progress bar on a terminal, else a line every few seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing, nullcontext, suppress

from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from cli.client import Client, Json
from cli.errors import CliError
from cli.follow import follow
from cli.hints import hint_of
from cli.output import Output, duration, number
from cli.progress import line, screen
from cli.responses import one_of
from cli.settings import CliSettings

_LINE_EVERY_S = 5.0
# The queue position changes when another download ends, which is no event of this one, so it is polled.
_POLL_INTERVAL_S = 2.0
Describe = Callable[[Json], str]


async def watch(settings: CliSettings, output: Output, topic: str, title: str, describe: Describe) -> Json:
    """Follow the job to its end. Returns its last state. Raises `CliError` if it failed or was cancelled."""
    last: Json = {}
    if output.live:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:5.1f} %  {task.fields[note]}", markup=False),
        )
        with Progress(*columns, console=output.talk) as progress:
            bar = progress.add_task(title, total=100.0, note="")
            async for event in follow(settings, topic):
                last = event.data
                _move(progress, bar, last, describe)
    else:
        lines = _Lines(output, title)
        async for event in follow(settings, topic):
            last = event.data
            text = f"{last.get('state')} {number(last.get('progress')):.1f} %  {describe(last)}"
            lines.show(last, text, last_one=event.final)
    return _ended(last)


def _move(progress: Progress, bar: TaskID, data: Json, describe: Describe) -> None:
    progress.update(bar, completed=number(data.get("progress")), note=describe(data))


class _Lines:
    """A line for each state, and one every few seconds."""

    def __init__(self, output: Output, title: str) -> None:
        self._output = output
        self._title = title
        self._shown_at = 0.0
        self._states: set[str] = set()  # a retried job returns to earlier states; each is shown once

    def show(self, data: Json, text: str, *, last_one: bool = False) -> None:
        state = str(data.get("state"))
        if state in self._states and not last_one and time.monotonic() - self._shown_at < _LINE_EVERY_S:
            return
        self._shown_at = time.monotonic()
        self._states.add(state)
        self._output.say(f"{self._title}: {text}")


class DownloadWatch:
    """Follows one download. `last`: its latest known state."""

    def __init__(self, client: Client, output: Output, job: Json, title: str) -> None:
        self.last = job
        self._client = client
        self._output = output
        self._title = title
        self._position = _queue_position(job)
        self._lines = _Lines(output, title)
        self._live = Live(console=output.talk, refresh_per_second=8, transient=True) if output.live else None

    async def run(self) -> Json:
        """Follow the download. Returns its last state. Raises `CliError` if it failed, was cancelled or paused."""
        asking = asyncio.create_task(self._poll_position())
        try:
            with self._live or nullcontext():
                async with aclosing(follow(self._client.settings, f"download:{self.last['id']}")) as events:
                    async for event in events:
                        self.last = event.data
                        self._show(last_one=event.final)
                        if _paused_by_user(self.last):
                            break
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        return _ended(self.last)

    def _show(self, *, last_one: bool = False) -> None:
        position = self._position if self.last.get("state") == "queued" else None
        if self._live is not None:
            self._live.update(screen(self._title, self.last, position))
        else:
            self._lines.show(self.last, line(self.last, position), last_one=last_one)

    async def _poll_position(self) -> None:
        while True:
            if self.last.get("state") == "queued":
                with suppress(CliError):
                    job = one_of(await self._client.get(f"/api/sources/download/{self.last['id']}"))
                    self._position = _queue_position(job)
                    self._show()
            await asyncio.sleep(_POLL_INTERVAL_S)


def _queue_position(job: Json) -> int | None:
    position = job.get("queuePosition")
    return position if isinstance(position, int) else None


def _paused_by_user(data: Json) -> bool:
    """Whether a user paused the job. A job that a full disk paused has an error, and resumes by itself."""
    return data.get("state") == "paused" and not data.get("error")


def _ended(data: Json) -> Json:
    if data.get("state") == "completed":
        return data
    if _paused_by_user(data):
        raise CliError(
            "The job was paused by another client.", code="PAUSED", hint=f"Go on with: sokhan resume {data.get('id')}"
        )
    error = data.get("error")
    if isinstance(error, dict):
        raise CliError(str(error.get("message")), code=str(error.get("code")), hint=hint_of(error))
    raise CliError(f"The job was {data.get('state')}.", code=str(data.get("state", "")).upper())


def training_line(data: Json) -> str:
    metrics = data.get("metrics")
    values = metrics if isinstance(metrics, dict) else {}
    shown = [f"{name} {number(values[name]):.3f}" for name in ("loss", "loss_gen", "val_loss") if name in values]
    steps = f"step {data.get('step')}/{data.get('maxSteps') or '?'}"
    return f"{steps}, epoch {data.get('epoch')}  {'  '.join(shown)}{_retry_reason(data)}"


def speech_line(data: Json) -> str:
    """The progress of a speech job: chapter, sentences, seconds of audio, remaining time."""
    if data.get("state") != "running":
        return _retry_reason(data).strip()
    if data.get("stage") == "waiting" or not data.get("sentencesTotal"):
        return "reading the text"
    if data.get("stage") == "encoding":
        return f"encoding {duration(data.get('secondsSpoken'))} of speech{_left(data)}"
    parts = [f"sentence {data.get('sentencesDone')} of {data.get('sentencesTotal')}"]
    if number(data.get("chaptersTotal")) > 1:
        parts.insert(0, f"chapter {data.get('chapter')} of {data.get('chaptersTotal')}")
    parts.append(f"{duration(data.get('secondsSpoken'))} spoken")
    return ", ".join(parts) + _left(data)


def _left(data: Json) -> str:
    return "" if data.get("eta") is None else f", {duration(data['eta'])} left"


def plain_line(data: Json) -> str:
    return f"{data.get('stage') or ''}{_retry_reason(data)}"


def _retry_reason(data: Json) -> str:
    """The error after which a queued job waits for its retry."""
    error = data.get("error")
    retried = isinstance(error, dict) and data.get("state") == "queued"
    return f"  waiting after: {error['message']}" if retried and isinstance(error, dict) else ""
