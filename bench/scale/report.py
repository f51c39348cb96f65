"""The tables of `make bench WHAT=scale`."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import astuple

from bench.scale.capacity import full_at, utilisation
from bench.scale.checking import Comparison
from bench.scale.checking_jobs import Queue
from bench.scale.costs import Costs, SentenceCosts
from bench.scale.sites import Site, sites
from bench.scale.users import USER
from bench.scale.waiting import waits

USERS = (1, 10, 100, 1000)
Row = Sequence[str]


def table(head: Row, rows: Iterable[Row]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])


def measured(costs: Costs) -> str:
    """What the model stands on."""
    gateway, store, bus, jobs = costs.gateway, costs.store, costs.bus, costs.jobs
    listings = f"{_ms(gateway.request_cpu)}; {gateway.requests_a_second:.0f}"
    download = f"{jobs.download_rate / 1e6:.0f} MB/s; {jobs.download_cpu_per_byte * 1e9:.1f} s a GB"
    rows = [
        ("gateway: CPU of a listing; a second with four clients", listings),
        ("gateway: CPU of an accepted job with its events", _ms(gateway.job_cpu)),
        ("gateway: CPU of an event of 1 kB to one socket", _us(gateway.event_cpu)),
        ("gateway: CPU a second of an open socket of its own account, without events", _us(gateway.idle_socket_cpu)),
        ("SQLite: a durable write; writes of a job", f"{_ms(store.write)}; {store.writes_a_job:.1f}"),
        ("jobs a second through one worker that does nothing", f"{store.jobs_a_second:.0f}"),
        ("NATS: an acknowledged publication; a second", f"{_ms(bus.publish)}; {bus.messages_a_second:,.0f}"),
        *_sentence("espeak", costs.espeak),
        *_sentence("voice `fast`", costs.sentence),
        ("a sentence of `fast` beside a training run", f"{jobs.beside_training:.2f} times as long"),
        ("a download from loopback; CPU", download),
        ("an import of JSONL", f"{jobs.import_rate / 1e6:.1f} MB/s"),
        ("a step of the base voice, batch 8; a run beside its steps", f"{jobs.step:.2f} s; {jobs.run_overhead:.0f} s"),
    ]  # fmt: skip
    return table(("what", "measured"), rows)


def _sentence(name: str, costs: SentenceCosts) -> list[Row]:
    alone, crowded = statistics.fmean(costs.alone), statistics.fmean(costs.crowded)
    return [
        (f"{name}: a sentence of {costs.audio:.1f} s, alone; with 8 clients", f"{_ms(alone)}; {_ms(crowded)}"),
        (f"{name}: real-time factor", f"{alone / costs.audio:.4f}"),
        (f"{name}: around the sentence; CPU of the gateway", f"{_ms(costs.around)}; {_ms(costs.gateway_cpu)}"),
    ]


def checked(comparisons: Sequence[Comparison]) -> str:
    """The model beside the platform; the range is that of nine of ten simulated runs of the same length."""
    rows: list[Row] = []
    names = ("response p50, ms", "response p95, ms", "mean wait, ms", "sentences a second")
    for found in comparisons:
        rows.append((str(found.users), "computing a sentence, ms", f"{found.computing * 1000:.0f}", "given", "", ""))
        figures = zip(names, *map(astuple, (found.real, found.model, found.low, found.high)), strict=True)
        for name, real, model, low, high in figures:
            by = 1000 if name.endswith("ms") else 1
            shown = [f"{value * by:.{0 if by == 1000 else 2}f}" for value in (real, model, low, high)]
            error = f"{model / real - 1:+.0%}" if real * by > 0.1 else "–"
            rows.append((str(found.users), name, shown[0], shown[1], error, f"{shown[2]}–{shown[3]}"))
    return table(("users", "what", "platform", "model", "error", "nine of ten model runs"), rows)


def queued(queue: Queue) -> str:
    """The waits of training runs in both."""
    rows = [
        (what, f"{real:.1f} s", f"{model:.1f} s", f"{model / real - 1:+.0%}" if real > 0.1 else "–")
        for what, real, model in (
            ("mean", queue.real_mean, queue.model_mean), ("p95", queue.real_p95, queue.model_p95)
        )
    ]  # fmt: skip
    return table((f"wait of {queue.runs} runs of {queue.lone:.1f} s, one slot", "platform", "model", "error"), rows)


def busy(costs: Costs, numbers: Sequence[int] = USERS) -> str:
    """Utilisation and waits of every site at every number of users."""
    rows = [_row(costs, site, users) for site in sites(costs) for users in numbers]
    head = ("site", "users", *utilisation(costs, sites(costs)[0], USER, 1), "sentence waits, p95", "answered, p95")
    return table((*head, "a run waits, p95", "a download waits, p95"), rows)


def _row(costs: Costs, site: Site, users: int) -> Row:
    shares = utilisation(costs, site, USER, users)
    waited = waits(costs, site, USER, users)
    return (
        site.name,
        f"{users:,}",
        *(f"**{share:.0%}**" if share > 0.8 else f"{share:.1%}" for share in shares.values()),
        *(_wait(value) for value in (waited.sentence, waited.answered, waited.run, waited.download)),
    )


def first(costs: Costs) -> str:
    """The number of users at which each part is 80 % busy; the first gives first."""
    rows: list[Row] = []
    for site in sites(costs):
        parts = list(full_at(costs, site, USER).items())
        rows.append((site.name, site.settings, *(f"{part}: {users:,.0f}" for part, users in parts[:4])))
    return table(("site", "settings", "gives first", "then", "then", "then"), rows)


def _wait(seconds: float | None) -> str:
    if seconds is None:
        return "grows"
    if seconds < 10:
        return _ms(seconds)
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"
