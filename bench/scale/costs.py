"""The measured costs that the model stands on. Times in seconds; `…_cpu` is processor time of one core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SentenceCosts:
    """A request for speech of one sentence. `alone`, `crowded`: computing times without and with others waiting.

    `around`: the response time of a lone request less its computing time: HTTP, bus, front-end, encoding.
    `before_audio`: the part of `around` that the synth measures too, until the first audio. `writes`: of the store.
    """

    voice: str
    alone: Sequence[float]
    crowded: Sequence[float]
    audio: float
    around: float
    before_audio: float
    gateway_cpu: float
    synth_cpu: float
    writes: float


@dataclass(frozen=True, slots=True)
class GatewayCosts:
    """`request_cpu`: a listing. `event_cpu`: an event to one socket. `requests_a_second`: listings, four clients.

    `idle_socket_cpu`: a second of an open socket of an account of its own, without events.
    """

    request_cpu: float
    requests_a_second: float
    job_cpu: float
    event_cpu: float
    idle_socket_cpu: float


@dataclass(frozen=True, slots=True)
class StoreCosts:
    """SQLite, one writer. `write`: an insert; `writes_a_job`: from its acceptance to its end, without progress."""

    write: float
    writes_a_job: float
    jobs_a_second: float


@dataclass(frozen=True, slots=True)
class BusCosts:
    """`publish`: an acknowledged publication; `message_cpu`: of NATS for it."""

    publish: float
    messages_a_second: float
    message_cpu: float


@dataclass(frozen=True, slots=True)
class JobCosts:
    """`download_rate` in bytes a second from a hub on the same machine; `import_rate` in bytes of JSONL a second.

    `step`: a training step of the base voice on all cores; `beside_training`: by what a sentence takes longer
    meanwhile.
    """

    download_rate: float
    download_cpu_per_byte: float
    import_rate: float
    step: float
    run_overhead: float
    beside_training: float


@dataclass(frozen=True, slots=True)
class Costs:
    cores: int
    gateway: GatewayCosts
    store: StoreCosts
    bus: BusCosts
    sentence: SentenceCosts
    espeak: SentenceCosts
    jobs: JobCosts
