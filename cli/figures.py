"""The figures of a voice's quality in tables and lines (docs/quality.md)."""

from __future__ import annotations

from collections.abc import Mapping

from shared.quality.figures import ERROR_RATES, PREFIX

_SHARES = (*ERROR_RATES, f"{PREFIX}silence", f"{PREFIX}clipping")


def error_rate(values: Mapping[str, object]) -> object:
    """The error rate of a recogniser among the values, by letters or by phonemes; None without one."""
    return next((values[name] for name in ERROR_RATES if name in values), None)


def percent(value: object) -> str:
    """`12.3 %`; empty without a number."""
    return f"{100 * value:.1f} %" if isinstance(value, int | float) else ""


def plain(value: object) -> str:
    """Four digits; empty without a number."""
    return f"{value:.4g}" if isinstance(value, int | float) else ""


def figures(values: Mapping[str, object]) -> str:
    """All figures among the values on one line: `per 12.3 %, mcd 6.21, …`; empty without one."""
    found = sorted((name for name in values if name.startswith(PREFIX)), key=lambda name: name not in ERROR_RATES)
    shown = ((name, percent(values[name]) if name in _SHARES else plain(values[name])) for name in found)
    return ", ".join(f"{name.removeprefix(PREFIX)} {value}" for name, value in shown)
