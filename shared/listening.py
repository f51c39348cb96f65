"""Tries out whether a server could listen at an address."""

from __future__ import annotations

import socket


def bind_error(host: str, port: int) -> OSError | None:
    """Why a server cannot listen there; None if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None
