"""The exceptions by which a handler ends without a result."""

from __future__ import annotations

from enum import StrEnum

from shared.contracts.errors import SokhanError


class Interrupt(StrEnum):
    """The reason why a running handler must leave at its next safe point."""

    CANCEL = "cancel"
    PAUSE = "pause"
    STOP = "stop"
    SHUTDOWN = "shutdown"


class Interrupted(Exception):
    """The handler left at a safe point; its files on disk are complete."""

    def __init__(self, reason: Interrupt) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Retry(Exception):
    """Retry the job after `after` seconds (None: by the retry policy); counted against the kind's limit."""

    def __init__(self, cause: SokhanError, *, after: float | None = None) -> None:
        super().__init__(cause.message)
        self.cause = cause
        self.after = after


class Pause(Exception):
    """Pause the job because of `cause`. It keeps its progress and waits for a resume."""

    def __init__(self, cause: SokhanError) -> None:
        super().__init__(cause.message)
        self.cause = cause


class Fail(Exception):
    """Fail the job with this error, without a retry."""

    def __init__(self, cause: SokhanError) -> None:
        super().__init__(cause.message)
        self.cause = cause


class LeaseLost(Exception):
    """The job belongs to another worker now: this one must not write any more."""


def decisive_error(error: BaseException) -> BaseException:
    """The error that decides the outcome, out of an exception group (a handler may use a TaskGroup): a lost lease, then
    an interrupt, then the first error."""
    while isinstance(error, BaseExceptionGroup):
        lost, _ = error.split(LeaseLost)
        interrupted, _ = error.split(Interrupted)
        error = (lost or interrupted or error).exceptions[0]
    return error
