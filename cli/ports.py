"""The TCP ports of `sokhan up`: the gateway's, NATS's, and one for the operations endpoints of each service."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from cli.errors import CliError
from shared.listening import bind_error

_LAST = 65_535


def check_port(host: str, port: int, setting: str) -> None:
    """Raises `CliError` if a server cannot listen there. `setting`: the one that chooses the port."""
    if (error := bind_error(host, port)) is not None:
        raise CliError(
            f"{host}:{port} cannot be used: {error.strerror}.",
            hint=f"Another program listens there, or the address is not this machine's; set {setting}.",
        ) from error


def free_port(host: str, preferred: int) -> int:
    """The preferred port if it is free, else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CliError("No port is free on this machine.")


def operations_ports(services: Sequence[str], host: str, first: int) -> dict[str, int]:
    """Consecutive ports from `first`, one for each service; 0 is any free port for all of them. Raises `CliError`."""
    if first == 0:
        return dict.fromkeys(services, 0)
    if first + len(services) - 1 > _LAST:
        raise CliError(
            f"SOKHAN_OPS_PORT={first} leaves no port for each of the {len(services)} services.",
            hint=f"It is the first of {len(services)} ports; the last one is {_LAST}.",
        )
    ports = {name: first + offset for offset, name in enumerate(services)}
    for port in ports.values():
        check_port(host, port, f"SOKHAN_OPS_PORT, the first of {len(services)} ports")
    return ports
