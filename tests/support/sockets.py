"""A socket of the application under test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from types import MappingProxyType

from starlette.testclient import TestClient, WebSocketTestSession


@contextmanager
def connected(client: TestClient, headers: Mapping[str, str] = MappingProxyType({})) -> Iterator[WebSocketTestSession]:
    """Starlette's session cancels the application on its exit, and then has no result of it."""
    address = f"{str(client.base_url).replace('http', 'ws', 1)}/ws"
    with suppress(CancelledError), client.websocket_connect(address, headers=dict(headers)) as socket:
        yield socket
