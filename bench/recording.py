"""What it costs that every step of a run is recorded: in the training process, and in the service that keeps it.

The service's part is what it does in a second of a run: lines parsed, rows collected and written in one batch, progress
written twice, all of it into a real store over a real lease and told to a real bus. Only processor time counts: the
service works while the training process computes its next step.
"""

from __future__ import annotations

import asyncio
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry

from bench.measure import cpu_seconds
from bench.platform import Row
from services.trainer.child.monitor import Monitor
from services.trainer.interface.channel import PipeChannel
from services.trainer.interface.protocol import Step, parse_message
from services.trainer.metrics import TrainingMetrics
from services.trainer.run_recorder import RunRecorder
from shared.bus import Bus, BusSettings
from shared.contracts.kinds import TRAINING
from shared.contracts.kinds.training import TrainingJob, TrainingProgress, TrainingSpec
from shared.contracts.states import JobKind
from shared.jobs import JobContext, JobEvents, JobRepository
from shared.runs import RunRepository
from shared.service.runtime import new_id, utc_now
from shared.store import open_store
from shared.telemetry import Metrics
from tests.support.processes import Nats, nats_server

_SENT = 20_000
_SECONDS = 120  # of a run, lived through as fast as it goes
_LEASE_S = 20.0
# VITS' terms; the text recipes have one.
_VALUES = ("loss", "loss_disc", "loss_gen", "loss_feat", "loss_mel", "loss_kl", "loss_duration")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the processor for a step: in the service, and in the message server."""

    service: float
    server: float


def measure(folder: Path, tiny: float) -> list[Row]:
    """`tiny`: seconds of a step of the `tiny` voice on this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    child = sending()
    rows: list[Row] = [("a step's line made and sent, for which the training waits", f"{child * 1e6:.0f} µs")]
    with nats_server(folder / "nats") as nats:
        for what, took in ((f"{tiny * 1000:.0f} ms (tiny)", tiny), ("100 ms", 0.1), ("10 ms", 0.01)):
            cost = asyncio.run(recording(folder, nats, max(1, round(1 / took))))
            told = f"{cost.service * 1e6:.0f} + {cost.server * 1e6:.0f} µs; {(child + cost.service) / took:.2%}"
            rows.append((f"steps of {what}: the service + NATS; line and service, of the step", told))
    return rows


def sending() -> float:
    """Seconds for which the loop waits at each step."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as reader:
        assert reader.stdin is not None
        channel, monitor = PipeChannel(reader.stdin.fileno()), Monitor(None)
        started = time.perf_counter()
        for number in range(1, _SENT + 1):
            channel.send(a_step(number, monitor.latest()))
        return (time.perf_counter() - started) / _SENT


async def recording(folder: Path, nats: Nats, steps_a_second: int) -> Cost:
    store = await open_store(f"sqlite:///{folder / f'run-{steps_a_second}.db'}")
    bus = Bus(BusSettings(nats.url, "bench"), Metrics("bench"))
    bus.start()
    try:
        assert await bus.wait_ready(10)
        repository = JobRepository(store, utc_now, _LEASE_S)
        job = new_run()
        await repository.create(job)
        claimed = await repository.claim(TRAINING, job.id, "bench")
        assert claimed is not None
        context = JobContext(claimed, repository, JobEvents(bus))
        record = await RunRecorder.open(context, RunRepository(store), utc_now, TrainingMetrics(CollectorRegistry()))
        lines = [
            a_step(number, {"cpu_percent": 100.0, "memory_mb": 700.0}).line()
            for number in range(1, steps_a_second * _SECONDS + 1)
        ]
        assert nats.process is not None
        server, service = cpu_seconds(nats.process.pid), time.process_time()
        for second in range(_SECONDS):
            for number, line in enumerate(lines[second * steps_a_second : (second + 1) * steps_a_second]):
                message = parse_message(line)
                assert isinstance(message, Step)
                record.step(message)
                if number == steps_a_second // 2:
                    await context.flush()
            await record.flush()
        service = time.process_time() - service
        server = cpu_seconds(nats.process.pid) - server
        assert await store.count("training_metrics", {"run": job.id}) == len(lines)
        return Cost(service / len(lines), server / len(lines))
    finally:
        await bus.close()
        await store.close()


def a_step(number: int, system: dict[str, float]) -> Step:
    return Step(
        step=number,
        epoch=number // 100,
        time=time.time(),
        values={name: 10.0 / (number + place) for place, name in enumerate(_VALUES)},
        learning_rate=2e-4,
        grad_norm=1.0 + 1 / number,
        step_time=0.1,
        samples_per_second=80.0,
        system=system,
    )


def new_run() -> TrainingJob:
    now = utc_now()
    return TrainingJob(
        id=new_id(),
        kind=JobKind.TRAINING,
        owner="bench",
        spec=TrainingSpec(name="bench", recipe="vits", datasets=("local/bench",), config={"preset": "tiny"}),
        progress=TrainingProgress(),
        created_at=now,
        updated_at=now,
        available_at=now,
    )
