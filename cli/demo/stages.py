"""The stages of the demo; each uses the public API."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from cli.client import Client, Json
from cli.demo.dataset import write_archive
from cli.demo.plot import plot_losses
from cli.demo.report import DemoReport
from cli.errors import CliError
from cli.figures import error_rate, percent
from cli.job_watcher import DownloadWatch, training_line, watch
from cli.output import Output, duration, number, size
from cli.responses import inner, items_of, one_of, required
from cli.settings import CliSettings
from cli.uploading import add_dataset
from cli.wav import write_wav

DATASET = "local/demo-speaker"
BASE = "sokhan/base-fa"
VOICE = "demo-voice"
NEW_SENTENCE = "این صدا را همین حالا روی این رایانه ساختیم."
STEPS = 120
TRAINING: Json = {
    "batch_size": 8,
    "learning_rate": 5e-4,
    # Forty sentences teach a speaker, not how Persian is read.
    "freeze": "text_encoder,duration_predictor",
    "warmup_steps": 10,
    "schedule": "cosine",
    "average_decay": 0.95,
    # Discriminators that start from nothing need thousands of steps to be of use.
    "adversarial_from": 1_000_000,
    "validation_fraction": 0.2,
    "quality_utterances": 8,
}
HUB_VOICE = "facebook/mms-tts-fas"
_APPEARS_S = 60.0


class Demo:
    def __init__(self, settings: CliSettings, output: Output, report: DemoReport, folder: Path, steps: int) -> None:
        self._settings = settings
        self._output = output
        self._report = report
        self._folder = folder
        self._steps = steps

    async def train_and_speak(self) -> None:
        await self._make_dataset()
        async with Client(self._settings) as client:
            await self._upload(client)
            run = await self._train(client)
            await self._plot(client, run)
            await self._speak(client, str(_result(run)["voice"]))

    async def pull_and_speak(self) -> None:
        async with Client(self._settings) as client:
            with self._report.stage("pull") as stage:
                job = one_of(await client.post("/api/sources/download", {"repoId": HUB_VOICE}))
                done = await DownloadWatch(client, self._output, job, HUB_VOICE).run()
                stage.did = f"{HUB_VOICE}, {size(done['bytesTotal'])}, every file verified (licence CC-BY-NC-4.0)"
                stage.where = str(done["destination"])
            await self._speak(client, HUB_VOICE)

    async def _make_dataset(self) -> None:
        archive = self._folder / "dataset.zip"
        with self._report.stage("data set") as stage:
            seconds = await asyncio.to_thread(write_archive, archive)
            stage.did = f"40 Persian sentences, {duration(seconds)} of speech; synthetic: a female speaker of espeak-ng"
            stage.where = str(archive)
            self._output.say(stage.did)

    async def _upload(self, client: Client) -> None:
        archive = self._folder / "dataset.zip"
        with self._report.stage("upload") as stage:
            known = {str(item["id"]): item for item in items_of(await client.get("/api/datasets"))}
            if DATASET in known:
                data = known[DATASET]
                stage.did = "installed by an earlier demo; used again"
            else:
                data = await add_dataset(client, self._settings, self._output, DATASET.split("/")[1], archive)
                stage.did = "checked and installed by the scanner"
            details = required(data, "details")
            stage.did += f": {details['items']} utterances, {details['characters']} characters"
            stage.where = f"data/datasets/{DATASET}"
            self._output.say(stage.did)

    async def _train(self, client: Client) -> Json:
        with self._report.stage("fine-tune") as stage:
            await self._wait_for_voice(client, BASE)  # the scanner installs it at its first start
            half = max(1, self._steps // 2)
            config = {**TRAINING, "max_steps": self._steps, "evaluate_every": half, "checkpoint_every": half}
            request: Json = {
                "recipe": "vits", "datasets": [DATASET], "baseModel": BASE, "config": config, "name": VOICE
            }  # fmt: skip
            run = one_of(await client.post("/api/training", request))
            link = f"{self._settings.base}/training/{run['id']}"
            self._output.say(f"The run: {link}")
            done = await watch(self._settings, self._output, f"training:{run['id']}", "fine-tuning", training_line)
            stage.did = (
                f"{done['step']} steps from {BASE}, attempt {done['attempt']}; best at {_result(done)['bestStep']}"
            )
            stage.where = link
        self._compare(done)
        return done

    def _compare(self, run: Json) -> None:
        """Add a row with the figures of the held-back sentences, before and after."""
        before = inner(inner(run, "base"), "values")
        after = inner(inner(run, "bestCheckpoint"), "values")
        with self._report.stage("quality") as stage:
            stage.did = (
                f"8 held-back sentences: {percent(error_rate(before))} of the phonemes wrong before, "
                f"{percent(error_rate(after))} after; pitch {_cents(before)} before, {_cents(after)} after; "
                f"distortion {_decibels(before)} before, {_decibels(after)} after"
            )
            stage.where = "docs/quality.md"
            self._output.say(stage.did)

    async def _plot(self, client: Client, run: Json) -> None:
        with self._report.stage("loss curve") as stage:
            metrics = one_of(await client.get(f"/api/training/{run['id']}/metrics"))
            target = self._folder / "loss.png"
            count = await asyncio.to_thread(plot_losses, metrics, target)
            stage.did, stage.where = f"{count} steps drawn", str(target)

    async def _speak(self, client: Client, voice: str) -> None:
        with self._report.stage("speak") as stage:
            await self._wait_for_voice(client, voice)
            target = self._folder / "speech.wav"
            request: Json = {"input": NEW_SENTENCE, "voice": voice, "response_format": "wav", "seed": 1}
            await write_wav(client.stream("/v1/audio/speech", request), target)
            stage.did = f"“{NEW_SENTENCE}” by {voice}; not a sentence of the data"
            stage.where = str(target)
            self._output.say(f"{stage.did}: {target}")

    async def _wait_for_voice(self, client: Client, voice: str) -> None:
        deadline = time.monotonic() + _APPEARS_S
        while True:
            found = (await client.get("/v1/audio/voices"))["voices"]
            if isinstance(found, list) and any(isinstance(v, dict) and v["id"] == voice for v in found):
                return
            if time.monotonic() > deadline:
                raise CliError(f"The voice {voice} did not appear within {_APPEARS_S:.0f} s.")
            await asyncio.sleep(0.2)


def _cents(values: Json) -> str:
    return f"off by {abs(number(values['quality_pitch_cents'])):.0f} cents" if "quality_pitch_cents" in values else "?"


def _decibels(values: Json) -> str:
    return f"{number(values['quality_mcd']):.1f} dB" if "quality_mcd" in values else "?"


def _result(run: Json) -> Json:
    return required(run, "result")
