"""The secrets of an installation in one file of their own: the file of settings, the secret key, deploy/secrets.

    {"format": 1, "data": {".env": …, "secret.key": …, "run/nats-events": …}, "secrets": {"token": …}}

Each content is base64. The file is its owner's only.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from shared.backup.errors import BadBackup
from shared.contracts.errors import Conflict, NotFound
from shared.files.layout import safe_relative
from shared.private_files import create_private

_OF_DATA = (".env", "secret.key", "run/nats-events")
_MAX_BYTES = 16 << 20


class SecretFiles(BaseModel):
    """`data`: files of the data folder; `secrets`: files of `deploy/secrets` or /run/secrets. Base64 by name."""

    format: Literal[1] = 1
    data: dict[str, str] = {}
    secrets: dict[str, str] = {}


def write_secrets(target: Path, data: Path, env_file: Path, folder: Path | None) -> list[str]:
    """Write the secrets to a new file. Returns their names. Blocking. Raises `Conflict` if it exists, `OSError`.

    `env_file`: the file of settings in use; `folder`: that of secrets as files, if there is one.
    """
    found = SecretFiles()
    for name in _OF_DATA:
        path = env_file if name == ".env" else data / name
        if path.is_file():
            found.data[name] = _encoded(path)
    for path in sorted(folder.iterdir()) if folder is not None and folder.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):
            found.secrets[path.name] = _encoded(path)
    if not found.data and not found.secrets:
        raise NotFound("There are no secrets: no .env, no secret.key, no deploy/secrets.")
    if not create_private(target, found.model_dump_json(indent=1).encode()):
        raise Conflict(f"{target} exists already.", hint="Give the name of a file that does not exist yet.")
    return [*found.data, *(f"secrets/{name}" for name in found.secrets)]


def restore_secrets(source: Path, data: Path, folder: Path | None) -> list[str]:
    """Write the secrets of a file back; what exists stays. Returns the names of those written. Blocking.

    `folder` receives secrets as files; None: they are not written. Raises `BadBackup`, `OSError`.
    """
    found = read_secrets(source)
    places = {data / name: content for name, content in found.data.items()}
    if folder is not None:
        places |= {folder / name: content for name, content in found.secrets.items()}
    written: list[str] = []
    for path, content in places.items():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists() and create_private(path, base64.b64decode(content)):
            written.append(str(path))
    return written


def read_secrets(source: Path) -> SecretFiles:
    """Raises `BadBackup` for a file that is not one of secrets, or names a path of its own, and `OSError`."""
    if source.stat().st_size > _MAX_BYTES:
        raise BadBackup(f"{source} is not a file of secrets: it is too large.")
    try:
        found = SecretFiles.model_validate_json(source.read_bytes())
        for content in (*found.data.values(), *found.secrets.values()):
            base64.b64decode(content, validate=True)
    except (ValidationError, ValueError):
        raise BadBackup(f"{source} is not a file of secrets that `sokhan backup --secrets` has written.") from None
    for name in found.secrets:
        relative = safe_relative(name)
        if relative is None or len(relative.parts) != 1:
            raise BadBackup(f"{source} names a path outside of its folder.")
    if not found.data.keys() <= set(_OF_DATA):
        raise BadBackup(f"{source} names a file that is no secret of Sokhan.")
    return found


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
