"""The secrets of an installation: they encrypt Hub tokens and webhook secrets at rest, and sign access tokens.

One key for each purpose is derived from `SOKHAN_SECRET_KEY`. Without it, a random key in the data folder, readable by
its owner only, protects a copied database, but not a copied data folder.

A rotation puts a new secret before the old ones: the new one encrypts and signs, the old ones still decrypt and verify.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from pydantic import SecretStr

from shared.contracts.errors import Unavailable
from shared.files.atomic import write_atomic
from shared.private_files import create_private

_KEY_FILE = "secret.key"
_BYTES = 32


class SecretKeys:
    """`given`: the secrets, the current one first."""

    def __init__(self, given: Sequence[bytes]) -> None:
        self._secrets = tuple(given)

    def derive(self, purpose: str) -> tuple[bytes, ...]:
        """One key of 32 bytes for each secret, the current one first."""
        label = f"sokhan {purpose}\0".encode()
        return tuple(hashlib.sha256(label + secret).digest() for secret in self._secrets)

    def current(self, purpose: str) -> Fernet:
        """Encrypts and decrypts with the current secret only."""
        return Fernet(base64.urlsafe_b64encode(self.derive(purpose)[0]))

    def cipher(self, purpose: str) -> MultiFernet:
        """Encrypts with the current secret, decrypts with any."""
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in self.derive(purpose)])


def load_secret_keys(given: SecretStr | None, previous: Sequence[SecretStr], folder: Path) -> SecretKeys:
    """The secrets of the settings, else those of a file that is created once, one a line. Blocking.

    Raises `Unavailable` if the file is not one of keys.
    """
    old = [secret.get_secret_value().encode() for secret in previous]
    if given is not None:
        return SecretKeys([given.get_secret_value().encode(), *old])
    path = folder / _KEY_FILE
    if not path.exists():
        _make(path)
    content = path.read_bytes()
    # Earlier versions took the whole file as the key, with a line break that an editor may have added.
    whole = [content] if content.endswith(b"\n") else []
    return SecretKeys([*_read(path), *whole, *old])


def rotate_key_file(folder: Path) -> int:
    """Put a new secret before those in the file. Returns their number. Blocking. Raises `Unavailable`."""
    path = folder / _KEY_FILE
    if not path.exists():
        _make(path)
    lines = [secrets.token_hex(_BYTES).encode(), *_read(path)]
    write_atomic(path, b"\n".join(lines))
    path.chmod(0o600)
    return len(lines)


def _make(path: Path) -> None:
    """Create the key file; the first of several services that start at once determines the key."""
    create_private(path, secrets.token_hex(_BYTES).encode())


def _read(path: Path) -> list[bytes]:
    lines = [line for line in path.read_bytes().split(b"\n") if line]
    if not lines or any(len(line) < _BYTES for line in lines):
        raise Unavailable(f"{path} is not a key.", hint="Remove it, and store the Hub tokens again.")
    return lines
