"""Accounts of a gateway in a test: an administrator by the first link, others by invitation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.support.gateway_app import GatewayApp, gateway_app

PASSWORD = "یک جملهٔ بلند و آسان"
ADMIN = "parvin"


@dataclass(frozen=True)
class Person:
    """One account with a session of a program."""

    gateway: GatewayApp
    name: str
    access: str
    refresh: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx2.Response:
        with self.gateway.client() as client:
            return client.request(method, path, json=body, headers={**self.headers, **headers})

    def data(self, method: str, path: str, body: object = None) -> dict[str, object]:
        answer = self.ask(method, path, body)
        assert answer.status_code < 300, answer.text
        found = answer.json()["data"]
        assert isinstance(found, dict)
        return found

    def data_none(self, method: str, path: str) -> None:
        answer = self.ask(method, path)
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"] is None

    def key(self, *scopes: str, **extra: object) -> dict[str, str]:
        """The headers of a new API key with these scopes."""
        made = self.data("POST", "/api/auth/keys", {"name": "a program", "scopes": list(scopes), **extra})
        return {"Authorization": f"Bearer {made['key']}"}


def register(gateway: GatewayApp, name: str, invitation: str | None = None) -> Person:
    body = {"name": name, "password": PASSWORD, "invitation": invitation}
    with gateway.client() as client:
        answer = client.post("/api/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()["data"]
    return Person(gateway, name, made["accessToken"], made["refreshToken"])


def first_admin(gateway: GatewayApp) -> Person:
    link = (gateway.folder / "admin-link").read_text()
    return register(gateway, ADMIN, link.partition("#invitation=")[2])


def invited(admin: Person, name: str, role: str = "member") -> Person:
    made = admin.data("POST", "/api/invitations", {"role": role})
    return register(admin.gateway, name, str(made["invitation"]))


@contextmanager
def accounts_app(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[GatewayApp]:
    """The gateway's application with accounts; the first administrator's link is in `admin-link`."""
    own = {"SOKHAN_AUTH": "accounts", "SOKHAN_ADMIN_LINK_FILE": str(folder / "admin-link")}
    with gateway_app(folder, own | dict(environment or {})) as built:
        yield built
