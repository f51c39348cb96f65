"""The platform as processes whose metrics can be read, and what they have used so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from bench.measure import cpu_seconds
from tests.support.platform import SERVICES, Platform, started
from tests.support.processes import free_port

_WRITES = frozenset({"insert", "update", "upsert", "delete", "append_many"})

_UNLIMITED = {
    "SOKHAN_REQUESTS_PER_MINUTE": "0",
    "SOKHAN_JOBS_PER_OWNER": "0",
    "SOKHAN_STREAMS_PER_OWNER": "0",
    "SOKHAN_HTTP_CONNECTIONS_PER_ADDRESS": "900",
    "SOKHAN_SPEECH_CACHE_BYTES": "0",
}


@dataclass
class MeasuredPlatform(Platform):
    ops_ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})

    def settings(self, service: str = "gateway") -> dict[str, str]:
        return {**super().settings(service), "SOKHAN_OPS_PORT": str(self.ops_ports[service])}

    def cpu(self, name: str) -> float:
        """Processor seconds of a service, or of `nats`, so far."""
        process = self.nats.process if name == "nats" else self.processes[name].popen
        assert process is not None
        return cpu_seconds(process.pid)

    def metric(self, service: str, name: str) -> float:
        """The sum of all series of this name; with `_sum`, `_count` or `_total`."""
        return sum(sample.value for sample in self._samples(service) if sample.name == name)

    def by_label(self, service: str, name: str, label: str) -> dict[str, float]:
        """The values of the series of this name by one of their labels."""
        return {sample.labels[label]: sample.value for sample in self._samples(service) if sample.name == name}

    def store_writes(self, service: str) -> float:
        """Calls of the store that write, so far."""
        operations = self.by_label(service, "sokhan_store_operation_duration_seconds_count", "operation")
        return sum(count for operation, count in operations.items() if operation in _WRITES)

    def _samples(self, service: str) -> list[Sample]:
        url = f"http://127.0.0.1:{self.ops_ports[service]}/metrics"
        page = httpx2.get(url, timeout=10, trust_env=False).raise_for_status().text
        return [sample for family in text_string_to_metric_families(page) for sample in family.samples]


@contextmanager
def running(
    folder: Path, names: Sequence[str] = SERVICES, environment: Mapping[str, str] | None = None
) -> Iterator[MeasuredPlatform]:
    """A platform on a NATS of its own, ready; without limits that a measurement would run into."""
    with started(MeasuredPlatform, folder, names, {**_UNLIMITED, **(environment or {})}) as built:
        yield built
