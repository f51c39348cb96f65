"""What a handler says when it does not simply return its result."""

from __future__ import annotations

from enum import StrEnum

from shared.contracts.errors import SokhanError


class Interrupt(StrEnum):
    """Why a running handler is asked to come to its next safe point."""

    CANCEL = "cancel"
    PAUSE = "pause"
    STOP = "stop"
    SHUTDOWN = "shutdown"


class Interrupted(Exception):
    """The handler reached a safe point after it was asked to; what is on disk is whole."""

    def __init__(self, reason: Interrupt) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Retry(Exception):
    """Try the job again after so many seconds, for this reason; counted against the kind's limit."""

    def __init__(self, cause: SokhanError, *, after: float | None = None) -> None:
        super().__init__(cause.message)
        self.cause = cause
        self.after = after


class Pause(Exception):
    """The job cannot go on now, for this reason, and keeps what it has: it waits to be resumed."""

    def __init__(self, cause: SokhanError) -> None:
        super().__init__(cause.message)
        self.cause = cause


class Fail(Exception):
    """The job has failed for good with this error."""

    def __init__(self, cause: SokhanError) -> None:
        super().__init__(cause.message)
        self.cause = cause


class LeaseLost(Exception):
    """The job belongs to another worker now: this one must write nothing more."""


def decisive_error(error: BaseException) -> BaseException:
    """Of an exception group (a handler may use a TaskGroup) the one that decides: a lost lease, then what the user
    asked for, then what went wrong first."""
    while isinstance(error, BaseExceptionGroup):
        lost, _ = error.split(LeaseLost)
        asked, _ = error.split(Interrupted)
        error = (lost or asked or error).exceptions[0]
    return error
