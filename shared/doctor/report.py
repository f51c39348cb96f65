"""What a check has found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `advice`: what to do, unless all is well."""

    check: str
    level: Level
    message: str
    advice: str | None = None


def ok(check: str, message: str) -> Finding:
    return Finding(check, Level.OK, message)


def warning(check: str, message: str, advice: str | None = None) -> Finding:
    return Finding(check, Level.WARNING, message, advice)


def problem(check: str, message: str, advice: str | None = None) -> Finding:
    return Finding(check, Level.PROBLEM, message, advice)
