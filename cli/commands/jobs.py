"""`sokhan jobs`: lists jobs with their state."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.job_watcher import speech_line
from cli.options import AsJson, execute, output
from cli.output import Output, duration, number, size
from cli.responses import inner, items_of
from cli.settings import CliSettings

# The first of these fields that a job has is its name in the list.
_NAMES = ("assetId", "repoId", "name", "title", "excerpt", "id")
app = typer.Typer()


@app.command()
def jobs(
    limit: Annotated[int, typer.Option(min=1, max=200, help="The number of jobs, newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List downloads, training runs and speech jobs, newest first."""
    execute(_jobs(CliSettings(), output(as_json), limit))


async def _jobs(settings: CliSettings, output: Output, limit: int) -> None:
    async with Client(settings) as client:
        found = [
            *items_of(await client.get("/api/sources/downloads", limit=limit)),
            *items_of(await client.get("/api/training", limit=limit)),
            *items_of(await client.get("/api/speech", limit=limit)),
        ]
    found.sort(key=lambda job: str(job["createdAt"]), reverse=True)
    shown: list[JsonValue] = [*found[:limit]]
    rows = [_row(job) for job in found[:limit]]
    output.table(shown, ("id", "kind", "state", ">done", "what", ""), rows, "No jobs yet.")


def _row(job: Json) -> list[str]:
    name = next(str(job[name]) for name in _NAMES if job.get(name))
    return [str(job["id"]), str(job["kind"]), str(job["state"]), f"{number(job['progress']):.1f} %", name, note(job)]


def note(job: Json) -> str:
    """The job's queue position, the reason of its wait, its progress, or its error."""
    reason = str(inner(job, "error").get("message") or "")
    match job["state"]:
        case "queued" if reason:
            return f"will be tried again: {reason}"
        case "queued":
            return f"position {job['queuePosition']}" if job.get("queuePosition") else ""
        case "running" if job.get("waiting"):
            return str(job["waiting"])
        case "running" if job.get("kind") == "speech":
            return speech_line(job)
        case "running" if number(job.get("speed")) > 0:
            left = f", {duration(job['eta'])} left" if job.get("eta") is not None else ""
            return f"{size(job.get('speed'))}/s{left}"
    return reason
