"""`make bench WHAT=metrics`: the curves of a run of a million steps, out of the embedded store.

Writes a million rows of twelve keys and their blocks (about two minutes, 500 MB in a folder of its own), then measures
the gateway's service call with the answer's JSON, as often as it takes for a p99.
"""

from __future__ import annotations

import asyncio
import math
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.platform import Row, machine, percentile
from services.gateway.envelope import Ok
from services.gateway.training.curves import CurveQuery, CurveReader
from services.gateway.training.schemas import MetricsView
from shared.runs import BLOCK_STEPS, RunRepository
from shared.store import Store, codec, open_store
from shared.store.port import Value

STEPS = 1_000_000
KEYS = 12
TIMES = 30
_RUN = "bench"
_BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


def row(step: int, noise: random.Random) -> dict[str, Value]:
    falling = 3 / math.sqrt(step)
    values: dict[str, Value] = {f"loss_{key:02}": falling + key + noise.random() / 10 for key in range(KEYS)}
    return {
        "id": f"{_RUN}:{step:010}", "run": _RUN, "step": step, "epoch": step // 1000,
        "time": _BEGAN + timedelta(seconds=step / 10), "values": values,
    }  # fmt: skip


def block_of(rows: Sequence[dict[str, Value]]) -> dict[str, Value]:
    first, last = rows[0]["step"], rows[-1]["step"]
    assert isinstance(first, int)
    keys: dict[str, Value] = {}
    for key in range(KEYS):
        name = f"loss_{key:02}"
        ordered = sorted((each["values"][name], each["step"]) for each in rows)  # type: ignore[index,call-overload]
        keys[name] = [ordered[0][1], ordered[0][0], ordered[-1][1], ordered[-1][0]]
    block = (first - 1) // BLOCK_STEPS
    return {
        "id": f"{_RUN}:{block:08}", "run": _RUN, "block": block, "first": first, "last": last, "keys": keys,
    }  # fmt: skip


def fill(path: Path) -> None:
    """As the store writes them, but in one transaction: what is measured is reading."""
    noise = random.Random(7)
    with sqlite3.connect(path) as connection:
        for start in range(1, STEPS + 1, BLOCK_STEPS):
            rows = [row(step, noise) for step in range(start, min(start + BLOCK_STEPS, STEPS + 1))]
            written = [(codec.encode(each["id"]), codec.dumps(each)) for each in rows]
            connection.executemany("INSERT INTO training_metrics (id, doc) VALUES (?, ?)", written)
            if len(rows) == BLOCK_STEPS:
                block = block_of(rows)
                values = (codec.encode(block["id"]), codec.dumps(block))
                connection.execute("INSERT INTO training_curves (id, doc) VALUES (?, ?)", values)
    connection.close()


async def timed(store: Store, wanted: CurveQuery) -> tuple[list[float], int, int]:
    """Milliseconds of each call, the points and the bytes of the answer."""
    reader = CurveReader(RunRepository(store))
    taken: list[float] = []
    points = size = 0
    for _ in range(TIMES):
        started = time.perf_counter()
        metrics: MetricsView = await reader.metrics(_RUN, wanted)
        answer = Ok[MetricsView](data=metrics).model_dump_json(by_alias=True).encode()
        taken.append((time.perf_counter() - started) * 1000)
        points, size = len(metrics.points), len(answer)
    return taken, points, size


async def measure(path: Path) -> list[Row]:
    url = f"sqlite:///{path}"
    await (await open_store(url)).close()
    await asyncio.to_thread(fill, path)
    store = await open_store(url)
    asked = [
        ("all 12 keys, the whole run", CurveQuery()),
        ("one key, the whole run", CurveQuery(keys=("loss_00",))),
        ("all 12 keys, 200,000 steps in the middle", CurveQuery(from_step=400_001, to_step=600_000)),
        ("all 12 keys, 8,000 steps, each read", CurveQuery(from_step=500_001, to_step=508_000)),
    ]
    rows: list[Row] = []
    for what, wanted in asked:
        taken, points, size = await timed(store, wanted)
        found = f"{percentile(taken, 0.5):.0f} / {percentile(taken, 0.99):.0f} ms"
        rows.append((f"{what}: {points:,} points, {size / 1000:,.0f} kB, p50 / p99", found))
    await store.close()
    return rows


def main() -> None:
    print(f"Writing {STEPS:,} steps; about two minutes …", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="sokhan-bench-") as folder:
        rows = asyncio.run(measure(Path(folder) / "sokhan.db"))
    print(f"Measured on {datetime.now(UTC):%Y-%m-%d}, {machine()}; {STEPS:,} steps of {KEYS} keys, {TIMES} times.\n")
    print("| what | measured |\n|---|---|")
    for what, value in rows:
        print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()
