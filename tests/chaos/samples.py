"""A sample of all that could grow: processes by /proc, event loops by /metrics, the data folder by its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from shared.trust import NOBODY
from tests.chaos.stack import Stack, children_of, open_files

_LAG = "sokhan_event_loop_lag_seconds"
_WORK = ("tmp", "run", "uploads")
"""Folders of the data folder with what work in progress needs: at a steady load their content stays the same."""
_MIB = 2**20

Sample = dict[tuple[str, str], float]
"""By part and quantity, for example `("gateway", "memory, MiB")`."""


@dataclass(frozen=True, slots=True)
class Lag:
    """The histogram of a service's event-loop lag so far: `seconds` of `count` timers together."""

    seconds: float = 0.0
    count: float = 0.0


class Sampler:
    """Takes samples of a running stack; the lag in a sample is the mean since the sample before."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._lag: dict[str, Lag] = {}

    def take(self) -> Sample:
        """Raises `httpx2.HTTPError` if a service does not answer."""
        found: Sample = {}
        for name, pid in self._stack.running().items():
            found |= _process(name, pid)
            found[name, "children"] = len(children_of({pid}))
            if (lag := self._mean_lag(name)) is not None:
                found[name, "loop lag, ms"] = lag * 1000
        nats = self._stack.nats.process
        assert nats is not None
        return found | _process("nats", nats.pid) | _work_folders(self._stack.data)

    def _mean_lag(self, service: str) -> float | None:
        """Seconds; None before the second sample."""
        url = f"http://127.0.0.1:{self._stack.ops_ports[service]}/metrics"
        page = httpx2.get(url, timeout=10, trust_env=False, verify=NOBODY).raise_for_status().text
        now, before = read_lag(page), self._lag.get(service)
        self._lag[service] = now
        if before is None or now.count <= before.count:
            return None
        return (now.seconds - before.seconds) / (now.count - before.count)


def read_lag(page: str) -> Lag:
    """The lag on a page of Prometheus's text format."""
    values = {
        sample.name: sample.value
        for family in text_string_to_metric_families(page)
        if family.name == _LAG
        for sample in family.samples
    }
    return Lag(values.get(f"{_LAG}_sum", 0.0), values.get(f"{_LAG}_count", 0.0))


def resident_bytes(pid: int) -> int:
    """The resident memory (RSS) of a process; 0 if it has ended."""
    return _status(pid).get("VmRSS", 0) * 1024


def _process(name: str, pid: int) -> Sample:
    return {
        (name, "memory, MiB"): resident_bytes(pid) / _MIB,
        (name, "open files"): open_files(pid),
        (name, "threads"): _status(pid).get("Threads", 0),
    }


def _status(pid: int) -> Mapping[str, int]:
    """The numbers in /proc/PID/status; none if the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    fields = (line.split() for line in lines)
    return {words[0].rstrip(":"): int(words[1]) for words in fields if len(words) > 1 and words[1].isdigit()}


def _work_folders(data: Path) -> Sample:
    sizes = [size for name in _WORK for path in (data / name).rglob("*") if (size := _size(path)) is not None]
    return {("data folder", "work files"): len(sizes), ("data folder", "work, MiB"): sum(sizes) / _MIB}


def _size(path: Path) -> int | None:
    """None for a folder, and for a file that has just gone."""
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


def store_bytes(data: Path) -> int:
    """The size of the SQLite store, with its log."""
    return sum(_size(path) or 0 for path in data.glob("sokhan.db*"))
