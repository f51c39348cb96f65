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
from cli.job_watcher import DownloadWatch, training_line, watch
from cli.output import Output, duration, size
from cli.responses import items_of, one_of, required
from cli.settings import CliSettings
from cli.wav import write_wav

DATASET = "local/demo"
VOICE = "demo-voice"
NEW_SENTENCE = "این صدا را همین حالا روی این رایانه ساختیم."
# Small on purpose: after so little training a voice has the rhythm of Persian, but no intelligible words.
STEPS = 80
TRAINING: Json = {"preset": "tiny", "batch_size": 8, "learning_rate": 0.002, "quality_utterances": 0}
HUB_VOICE = "facebook/mms-tts-fas"
_VOICE_APPEARS_S = 60.0


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
            stage.did = f"40 Persian sentences, {duration(seconds)} of speech; synthetic: spoken by espeak-ng"
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
                data = one_of(await client.upload("/api/datasets", {"name": DATASET.split("/")[1]}, archive))
                stage.did = "checked and installed by the scanner"
            details = required(data, "details")
            stage.did += f": {details['items']} utterances, {details['characters']} characters"
            stage.where = f"data/datasets/{DATASET}"
            self._output.say(stage.did)

    async def _train(self, client: Client) -> Json:
        with self._report.stage("train") as stage:
            quarter = max(1, self._steps // 4)
            config = {**TRAINING, "max_steps": self._steps, "evaluate_every": quarter, "checkpoint_every": quarter}
            request: Json = {"recipe": "vits", "datasets": [DATASET], "config": config, "name": VOICE}
            run = one_of(await client.post("/api/training", request))
            link = f"{self._settings.base}/api/training/{run['id']}"
            self._output.say(f"The run: {link}")
            done = await watch(self._settings, self._output, f"training:{run['id']}", "tiny voice", training_line)
            stage.did = (
                f"{done['step']} steps of preset tiny, attempt {done['attempt']}; best at {_result(done)['bestStep']}"
            )
            stage.where = link
            return done

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
        deadline = time.monotonic() + _VOICE_APPEARS_S
        while True:
            found = (await client.get("/v1/audio/voices"))["voices"]
            if isinstance(found, list) and any(isinstance(v, dict) and v["id"] == voice for v in found):
                return
            if time.monotonic() > deadline:
                raise CliError(f"The voice {voice} did not appear within {_VOICE_APPEARS_S:.0f} s.")
            await asyncio.sleep(0.2)


def _result(run: Json) -> Json:
    return required(run, "result")
