"""Files that only their owner can read: voices, texts, logs, the store and its secrets."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

# The entries that Sokhan makes in the data folder. The folder itself may be shared with other programs.
_OURS = ("models", "datasets", "checkpoints", "audio", "uploads", "tmp", "run", "logs", "nats", "up.lock", ".env")
_STORE = "sokhan.db*"


def use_umask(umask: str) -> None:
    """Every file that this process and its children create from now on has no permission that `umask` (octal) names."""
    os.umask(int(umask, 8))


def create_private(path: Path, content: bytes) -> bool:
    """Create a file of its owner only, atomically; False if it exists already, such as by another process. Blocking."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return False
        return True
    finally:
        fresh.unlink()


def make_private(data: Path, umask: str) -> None:
    """Remove the same permissions from entries of an older version, except those of another owner. Blocking."""
    taken = int(umask, 8)
    for path in (*(data / name for name in _OURS), *data.glob(_STORE)):
        with suppress(OSError):
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & taken and not path.is_symlink():
                path.chmod(mode & ~taken)
