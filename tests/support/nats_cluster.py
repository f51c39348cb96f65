"""A cluster of three NATS servers on loopback, each with a user for each service."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.contracts.nats_config import accounts
from shared.contracts.permissions import ADMIN
from tests.support.processes import free_port, listens, nats_binary, wait_until

SIZE = 3


@dataclass
class NatsCluster:
    """What `Platform` needs of a NATS, for three servers. `processes` by their number, from 0."""

    folder: Path
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(SIZE)])
    routes: list[int] = field(default_factory=lambda: [free_port() for _ in range(SIZE)])
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def servers(self, login: str = "") -> str:
        return ",".join(f"nats://{login}127.0.0.1:{port}" for port in self.ports)

    @property
    def url(self) -> str:
        return self.servers(f"{ADMIN}:{self.password(ADMIN)}@")

    def password(self, user: str) -> str:
        return f"test-password-of-{user}"

    def environment(self, service: str) -> dict[str, str]:
        return {
            "SOKHAN_NATS_URL": self.servers(),
            "SOKHAN_NATS_USER": service,
            "SOKHAN_NATS_PASSWORD": self.password(service),
            "SOKHAN_NATS_REPLICAS": str(SIZE),
        }

    def start(self, number: int) -> None:
        folder = self.folder / f"n{number}"
        folder.mkdir(parents=True, exist_ok=True)
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self.routes)
        (folder / "nats.conf").write_text(
            f"server_name: n{number}\nlisten: 127.0.0.1:{self.ports[number]}\n"
            f"jetstream {{ store_dir: {json.dumps(str(folder / 'store'))} }}\n"
            f"cluster {{ name: sokhan, listen: 127.0.0.1:{self.routes[number]}, routes: [{routes}] }}\n"
            + accounts(lambda user: json.dumps(self.password(user)))
        )
        with (folder / "nats.log").open("ab") as log:
            command = [nats_binary(), "-c", str(folder / "nats.conf")]
            self.processes[number] = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(lambda: listens(self.ports[number]), 15, f"NATS server {number} listens")

    def kill(self, number: int | None = None) -> None:
        """One server, or all."""
        for each in [*self.processes] if number is None else [number]:
            process = self.processes.pop(each)
            process.kill()
            process.wait(10)


@contextmanager
def nats_cluster(folder: Path) -> Iterator[NatsCluster]:
    cluster = NatsCluster(folder)
    try:
        for number in range(SIZE):
            cluster.start(number)
        yield cluster
    finally:
        cluster.kill()
