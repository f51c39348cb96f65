"""`make bench WHAT=gateway`: the cost of the guards for an accepted request.

The same gateway twice, in processes of their own, in turns: with its guards (`shared/service/http`, head, browser,
rate, body, quota), and with uvicorn's own protocols and without those middlewares. The measure is the CPU time of the
server for one accepted speech job: the load of the machine has little influence on it.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx2

from bench import gateway_accounts
from bench.measure import cpu_seconds
from tests.support.processes import ROOT, Nats, free_port, wait_until

ROUNDS = 20
REQUESTS = 200
CLIENTS = 4


def serve(guarded: bool, port: int) -> None:
    """The gateway's process, with or without its guards."""
    from unittest.mock import patch

    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    from services.gateway import edge, main
    from services.gateway.app import Gateway, build_app
    from shared.service import Service, run_service
    from shared.service.http import server

    async def bare(service: Service) -> Gateway:
        built = await build_app(service)
        guards: tuple[object, ...] = (edge.RequestGuard, edge.BrowserGuard, edge.RequestRate, edge.BodyGuard)
        built.app.user_middleware = [item for item in built.app.user_middleware if item.cls not in guards]
        return built

    del port
    if guarded:
        run_service("gateway", main.main)
        return
    with patch.object(main, "build_app", bare), patch.object(server, "GuardedHttp", HttpToolsProtocol):
        run_service("gateway", main.main)


def accept(port: int, count: int, round_: str) -> None:
    """Post jobs over keep-alive connections, `CLIENTS` at once."""

    def run(number: int) -> None:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            for index in range(count // CLIENTS):
                text = json.dumps({"input": f"سلام دنیا {round_} {number} {index}", "voice": "any"})
                answer = client.post("/api/speech", content=text, headers={"Content-Type": "application/json"})
                assert answer.status_code == 202, answer.text

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def start(guarded: bool, folder: Path, nats: Nats) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SOKHAN_DATA": str(folder),
        "SOKHAN_PORT": str(port),
        "SOKHAN_NATS_URL": nats.url,
        "SOKHAN_SPEECH_CHARACTERS_PER_DAY": "1000000000000" if guarded else "0",
        "SOKHAN_REQUESTS_PER_MINUTE": "100000000",
        "SOKHAN_JOBS_PER_OWNER": "100000000" if guarded else "0",
    }
    folder.mkdir()
    with (folder / "log").open("wb") as log:
        command = (sys.executable, "-m", "bench.gateway", "guarded" if guarded else "bare", str(port))
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def ready() -> bool:
        try:
            return httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, timeout=2).status_code == 200
        except httpx2.HTTPError:
            return False

    wait_until(ready, 60, f"the gateway is ready; log in {folder}")
    return process, port


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        nats = Nats(Path(folder) / "nats")
        nats.start()
        started = {guarded: start(guarded, Path(folder) / str(guarded), nats) for guarded in (False, True)}
        cost: dict[bool, list[float]] = {False: [], True: []}
        rate: dict[bool, list[float]] = {False: [], True: []}
        try:
            for round_ in range(-1, ROUNDS):
                for guarded in (False, True) if round_ % 2 else (True, False):  # no advantage of the first
                    process, port = started[guarded]
                    before, at = cpu_seconds(process.pid), time.perf_counter()
                    accept(port, REQUESTS, f"{guarded}{round_}")
                    if round_ >= 0:  # the first one warms up
                        cost[guarded].append((cpu_seconds(process.pid) - before) / REQUESTS * 1e6)
                        rate[guarded].append(REQUESTS / (time.perf_counter() - at))
        finally:
            for process, _ in started.values():
                process.terminate()
                process.wait(30)
            nats.kill()
    print("| gateway | CPU of one accepted job | accepted a second |\n|---|---|---|")
    for guarded, name in ((False, "without guards"), (True, "with guards")):
        print(f"| {name} | {statistics.median(cost[guarded]):.0f} µs | {statistics.median(rate[guarded]):.0f} |")
    total = sum(cost[True]) / sum(cost[False]) - 1
    low, middle, high = statistics.quantiles((b / a - 1 for a, b in zip(cost[False], cost[True], strict=True)), n=4)
    print(f"\nGuards: {total:.1%} of the CPU time; by round {middle:.1%}, half of them {low:.1%} to {high:.1%}.")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(sys.argv[1] == "guarded", int(sys.argv[2]))
    else:
        asyncio.run(main())
        asyncio.run(gateway_accounts.measure())
