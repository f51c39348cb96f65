"""`sokhan read`: speaks a long text, such as a book, into one file; the job continues after Ctrl-C."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from cli.client import Client, Json
from cli.errors import CliError
from cli.job_watcher import speech_line, watch
from cli.options import AsJson, execute, output
from cli.output import Output, count, duration, number, size
from cli.paths import segment
from cli.responses import inner, objects, one_of
from cli.settings import CliSettings
from shared.audio import BY_SUFFIX
from shared.contracts.kinds.speech import RenderFormat
from shared.contracts.readings import Reading

app = typer.Typer()
_FORMATS: tuple[RenderFormat, ...] = get_args(RenderFormat)


@app.command()
def read(
    source: Annotated[Path | None, typer.Argument(metavar="FILE", help="UTF-8 text; `-` is stdin.")] = None,
    target: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; its extension sets the format.")
    ] = None,
    voice: Annotated[
        str | None, typer.Option(help="See `sokhan voices`; by default the platform's default voice.")
    ] = None,
    format: Annotated[
        RenderFormat | None, typer.Option(help="By default that of the file's extension, else mp3.")
    ] = None,
    speed: Annotated[float, typer.Option(min=0.25, max=4.0)] = 1.0,
    speaker: Annotated[str | None, typer.Option(help="The speaker, for a voice with several.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same speech.")] = None,
    reading: Annotated[
        Reading | None, typer.Option(help="How words are read; by default as the voice was trained.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="By default the file's name.")] = None,
    subtitles: Annotated[bool, typer.Option("--subtitles", help="Also write a .srt file.")] = False,
    job: Annotated[str | None, typer.Option(metavar="ID", help="Fetch the result of an earlier job.")] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", "--detach", help="Start it and return at once.")] = False,
    as_json: AsJson = False,
) -> None:
    """Speak a long text into one file, chapter by chapter. The job survives restarts of the platform."""
    if (source is None) == (job is None):
        raise typer.BadParameter("give either a text file, or --job with the id of a job", param_hint="FILE")
    chosen = _format_of(target, format)
    request: Json = {"speed": speed, "responseFormat": chosen}
    if source is not None:
        request["input"] = _text(source)
        name = title or (source.stem if str(source) != "-" else None)
        named = {"voice": voice, "speaker": speaker, "title": name[:200] if name else None, "seed": seed}
        named["reading"] = reading
        request |= {key: value for key, value in named.items() if value is not None}
    place = target or (Path(f"{source.stem}.{chosen}") if source is not None and str(source) != "-" else None)
    if place is not None:
        _create_parent(place)
    work = FollowedRender(CliSettings(), output(as_json), place, subtitles=subtitles)
    execute(work.run(job, request, wait=not no_wait), work.leave)


def _format_of(target: Path | None, requested: RenderFormat | None) -> RenderFormat:
    if requested is not None or target is None:
        return requested or "mp3"
    chosen = BY_SUFFIX.get(target.suffix.lower())
    for format_ in _FORMATS:
        if format_ == chosen:
            return format_
    raise typer.BadParameter(f"its extension is not a format: {', '.join(_FORMATS)}; set --format", param_hint="-o")


def _create_parent(place: Path) -> None:
    """Create the target's folder before the job starts, to fail early. Raises `CliError`."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CliError(f"{place} cannot be written: {error.strerror}.") from error


def _text(source: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(source) == "-" else source.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CliError(f"{source} is not UTF-8.", hint="Convert it with `iconv -f WINDOWS-1256 -t UTF-8`.") from error
    except OSError as error:
        raise CliError(f"{source} cannot be read: {error.strerror}.") from error


class FollowedRender:
    """Starts or finds a speech job, waits for it and saves its audio. `target` None: a file named after the job."""

    def __init__(self, settings: CliSettings, output: Output, target: Path | None, *, subtitles: bool) -> None:
        self._settings = settings
        self._output = output
        self._target = target
        self._subtitles = subtitles
        self._job: str | None = None

    async def run(self, known: str | None, request: Json, *, wait: bool) -> None:
        async with Client(self._settings) as client:
            if known is None:
                job = one_of(await client.post("/api/speech", request))
            else:
                job = one_of(await client.get(f"/api/speech/{segment(known)}"))
                self._require_fit(job)
            self._job = str(job["id"])
            if not wait:
                self._output.result(job, f"Started. Fetch it with: {self._again}")
                return
            name = str(job.get("title") or self._job)
            done = await watch(self._settings, self._output, f"speech:{self._job}", name, speech_line)
            target = self._target or Path(f"{self._job}.{done['responseFormat']}")
            length = await client.save(f"/api/speech/{self._job}/audio", target)
            if self._subtitles:
                await client.save(f"/api/speech/{self._job}/subtitles.srt", target.with_suffix(".srt"))
        result = inner(done, "result")
        chapters = count(len(objects(result.get("chapters"))), "chapter")
        self._output.result(
            {**done, "file": str(target)},
            f"{target}: {size(length)}, {duration(result.get('seconds'))} in {chapters}, spoken by {result['voice']}"
            + _skipped(result),
        )

    def _require_fit(self, job: Json) -> None:
        """Raises `CliError` for a paused job, and for one whose format differs from the file's extension."""
        if job["state"] == "paused":
            raise CliError("It is paused.", code="CONFLICT", hint=f"sokhan resume {job['id']} resumes it.")
        ending = BY_SUFFIX.get(self._target.suffix.lower()) if self._target is not None else None
        if ending is not None and ending != job["responseFormat"]:
            raise CliError(
                f"{self._target} is not a name for {job['responseFormat']}, the format of this job.", code="VALIDATION"
            )

    async def leave(self) -> bool:
        """After Ctrl-C: the job continues; print the command that fetches its result."""
        if self._job is None:
            return False
        self._output.say(f"The job continues. Fetch it with: {self._again}  (sokhan cancel {self._job} cancels it)")
        return True

    @property
    def _again(self) -> str:
        words = ["sokhan", "read", "--job", str(self._job)]
        words += ["-o", str(self._target)] if self._target is not None else []
        return shlex.join([*words, *(["--subtitles"] if self._subtitles else [])])


def _skipped(result: Json) -> str:
    skipped = number(result.get("skipped"))
    return f"; {skipped:,.0f} characters were skipped, because the voice cannot speak them" if skipped else ""
