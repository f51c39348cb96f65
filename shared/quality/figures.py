"""The names of the figures among a checkpoint's values, and which value of a figure is better. No torch."""

from __future__ import annotations

from collections.abc import Mapping

PREFIX = "quality_"
PHONEME_ERRORS, LETTER_ERRORS = f"{PREFIX}per", f"{PREFIX}cer"
ERROR_RATES = (LETTER_ERRORS, PHONEME_ERRORS)
"""A checkpoint has one of them."""

_IDEALS = {
    f"{PREFIX}duration_ratio": 1.0,
    f"{PREFIX}loudness_db": 0.0,
    f"{PREFIX}pitch_cents": 0.0,
}


def quality_of(values: Mapping[str, float]) -> dict[str, float]:
    """The figures among the values."""
    return {name: value for name, value in values.items() if name.startswith(PREFIX)}


def ideal_of(name: str) -> float | None:
    """The value that is best, on either side; None for a figure whose lowest value is best."""
    return _IDEALS.get(name)
