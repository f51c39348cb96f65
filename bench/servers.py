"""`make bench WHAT=servers`: HTTP servers side by side, with ordinary and with half-sent requests.

uvicorn as it is, Sokhan's (uvicorn with `shared/service/http`), and, if SERVERS_VENV names a virtual environment that
has them, Hypercorn and Granian with the deadlines and limits that they offer. Each process may open 1,024 files, as in
many systems; 1,020 connections send half a head and wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from bench.measure import cpu_seconds, peak_memory
from tests.support.processes import ROOT, free_port, wait_until

SECONDS = 4.0
CLIENTS = 8
HALF_SENT = 1020
WAIT_S = 15.0
FILES = 1024
_BODY = b'{"ok": true}'
_REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def contenders(port: int) -> dict[str, Sequence[str]]:
    python, app, at = sys.executable, "bench.servers_app:app", str(port)
    found: dict[str, Sequence[str]] = {
        "uvicorn": (python, "-m", "uvicorn", app, "--port", at, "--http", "httptools", "--log-level", "warning"),
        "Sokhan's (uvicorn)": (python, "-m", "bench.servers", at),
    }
    other = os.environ.get("SERVERS_VENV")
    if other:
        timeouts = ("--read-timeout", "10", "--keep-alive", "5")
        found["Hypercorn"] = (f"{other}/bin/hypercorn", app, "-b", f"127.0.0.1:{at}", "-k", "uvloop", *timeouts)
        limits = ("--http1-header-read-timeout", "10000", "--backpressure", "200")
        found["Granian"] = (f"{other}/bin/granian", "--interface", "asgi", app, "--port", at, *limits)
    return found


def serve(port: int) -> None:
    from bench.servers_app import app
    from shared.config import Settings
    from shared.service.http import serve_http
    from shared.telemetry import Metrics, configure_logging

    configure_logging("bench", style="json")
    settings, metrics = Settings(_env_file=None), Metrics("bench")
    asyncio.run(serve_http(app, "127.0.0.1", port, asyncio.Event(), settings=settings, metrics=metrics))


def answered(port: int, limit: float) -> bool:
    """Whether a client of another address gets its answer in time."""
    try:
        with socket.create_connection(("127.0.0.1", port), limit, source_address=("127.0.0.2", 0)) as client:
            client.settimeout(limit)
            client.sendall(_REQUEST)
            return client.recv(1024).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def load(port: int) -> int:
    """Requests answered in `SECONDS` over `CLIENTS` connections, one after another on each."""
    counts = [0] * CLIENTS
    until = time.monotonic() + SECONDS

    def run(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), 5) as client:
            while time.monotonic() < until:
                client.sendall(_REQUEST)
                answer = b""
                while not answer.endswith(_BODY):  # head and body may come apart
                    piece = client.recv(4096)
                    if not piece:
                        return
                    answer += piece
                counts[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def half_sent(port: int) -> list[socket.socket]:
    opened = []
    for _ in range(HALF_SENT):
        client = socket.create_connection(("127.0.0.1", port), 5)
        with contextlib.suppress(OSError):  # refused and closed already
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        opened.append(client)
    return opened


def still_open(clients: Sequence[socket.socket]) -> int:
    count = 0
    for client in clients:
        client.setblocking(False)
        try:
            while client.recv(4096):
                pass
        except BlockingIOError:
            count += 1
        except OSError:
            pass
        client.close()
    return count


def tree_cpu(process: int) -> float:
    """CPU seconds of a process and its children: Granian's workers are processes."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return cpu_seconds(process) + sum(tree_cpu(int(child)) for child in children)


def measure(command: Sequence[str], port: int, log: Path) -> tuple[str, ...]:
    limited = ("prlimit", f"--nofile={FILES}", *command)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("wb") as out:
        process = subprocess.Popen(limited, stdout=out, stderr=out, cwd=ROOT, env=environment)
    try:
        wait_until(lambda: answered(port, 1), 20, f"{command[0]} serves")
        before = tree_cpu(process.pid)
        count = load(port)
        cost = (tree_cpu(process.pid) - before) / max(count, 1) * 1e6
        written = log.stat().st_size
        clients = half_sent(port)
        during = answered(port, 2)
        time.sleep(WAIT_S)
        after = answered(port, 2)
        left = still_open(clients)
        lines = (log.stat().st_size - written) / 1024
        memory = peak_memory(process.pid) / 1024
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    yes = {True: "yes", False: "**no**"}
    return (
        f"{count / SECONDS:,.0f}", f"{cost:.0f} µs", yes[during], yes[after], str(left), f"{lines:.0f} KiB",
        f"{memory:.0f} MiB",
    )  # fmt: skip


def main() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, max(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    print("| server | requests a second | CPU of one | others answered | after 15 s | half-sent open | log | memory |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(contenders(0)):
            port = free_port()
            row = measure(contenders(port)[name], port, Path(folder) / f"{number}.log")
            print(f"| {name} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(int(sys.argv[1]))
    else:
        main()
