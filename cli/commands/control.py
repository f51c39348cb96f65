"""`sokhan pause`, `resume`, `retry`, `cancel`, `limit`: controls a started job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from cli.client import Client, Json
from cli.commands.pull import pause_download
from cli.commands.rates import rate_of
from cli.errors import CliError
from cli.options import AsJson, JobId, execute, output
from cli.output import Output, number, rate
from cli.paths import segment
from cli.responses import one_of
from cli.run_ids import find_run
from cli.settings import CliSettings

app = typer.Typer()
_DOWNLOAD, _TRAINING, _SPEECH = "/api/sources/download", "/api/training", "/api/speech"


@app.command()
def pause(job: JobId, as_json: AsJson = False) -> None:
    """Pause a download, a training run or a speech job; its progress is kept."""
    execute(_pause(CliSettings(), output(as_json), job))


@app.command()
def resume(job: JobId, as_json: AsJson = False) -> None:
    """Resume a paused job from its progress."""
    execute(_resume(CliSettings(), output(as_json), job))


@app.command()
def retry(job: JobId, as_json: AsJson = False) -> None:
    """Retry a failed or waiting download or speech job now; also a cancelled download."""
    execute(_retry(CliSettings(), output(as_json), job))


@app.command()
def cancel(job: JobId, as_json: AsJson = False) -> None:
    """Cancel a download, a training run or a speech job; unfinished files are removed."""
    execute(_cancel(CliSettings(), output(as_json), job))


@app.command()
def limit(
    job_or_rate: Annotated[str, typer.Argument(metavar="ID", help="The job's id; with --all the rate.")],
    rate: Annotated[
        str | None, typer.Argument(metavar="RATE", help="Such as 500k or 2M; none removes the cap.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="For all downloads together, until it is changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Cap a download's bandwidth while it runs: `sokhan limit ID 500k`, `sokhan limit --all 2M`."""
    if all_ == (rate is not None):
        usage = "`sokhan limit --all RATE`" if all_ else "`sokhan limit ID RATE`"
        raise typer.BadParameter(f"use {usage}", param_hint="RATE")
    cap = rate_of(rate or job_or_rate, "RATE")
    execute(_limit(CliSettings(), output(as_json), None if all_ else job_or_rate, cap))


async def _pause(settings: CliSettings, output: Output, job: str) -> None:
    async with Client(settings) as client:
        data = await _by_kind(
            client,
            job,
            lambda: pause_download(client, job),
            lambda: _post(client, f"{_SPEECH}/{segment(job)}/pause"),
            lambda run: _post(client, f"{_TRAINING}/{segment(run)}/pause"),
        )
    percent = f"{number(data['progress']):.0f} %"
    if data["state"] == "paused":
        output.result(data, f"Paused at {percent}. Go on with: sokhan resume {job}")
    elif data.get("control") == "pause":
        output.result(data, f"It will pause, at {percent} now. Go on with: sokhan resume {job}")
    else:
        raise CliError(f"It is {data['state']} already.", code="CONFLICT")


async def _resume(settings: CliSettings, output: Output, job: str) -> None:
    async with Client(settings) as client:
        data = await _by_kind(
            client,
            job,
            lambda: _post(client, f"{_DOWNLOAD}/{segment(job)}/resume"),
            lambda: _post(client, f"{_SPEECH}/{segment(job)}/resume"),
            lambda run: _post(client, f"{_TRAINING}/{segment(run)}/resume"),
        )
    output.result(data, f"It goes on from {number(data['progress']):.0f} %. Watch it with: {_watch(data)}")


async def _retry(settings: CliSettings, output: Output, job: str) -> None:
    async with Client(settings) as client:
        try:
            data = await _post(client, f"{_DOWNLOAD}/{segment(job)}/retry")
        except CliError as error:
            if error.code != "NOT_FOUND":
                raise
            data = await _post(client, f"{_SPEECH}/{segment(job)}/retry")
    output.result(data, f"Retried as {data['id']}. Watch it with: {_watch(data)}")


async def _cancel(settings: CliSettings, output: Output, job: str) -> None:
    async with Client(settings) as client:
        data = await _by_kind(
            client,
            job,
            lambda: _delete(client, f"{_DOWNLOAD}/{segment(job)}"),
            lambda: _delete(client, f"{_SPEECH}/{segment(job)}"),
            lambda run: _delete(client, f"{_TRAINING}/{segment(run)}"),
        )
    output.result(data, f"{job} will stop.")


async def _limit(settings: CliSettings, output: Output, job: str | None, cap: int | None) -> None:
    async with Client(settings) as client:
        if job is None:
            data = one_of(await client.post("/api/settings", {"downloadBandwidth": cap}))
            output.result(data, f"All downloads together: {rate(data['downloadBandwidth'])}")
        else:
            data = one_of(await client.patch(f"{_DOWNLOAD}/{segment(job)}", {"bandwidth": cap}))
            output.result(data, f"{data['repoId']}: {rate(data['bandwidth'])}")


def _watch(job: Json) -> str:
    """The command that shows the job's progress."""
    match job["kind"]:
        case "download":
            return f"sokhan pull {job['repoId']}"
        case "speech":
            return f"sokhan read --job {job['id']}"
    return f"sokhan logs -f {job['id']}"


async def _by_kind(
    client: Client,
    job: str,
    download: Callable[[], Awaitable[Json]],
    speech: Callable[[], Awaitable[Json]],
    training: Callable[[str], Awaitable[Json]],
) -> Json:
    """Call the function for the job's kind, which its id does not show; a run is also found by prefix and name."""
    for request in (download, speech):
        try:
            return await request()
        except CliError as error:
            if error.code != "NOT_FOUND":
                raise
    try:
        run = await find_run(client, job)
    except CliError as error:
        if error.code != "NOT_FOUND":
            raise
        hint = "`sokhan jobs` and `sokhan runs` list them."
        raise CliError(f"There is no job with the id {job}.", code="NOT_FOUND", hint=hint) from None
    return await training(str(run["id"]))


async def _post(client: Client, path: str) -> Json:
    return one_of(await client.post(path, {}))


async def _delete(client: Client, path: str) -> Json:
    return one_of(await client.delete(path))
