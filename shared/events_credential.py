"""The password of the NATS user `events`, with which a program reads the events of all accounts (ADR 28).

`sokhan up` makes new passwords for its services at each start; this one stays, in a file of the data folder that only
its owner can read. The containers have it as a secret instead.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from shared.private_files import create_private

_FILE = Path("run", "nats-events")


def read_events_password(data: Path) -> str | None:
    """None if there is none. Blocking."""
    try:
        return (data / _FILE).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def make_events_password(data: Path) -> bool:
    """Make one if there is none; whether it was made. Blocking."""
    (data / _FILE).parent.mkdir(parents=True, exist_ok=True)
    return create_private(data / _FILE, secrets.token_urlsafe(24).encode())
