"""Where `sokhan login` keeps a session: in the user's keyring, or in a file that only the user can read.

    $XDG_CONFIG_HOME/sokhan/sessions.json     {"http://127.0.0.1:8080": {"name": "sara"}, …}

A session is bound to the address of its gateway: it is sent to no other one. Without a keyring (a server, a container)
the file holds the session itself, as "session".
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from cli.errors import CliError
from shared.files import write_atomic

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "sokhan"


class StoredSession(BaseModel):
    """`expires_at`: of the access token, in seconds since the epoch."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    access_token: str = Field(repr=False)
    expires_at: float
    refresh_token: str = Field(repr=False)


class _Place(BaseModel):
    """`session` is None if the keyring has it."""

    name: str
    session: StoredSession | None = None


_PLACES: TypeAdapter[dict[str, _Place]] = TypeAdapter(dict[str, _Place])


class SessionStore:
    """`folder` is created for its user only. `keyring`: whether to use one, if there is one."""

    def __init__(self, folder: Path | None = None, *, keyring: bool = True) -> None:
        self._folder = folder or _config_folder()
        self._path = self._folder / "sessions.json"
        self._use_keyring = keyring

    def load(self, address: str) -> StoredSession | None:
        """The session at this address; None if there is none or it cannot be read."""
        place = self._places().get(address)
        if place is None or place.session is not None:
            return place.session if place else None
        with suppress(Exception):  # any backend, any error: the user signs in again
            found = _keyring().get_password(_SERVICE, address)
            return StoredSession.model_validate_json(found) if found else None
        return None

    def save(self, address: str, session: StoredSession) -> str:
        """Returns where it is now: the keyring or the file. Raises `CliError`."""
        in_keyring = self._use_keyring and self._to_keyring(address, session)
        place = _Place(name=session.name, session=None if in_keyring else session)
        self._write(self._places() | {address: place})
        return "your keyring" if in_keyring else str(self._path)

    def forget(self, address: str) -> None:
        places = self._places()
        place = places.pop(address, None)
        if place is None:
            return
        if place.session is None:
            with suppress(Exception):
                _keyring().delete_password(_SERVICE, address)
        self._write(places)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process refreshes a session at a time; the others then read the new one."""
        self._prepare()
        with (self._folder / "sessions.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _to_keyring(self, address: str, session: StoredSession) -> bool:
        try:
            _keyring().set_password(_SERVICE, address, session.model_dump_json())
        except Exception:  # no backend, or a locked one
            return False
        return True

    def _places(self) -> dict[str, _Place]:
        try:
            if self._path.stat().st_mode & 0o077:
                raise CliError(
                    f"{self._path} can be read by others.", hint=f"chmod 600 {self._path}, then `sokhan login` again."
                )
            return _PLACES.validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return {}

    def _write(self, places: dict[str, _Place]) -> None:
        self._prepare()
        try:
            before = os.umask(0o077)
            try:
                content = json.dumps(_PLACES.dump_python(places, mode="json", exclude_none=True))
                write_atomic(self._path, content.encode())
            finally:
                os.umask(before)
        except OSError as error:
            raise CliError(f"{self._path} cannot be written: {error.strerror}.") from error

    def _prepare(self) -> None:
        try:
            self._folder.mkdir(0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise CliError(f"{self._folder} cannot be made: {error.strerror}.") from error


def _keyring() -> KeyringBackend:
    import keyring  # it looks for its backends, which takes a tenth of a second

    return keyring.get_keyring()


def _config_folder() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "sokhan"
