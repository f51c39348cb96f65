"""A platform that a Prometheus scrapes, under a load in which everything happens that the dashboards show."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

from tests.support.collector import collector
from tests.support.hub import TestHub, running_hub
from tests.support.platform import SERVICES, Platform, platform
from tests.support.processes import free_port, wait_until
from tests.support.prometheus import prometheus
from tests.support.seaweedfs import running_seaweedfs

_MODEL_BYTES = 400_000
_BYTES_PER_S = 300_000  # so that downloads wait for each other
_SENTENCES = ("سلام دنیا.", "امروز هوا آفتابی است.", "کتاب روی میز است.", "فردا به شیراز می‌رویم.")


@dataclass
class Watched:
    built: Platform
    hub: TestHub
    url: str
    """Of the Prometheus."""

    def load(self, seconds: float) -> None:
        """Downloads, runs, speech, renders and errors, with a socket open, and at least one round of each."""
        with self._socket(), self.built.client() as client:
            self._upload(client, "texts")
            wait_until(lambda: client.get("/api/datasets").json()["data"] != [], 30, "the data set is there")
            deadline = time.monotonic() + seconds
            for number in itertools.count():
                self._round(client, number)
                if time.monotonic() > deadline:
                    return

    @contextlib.contextmanager
    def _socket(self) -> Iterator[None]:
        """A socket that is read: one that is not is closed by the gateway."""
        with self.built.socket("download:*", "training:*") as listener:
            reader = threading.Thread(target=lambda: deque(listener.connection, maxlen=0))
            reader.start()
            yield
        reader.join(10)

    def _upload(self, client: httpx2.Client, name: str) -> None:
        lines = b'{"text": "salam"}\n' * 30
        client.post("/api/datasets", files={"file": ("texts.jsonl", lines)}, data={"name": name}).raise_for_status()

    def _round(self, client: httpx2.Client, number: int) -> None:
        if number % 6 == 0:
            self._download(client, number)
            self._upload(client, f"texts-{number}")
        if number % 16 == 0:
            config = {"max_steps": 150, "batch_size": 2, "checkpoint_every": 50, "step_seconds": 0.05}
            body = {"recipe": "toy", "datasets": ["local/texts"], "config": config}
            client.post("/api/training", json=body).raise_for_status()
        if number % 16 == 6:
            self._crash_training()
        self._speak(client, number)
        client.get("/api/training/unknown")
        client.post("/api/training", json={"recipe": 7})
        client.get("/api/downloads", headers={"Origin": "http://elsewhere.example"})
        time.sleep(0.5)

    def _download(self, client: httpx2.Client, number: int) -> None:
        """Three that wait for two slots, one that is damaged once, one that fails."""
        names = [f"ns/model-{number}-{letter}" for letter in "abc"]
        for name in names:
            self.hub.put_file(name, "weights.bin", _MODEL_BYTES)
        damaged = f"damaged-{number}.bin"
        self.hub.put(f"ns/damaged-{number}", {damaged: bytes(50_000)})
        self.hub.fault(damaged, "corrupt", times=99 if number == 0 else 1)
        for name in (*names, f"ns/damaged-{number}", "ns/absent"):
            client.post("/api/sources/download", json={"modelId": name}).raise_for_status()

    def _crash_training(self) -> None:
        """Kill the child of the trainer that computes, if one does."""
        trainer = psutil.Process(self.built.processes["trainer"].popen.pid)
        for child in trainer.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()

    def _speak(self, client: httpx2.Client, number: int) -> None:
        for text in (f"{number}. {_SENTENCES[number % 4]}", _SENTENCES[0]):
            said = client.post("/v1/audio/speech", json={"input": text, "voice": "espeak-fa"})
            assert said.status_code == 200, said.text
        if number % 12 == 0:
            body = {"input": " ".join(_SENTENCES) * 3, "voice": "espeak-fa"}
            client.post("/api/speech", json=body).raise_for_status()


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """All five services with known operations ports, a hub, a bucket, a collector of traces and a Prometheus."""
    ports = {name: free_port() for name in SERVICES}
    with (
        running_hub(folder / "hub") as hub,
        collector() as (endpoint, _),
        running_seaweedfs(folder / "bucket") as bucket,
    ):
        hub.shape(rate=_BYTES_PER_S)
        environment = {"HF_ENDPOINT": hub.url, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, **bucket.environment}
        first = {**environment, "SOKHAN_OPS_PORT": str(ports["gateway"])}
        with (
            platform(folder / "sokhan", names=("gateway",), environment=first) as built,
            prometheus(folder / "prometheus", ports) as url,
        ):
            for name in SERVICES[1:]:
                built.environment = {**environment, "SOKHAN_OPS_PORT": str(ports[name])}
                built.start(name)
            built.environment = environment
            built.wait_ready(SERVICES)
            yield Watched(built, hub, url)
