"""Real processes for tests: a NATS server, workers, whole platforms. Only what was started here is ever ended."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.contracts.nats_config import accounts
from shared.contracts.permissions import ADMIN

ROOT = Path(__file__).resolve().parents[2]


def wait_until(condition: Callable[[], bool], limit: float, what: str) -> None:
    """Poll until it is true; an assertion that names what did not happen in time.

    It looks 50 times a second at first, and a hundredth of what it has waited apart later: what is waited for needs
    the processor.
    """
    started = time.monotonic()
    while not condition():
        waited = time.monotonic() - started
        if waited > limit:
            raise AssertionError(f"not within {limit:g} s: {what}")
        time.sleep(min(0.2, max(0.02, waited / 100)))


_FIRST_PORT, _PORTS, _WORKERS = 20_000, 1_500, 8
"""Below the range of which Linux takes the ports of outgoing connections (32,768); a slice for each pytest worker."""
_offsets = itertools.count(random.SystemRandom().randrange(_PORTS))


def free_port(together: int = 1) -> int:
    """The first of so many ports in a row that nobody listens on and that no other call in this test run gets."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    for _ in range(_PORTS):
        offsets = list(itertools.islice(_offsets, together))
        ports = [_FIRST_PORT + worker * _PORTS + offset % _PORTS for offset in offsets]
        if ports[-1] - ports[0] == together - 1 and all(map(_can_bind, ports)):
            return ports[0]
    raise AssertionError("no port is free")


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that ended a moment ago do not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def nats_binary() -> str:
    beside = Path(sys.executable).parent / "nats-server"
    return str(beside) if beside.exists() else (shutil.which("nats-server") or "nats-server")


@dataclass
class Nats:
    """A JetStream server on loopback whose port and folder stay the same over a restart."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    guarded: bool = False
    """With a user for each service, as `sokhan up` and the containers have it."""

    @property
    def url(self) -> str:
        """Of the administrator, on a guarded server."""
        return f"nats://{f'{ADMIN}:{self.password(ADMIN)}@' if self.guarded else ''}127.0.0.1:{self.port}"

    def password(self, user: str) -> str:
        return f"test-password-of-{user}"

    def environment(self, service: str) -> dict[str, str]:
        """The settings with which a service connects."""
        if not self.guarded:
            return {"SOKHAN_NATS_URL": self.url}
        login = {"SOKHAN_NATS_USER": service, "SOKHAN_NATS_PASSWORD": self.password(service)}
        return {"SOKHAN_NATS_URL": f"nats://127.0.0.1:{self.port}", **login}

    def start(self) -> None:
        store = self.folder / "store"
        store.mkdir(parents=True, exist_ok=True)
        command = [nats_binary(), "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(store)]
        if self.guarded:
            config = self.folder / "nats.conf"
            config.write_text(accounts(lambda user: json.dumps(self.password(user))))
            command += ["-c", str(config)]
        with (self.folder / "nats.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self._listening, 10, "nats-server listens")

    def _listening(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def wipe(self) -> None:
        shutil.rmtree(self.folder / "store", ignore_errors=True)


@contextmanager
def nats_server(folder: Path) -> Iterator[Nats]:
    server = Nats(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass
class Process:
    """A process of ours with its log; signals go to it alone."""

    popen: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait(10)

    def freeze(self) -> None:
        self.popen.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.popen.send_signal(signal.SIGCONT)

    def terminate(self, limit: float = 15) -> int:
        self.popen.terminate()
        return self.popen.wait(limit)

    def lines(self) -> list[dict[str, object]]:
        """The JSON log lines so far."""
        found: list[dict[str, object]] = []
        for line in self.log.read_text(errors="replace").splitlines():
            try:
                content = json.loads(line)
            except ValueError:
                continue
            if isinstance(content, dict):
                found.append(content)
        return found

    def said(self, event: str) -> bool:
        return any(line.get("event") == event for line in self.lines())


@contextmanager
def throttled(process: Process, run_s: float, stop_s: float) -> Iterator[None]:
    """The process runs and stands still by turns, as under a CPU quota."""
    over = threading.Event()

    def take_turns() -> None:
        while not over.is_set():
            process.freeze()
            over.wait(stop_s)
            process.wake()
            over.wait(run_s)

    turns = threading.Thread(target=take_turns, name="throttle")
    turns.start()
    try:
        yield
    finally:
        over.set()
        turns.join()


@contextmanager
def python(module: str, log: Path, environment: Mapping[str, str]) -> Iterator[Process]:
    """`python -m module` from the repository's root; killed at the end if it still runs."""
    process = start_python(module, log, environment)
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.wake()
            process.kill()


def start_python(module: str, log: Path, environment: Mapping[str, str]) -> Process:
    with log.open("ab") as out:
        popen = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, "SOKHAN_LOG_FORMAT": "json", **environment},
        )
    return Process(popen, log)
