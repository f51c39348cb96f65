"""`sokhan pull`: downloads a repository of the Hub, with progress; Ctrl-C pauses it."""

from __future__ import annotations

import asyncio
import shlex
import time
from typing import Annotated

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.commands.rates import rate_of
from cli.errors import CliError
from cli.job_watcher import DownloadWatch
from cli.options import AsJson, IsDataset, NoWait, execute, output
from cli.output import Output, count, number, short, size
from cli.paths import segment
from cli.responses import inner, names, objects, one_of, strings
from cli.settings import CliSettings
from shared.contracts.references import parse_reference

app = typer.Typer()
# The limit of the wait for a pause; usually the download's last bytes are on disk within a moment.
_PAUSE_S = 5.0
_POLL_INTERVAL_S = 0.1
_SHOWN = 40


@app.command()
def pull(
    repo: Annotated[str, typer.Argument(help="namespace/name on the Hub, its URL, or an id of `sokhan catalog`.")],
    dataset: IsDataset = False,
    revision: Annotated[
        str | None, typer.Option(help="Branch, tag or commit; by default the catalog's pin, else main.")
    ] = None,
    include: Annotated[list[str] | None, typer.Option(help="Only files that match, such as '*.json'.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="Exclude files that match.")] = None,
    limit: Annotated[str | None, typer.Option(metavar="RATE", help="The maximum rate, such as 500k or 2M.")] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show the files to fetch, without starting the download.")
    ] = False,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Download a model or a dataset. Ctrl-C pauses it; the same command resumes it.

    Every file is verified by its hash before it gets its name. Files that are on disk already are not fetched again.
    """
    reference = parse_reference(repo)
    repo, revision = reference.repo_id, revision or reference.revision
    request: dict[str, JsonValue] = {"repoId": repo, "include": strings(include), "exclude": strings(exclude)}
    if dataset or reference.repo_type == "dataset":
        request["repoType"] = "dataset"
    if revision is not None:
        request["revision"] = revision
    settings, out = CliSettings(), output(as_json)
    if plan:
        execute(show_plan(settings, out, request))
        return
    if (cap := rate_of(limit, "--limit")) is not None:
        request["bandwidth"] = cap
    job = Pull(settings, out, repo, request)
    execute(job.run(wait=not no_wait), job.pause)


class Pull:
    def __init__(self, settings: CliSettings, output: Output, repo: str, request: Json) -> None:
        self._settings = settings
        self._output = output
        self._repo = repo
        self._request = request
        self._job: str | None = None

    async def run(self, *, wait: bool) -> None:
        async with Client(self._settings) as client:
            job = one_of(await client.post("/api/sources/download", self._request))
            if not wait:
                self._output.result(job, f"{_begun(job)} Watch it with: {self._again}   (id {job['id']})")
                return
            self._job = str(job["id"])
            done = await DownloadWatch(client, self._output, job, self._repo).run()
        self._output.result(
            done,
            f"{self._repo} is here: {size(done['bytesTotal'])} in {done['destination']} "
            f"(commit {short(done['commit'])}), every file verified",
        )

    async def pause(self) -> bool:
        """After Ctrl-C: pause the download and print the command that resumes it."""
        if self._job is None:
            return False
        async with Client(self._settings) as client:
            job = await pause_download(client, self._job)
        state, percent = job["state"], f"{number(job['progress']):.0f} %"
        if self._output.as_json:
            self._output.result(job, "")
        elif state == "paused":
            self._output.say(f"Paused at {percent}. Go on with: {self._again}  (or sokhan resume {self._job})")
        elif job.get("control") == "pause":
            self._output.say(f"It will pause, at {percent} now. Go on with: {self._again}")
        else:
            self._output.say(f"It is {state} already.")
        return True

    @property
    def _again(self) -> str:
        """The command that resumes this download."""
        words = ["sokhan", "pull", self._repo]
        words += ["--dataset"] if self._request.get("repoType") == "dataset" else []
        words += ["--revision", str(self._request["revision"])] if "revision" in self._request else []
        for name in ("include", "exclude"):
            words += [word for pattern in names(self._request[name]) for word in (f"--{name}", pattern)]
        return shlex.join(words)


async def pause_download(client: Client, job_id: str) -> Json:
    """Pause the job. Returns it once it is paused or has ended, or its state after `_PAUSE_S`."""
    path = f"/api/sources/download/{segment(job_id)}"
    try:
        job = one_of(await client.post(f"{path}/pause", {}))
    except CliError as error:
        if error.code != "CONFLICT":
            raise
        return one_of(await client.get(path))
    deadline = time.monotonic() + _PAUSE_S
    while job["state"] in {"queued", "running"} and time.monotonic() < deadline:
        await asyncio.sleep(_POLL_INTERVAL_S)
        job = one_of(await client.get(path))
    return job


def _begun(job: Json) -> str:
    """The message for a new or an existing job: a second request for a repository returns the first job."""
    return "It is already running." if job["state"] == "running" else "Started."


async def show_plan(settings: CliSettings, output: Output, request: Json) -> None:
    async with Client(settings) as client:
        plan = one_of(await client.post("/api/sources/download/plan", request))
    if output.as_json:
        output.result(plan, "")
        return
    files = objects(plan["files"])
    rows = [[size(file["size"]), _here(file), str(file["path"])] for file in files[:_SHOWN]]
    output.table(None, (">size", ">here", "file"), rows, "No file matches.")
    if len(files) > _SHOWN:
        output.result(None, f"… and {len(files) - _SHOWN:,} more (--json lists all)")
    disk = inner(plan, "disk")
    here, left = size(plan["bytesHere"]), size(plan["bytesToFetch"])
    output.result(
        None,
        f"{plan['repoId']} at {short(plan['commit'])} ({plan['revision']}) into {plan['repoType']}s/{plan['assetId']}: "
        f"{count(len(files), 'file')}, {size(plan['bytesTotal'])}; {here} here already, {left} to fetch",
    )
    if disk.get("enough"):
        output.result(
            None, f"Disk: {size(disk.get('free'))} free, {size(disk.get('freeAfter'))} after it. Nothing started."
        )
    else:
        output.result(None, f"Not enough disk space: {size(disk.get('free'))} free. Nothing started.")
    if not plan["allowed"]:
        output.result(
            None, "It is not in the catalog, so this gateway does not allow the download. See `sokhan catalog`."
        )


def _here(file: Json) -> str:
    return "all" if number(file["here"]) >= number(file["size"]) else size(file["here"]) if file["here"] else "–"
