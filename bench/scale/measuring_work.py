"""Costs of the work itself: sentences, a download, an import, training steps, on the whole platform."""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import time
from dataclasses import dataclass, replace

import httpx2

from bench.scale.costs import JobCosts, SentenceCosts
from bench.scale.platform import MeasuredPlatform
from bench.speech import RATE, TEXTS
from bench.speech_clients import Heard, Server, crowd, listen
from bench.speech_voices import write_ours
from cli.demo.dataset import write_archive
from shared.vits.presets import PresetName
from tests.support.hub import TestHub
from tests.support.processes import wait_until

SIZE: PresetName = "fast"
VOICE, ESPEAK = "local/fast", "espeak-fa"
BASE = "sokhan/base-fa"
SENTENCES = tuple(f"{part.strip('. ')}." for text in TEXTS for part in text.split(". "))
"""Twelve, of one sentence each, so that a request is one customer of the synth."""
CROWD = 8
_FIRST = "sokhan_speech_first_audio_duration_seconds_sum"
_SUM, _COUNT = "sokhan_speech_synthesis_duration_seconds_sum", "sokhan_speech_synthesis_duration_seconds_count"


def install_voice(built: MeasuredPlatform) -> None:
    """A voice of real size with random weights: it takes as long as speech does."""
    models = built.data / "models" / "local"
    write_ours(models / "fast", SIZE)
    shutil.rmtree(models / ".tmp", ignore_errors=True)
    with built.client() as client:

        def found() -> bool:
            names = [voice["id"] for voice in client.get("/v1/audio/voices").json()["voices"]]
            return VOICE in names and BASE in names

        wait_until(found, 60, "the scanner has found the voices")
        speak = {"voice": VOICE, "input": SENTENCES[0]}
        client.post("/v1/audio/speech", json=speak, timeout=60).raise_for_status()
    wait_until(lambda: built.processes["synth"].said("voice_calibrated"), 120, "the voice is calibrated")


def server(built: MeasuredPlatform, voice: str) -> Server:
    def ask(text: str) -> tuple[str, str, dict[str, object]]:
        return "POST", "/v1/audio/speech", {"voice": voice, "input": text, "response_format": "wav"}

    return Server(voice, built.url, RATE, ask)


@dataclass(frozen=True, slots=True)
class _Used:
    """Of the synth's histogram and of the processors, so far, in seconds; writes of the store."""

    computing: float
    sentences: float
    gateway: float
    synth: float
    writes: float

    @classmethod
    def now(cls, built: MeasuredPlatform) -> _Used:
        computing, sentences = built.metric("synth", _SUM), built.metric("synth", _COUNT)
        writes = built.store_writes("gateway") + built.store_writes("synth")
        return cls(computing, sentences, built.cpu("gateway"), built.cpu("synth"), writes)


