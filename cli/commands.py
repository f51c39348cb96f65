"""What each command does with the gateway."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tarfile
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import JsonValue

from cli.client import Client, Json
from cli.errors import CliError
from cli.output import Output, duration, number, size
from cli.settings import CliSettings
from cli.watching import download_line, plain_line, training_line, watch

_PLAYERS = (("aplay", "-q"), ("paplay",), ("afplay",), ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"))
_WAV_HEADER = 44


def one_of(answer: Json) -> Json:
    """What an answer is about, where that is one thing."""
    data = answer["data"]
    assert isinstance(data, dict)
    return data


def items_of(answer: Json) -> list[Json]:
    """What an answer lists."""
    data = answer["data"]
    assert isinstance(data, list)
    return [item for item in data if isinstance(item, dict)]


async def pull(settings: CliSettings, output: Output, repo: str, wish: dict[str, JsonValue], wait: bool) -> None:
    async with Client(settings) as client:
        job = one_of(await client.post("/api/sources/download", {"repoId": repo, **wish}))
        if not wait:
            output.result(job, f"Started. Watch it with: sokhan jobs   (id {job['id']})")
            return
        done = await watch(settings, output, f"download:{job['id']}", repo, download_line)
        output.result(
            done,
            f"{repo} is here: {size(done['bytesTotal'])} in {done['destination']} (commit {str(done['commit'])[:12]})",
        )


async def add_dataset(settings: CliSettings, output: Output, source: Path, name: str) -> None:
    with tempfile.TemporaryDirectory() as work:
        archive = source
        if source.is_dir():
            output.say(f"Packing {source} …")
            archive = await asyncio.to_thread(_pack, source, Path(work))
        async with Client(settings) as client:
            output.say(f"Uploading {archive.name}, {size(archive.stat().st_size)} …")
            data = one_of(await client.upload("/api/datasets", {"name": name}, archive))
            if "jobId" in data:
                job = await watch(settings, output, f"scan:{data['jobId']}", f"unpacking {name}", plain_line)
                data = one_of(await client.get(f"/api/datasets/{job['asset']}"))
    details = data["details"]
    assert isinstance(details, dict)
    skipped = f", {details['skipped']} skipped" if details.get("skipped") else ""
    output.result(
        data,
        f"{data['id']}: {details['items']} utterances{skipped}, {duration(number(details['hours']) * 3600)} of speech "
        f"at {details['sampleRate']} Hz, {details['characters']} characters",
    )


def _pack(folder: Path, work: Path) -> Path:
    archive = work / f"{folder.name}.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(folder, arcname=".")
    return archive


async def train(settings: CliSettings, output: Output, wish: Json, wait: bool) -> None:
    async with Client(settings) as client:
        run = one_of(await client.post("/api/training", wish))
        if not wait:
            output.result(run, f"Started. Watch it with: sokhan logs {run['id']}")
            return
        output.say(f"Run {run['id']}: {settings.base}/api/training/{run['id']}")
        done = await watch(settings, output, f"training:{run['id']}", str(run["name"]), training_line)
        result = done.get("result")
        voice = result.get("voice") if isinstance(result, dict) else None
        best = result.get("bestStep") if isinstance(result, dict) else None
        made = f"; the voice is {voice}: sokhan say --voice {voice} 'سلام'" if voice else ""
        output.result(done, f"Finished after {done['step']} steps, best at step {best}{made}")


async def say(settings: CliSettings, output: Output, text: str, voice: str, target: Path | None, speed: float) -> None:
    """Into `target`, or played; into ./speech.wav where nothing here can play."""
    wish: Json = {"model": "sokhan", "input": text, "voice": voice, "speed": speed, "response_format": "wav"}
    player = next((p for p in _PLAYERS if shutil.which(p[0])), None) if target is None else None
    async with Client(settings) as client:
        stream = client.stream("/v1/audio/speech", wish)
        if player is not None:
            with tempfile.TemporaryDirectory() as work:
                path = Path(work) / "speech.wav"
                length = await write_wav(stream, path)
                process = await asyncio.create_subprocess_exec(*player, str(path))
                await process.wait()
            output.result({"path": None, "bytes": length, "voice": voice}, f"played {size(length)}, spoken by {voice}")
            return
        path = target or Path("speech.wav")
        length = await write_wav(stream, path)
    output.result({"path": str(path), "bytes": length, "voice": voice}, f"{path}: {size(length)}, spoken by {voice}")


async def write_wav(stream: AsyncIterator[bytes], path: Path) -> int:
    """The bytes written; what was in `path` stays until all of it is there.

    What is streamed cannot know its length; what lies in a file can, so its header is put right at the end.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as out:
            async for chunk in stream:
                out.write(chunk)
            total = out.tell()
            if total <= _WAV_HEADER:
                raise CliError("No audio came.", code="UNAVAILABLE")
            for position, value in ((4, total - 8), (40, total - _WAV_HEADER)):
                out.seek(position)
                out.write(value.to_bytes(4, "little"))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return total


async def voices(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        found = (await client.get("/v1/audio/voices"))["voices"]
    assert isinstance(found, list)
    lines = [
        f"{v['id']:<32} {v['engine']:<10} {v['language']:<4} {v['sampleRate']} Hz" for v in found if isinstance(v, dict)
    ]
    output.result(found, "\n".join(lines))


async def jobs(settings: CliSettings, output: Output, limit: int) -> None:
    async with Client(settings) as client:
        found = [
            *items_of(await client.get("/api/sources/downloads", limit=limit)),
            *items_of(await client.get("/api/training", limit=limit)),
        ]
    found.sort(key=lambda job: str(job["createdAt"]), reverse=True)
    lines = [
        f"{job['id']}  {job['kind']!s:<9} {job['state']!s:<10} {number(job['progress']):5.1f} %  "
        f"{job.get('repoId') or job.get('name')}"
        for job in found[:limit]
    ]
    output.result(list(found[:limit]), "\n".join(lines) or "No jobs yet.")


async def cancel(settings: CliSettings, output: Output, job: str) -> None:
    async with Client(settings) as client:
        for path in ("/api/sources/download", "/api/training"):
            try:
                data = one_of(await client.delete(f"{path}/{job}"))
            except CliError as error:
                if error.code != "NOT_FOUND":
                    raise
                continue
            output.result(data, f"{job} will stop.")
            return
    raise CliError(f"There is no job with the id {job}.", code="NOT_FOUND", hint="`sokhan jobs` lists them.")


async def logs(settings: CliSettings, output: Output, run: str, follow: bool) -> None:
    """The run's lines so far; with `follow` until it ends."""
    async with Client(settings) as client:
        last = await _print_logs(client, output, run, None)
        while follow:
            ended = one_of(await client.get(f"/api/training/{run}"))["state"] in {"completed", "failed", "cancelled"}
            last = await _print_logs(client, output, run, last)
            if ended:
                return
            await asyncio.sleep(1.0)


async def _print_logs(client: Client, output: Output, run: str, after: int | None) -> int | None:
    while True:
        query: dict[str, str | int] = {"limit": 1000} if after is None else {"limit": 1000, "after": after}
        answer = await client.get(f"/api/training/{run}/logs", **query)
        for line in items_of(answer):
            seq = line["seq"]
            after = seq if isinstance(seq, int) else after
            output.result(line, f"{str(line['time'])[:19]}  {line['level']!s:<7} {line['message']}")
        sys.stdout.flush()
        if not answer.get("next"):
            return after
