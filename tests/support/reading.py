"""What every table of the front-end checks: what is read, and that reading it again changes nothing."""

from __future__ import annotations

from shared.persian.frontend import Frontend

_FRONTEND = Frontend()


def reading(written: str) -> str:
    """The normalized text; fails where normalising it again would change it."""
    normalized = _FRONTEND.normalize(written)
    assert _FRONTEND.normalize(normalized) == normalized
    return normalized