def sentence(built: MeasuredPlatform, voice: str, count: int) -> SentenceCosts:
    """`count` requests one after the other, then `CROWD` clients with a quarter as many each."""
    alone: list[float] = []
    first: list[float] = []
    answers: list[Heard] = []

    async def go() -> None:
        async with httpx2.AsyncClient(timeout=60, trust_env=False) as client:
            await listen(server(built, voice), client, SENTENCES[0])
            for number in range(count):
                before, heard = built.metric("synth", _SUM), built.metric("synth", _FIRST)
                answers.append(await listen(server(built, voice), client, SENTENCES[number % len(SENTENCES)]))
                alone.append(built.metric("synth", _SUM) - before)
                first.append(built.metric("synth", _FIRST) - heard)

    asyncio.run(go())
    before = _Used.now(built)
    heard, _ = asyncio.run(crowd(server(built, voice), SENTENCES, CROWD, max(1, count // 4)))
    after = _Used.now(built)
    sentences = after.sentences - before.sentences
    factor = (after.computing - before.computing) / sentences / statistics.fmean(alone)
    return SentenceCosts(
        voice=voice,
        alone=tuple(alone),
        crowded=tuple(seconds * factor for seconds in alone),
        audio=statistics.fmean(one.audio for one in [*answers, *heard]),
        around=statistics.median(one.whole - one_alone for one, one_alone in zip(answers, alone, strict=True)),
        before_audio=statistics.fmean(first) - statistics.fmean(alone),
        gateway_cpu=(after.gateway - before.gateway) / sentences,
        synth_cpu=(after.synth - before.synth) / sentences,
        writes=(after.writes - before.writes) / sentences,
    )


def jobs(built: MeasuredPlatform, hub: TestHub, share: float, lone: float) -> JobCosts:
    """`lone`: the mean computing time of a sentence without training beside it."""
    download = _download(built, hub, max(20_000_000, int(200_000_000 * share)))
    found = JobCosts(*download, _import(built, max(2000, int(40_000 * share))), 0.0, 0.0, 1.0)
    return _training(built, found, max(8, int(30 * share)), lone)


def _download(built: MeasuredPlatform, hub: TestHub, size: int) -> tuple[float, float]:
    """Bytes a second from a hub on loopback, and processor seconds of the downloader for a byte."""
    hub.put_file("bench/scale", "model.safetensors", size)
    hub.commit("bench/scale")
    before, began = built.cpu("downloader"), time.perf_counter()
    with built.client() as client:
        job = client.post("/api/sources/download", json={"modelId": "bench/scale"}).raise_for_status().json()["data"]
    done = built.wait_job(f"/api/sources/download/{job['id']}", 120)
    assert done["state"] == "completed", done
    return size / (time.perf_counter() - began), (built.cpu("downloader") - before) / size


def _import(built: MeasuredPlatform, lines: int) -> float:
    """Bytes of JSONL a second, from the upload to the installed data set."""
    rows = ({"text": f"سطر {n}: {SENTENCES[n % len(SENTENCES)]}"} for n in range(lines))
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    began = time.perf_counter()
    _upload(built, "texts", "texts.jsonl", content)
    return len(content) / (time.perf_counter() - began)


def _upload(built: MeasuredPlatform, name: str, file: str, content: bytes) -> None:
    with built.client() as client:
        answer = client.post("/api/datasets", files={"file": (file, content)}, data={"name": name}, timeout=120)
        answer.raise_for_status()

        def installed() -> bool:
            return any(item["id"] == f"local/{name}" for item in client.get("/api/datasets").json()["data"])

        wait_until(installed, 120, f"{name} is installed")


def _training(built: MeasuredPlatform, found: JobCosts, steps: int, lone: float) -> JobCosts:
    """Fine-tune the base voice for `steps`, and speak meanwhile."""
    archive = built.folder / "speaker.zip"
    write_archive(archive)
    _upload(built, "speaker", archive.name, archive.read_bytes())
    config = {
        "batch_size": 8, "max_steps": steps, "evaluate_every": steps, "checkpoint_every": steps,
        "adversarial_from": 1_000_000, "freeze": "text_encoder,duration_predictor", "quality_utterances": 0,
    }  # fmt: skip
    body: dict[str, object] = {
        "recipe": "vits",
        "datasets": ["local/speaker"],
        "baseModel": BASE,
        "config": config,
        "name": "scale",
    }
    quiet, busy = _run(built, body, speaking=False), _run(built, {**body, "name": "beside"}, speaking=True)
    return replace(found, step=quiet.step, run_overhead=quiet.overhead, beside_training=busy.sentence / lone)


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds of a step, of all beside its steps, and of a sentence meanwhile."""

    step: float
    overhead: float
    sentence: float


def _run(built: MeasuredPlatform, body: dict[str, object], *, speaking: bool) -> _Run:
    name = "sokhan_training_step_duration_seconds"
    before = [built.metric("trainer", f"{name}_{part}") for part in ("sum", "count")]
    began = time.perf_counter()
    with built.client() as client:
        run = client.post("/api/training", json=body, timeout=60).raise_for_status().json()["data"]["id"]
    sentences = _speak_beside(built, run) if speaking else [0.0]
    done = built.wait_job(f"/api/training/{run}", 300)
    took = time.perf_counter() - began
    assert done["state"] == "completed", done
    seconds, count = (built.metric("trainer", f"{name}_{p}") - b for p, b in zip(("sum", "count"), before, strict=True))
    return _Run(seconds / count, took - seconds, statistics.fmean(sentences))


def _speak_beside(built: MeasuredPlatform, run: str) -> list[float]:
    """Computing times of sentences while steps are trained."""
    taken: list[float] = []
    wait_until(lambda: bool(built.get(f"/api/training/{run}").get("step")), 120, "a step is trained")
    with built.client() as client:
        while built.get(f"/api/training/{run}")["state"] == "running" and len(taken) < 30:
            before = built.metric("synth", _SUM)
            speak = {"voice": VOICE, "input": SENTENCES[len(taken) % 12], "response_format": "wav"}
            client.post("/v1/audio/speech", json=speak, timeout=60).raise_for_status()
            taken.append(built.metric("synth", _SUM) - before)
    return taken
