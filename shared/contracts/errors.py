"""Every error a user can meet, each with a code that never changes.

`status` is the HTTP status the gateway answers with; a job that fails stores the same code.
`retryable` says whether trying the very same thing again can help.
"""

from __future__ import annotations

from typing import ClassVar, Self

from shared.contracts.hints import Hint, in_http


class SokhanError(Exception):
    """Base of the hierarchy. `message` is a sentence a person can act on, `hint` the next thing to try."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str | Hint | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = in_http(hint) if isinstance(hint, Hint) else hint
        self.action = hint if isinstance(hint, Hint) else None
        """The hint as data, where it is one of those that clients word themselves."""
        self.param: str | None = None
        """The field of the request that it is about, where it is about one."""

    def about(self, field: str) -> Self:
        self.param = field
        return self


class Internal(SokhanError):
    """A bug of ours. The details are in the log, never in the answer."""


class ModelNotAllowed(SokhanError):
    code, status = "MODEL_NOT_ALLOWED", 400


class Validation(SokhanError):
    code, status = "VALIDATION", 422


class Unauthenticated(SokhanError):
    code, status = "UNAUTHENTICATED", 401


class Forbidden(SokhanError):
    code, status = "FORBIDDEN", 403


class NotFound(SokhanError):
    """Also what a stranger gets for what belongs to somebody else."""

    code, status = "NOT_FOUND", 404


class MethodNotAllowed(SokhanError):
    """`allowed` are the HTTP methods of the address."""

    code, status = "METHOD_NOT_ALLOWED", 405

    def __init__(self, message: str, *, allowed: tuple[str, ...], hint: str | Hint | None = None) -> None:
        super().__init__(message, hint=hint)
        self.allowed = allowed


class Conflict(SokhanError):
    code, status = "CONFLICT", 409


class TooLarge(SokhanError):
    code, status = "TOO_LARGE", 413


class RateLimited(SokhanError):
    code, status, retryable = "RATE_LIMITED", 429, True

    def __init__(self, message: str, *, retry_after: float, hint: str | Hint | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class NoSpace(SokhanError):
    code, status = "NO_SPACE", 507


class GatedRepo(SokhanError):
    code, status = "GATED_REPO", 403


class RepoNotFound(SokhanError):
    code, status = "REPO_NOT_FOUND", 404


class HubUnreachable(SokhanError):
    """`retry_after` in seconds, where the Hub said when to come back.

    `endpoint_at_fault` is false where the endpoint works and only this request is refused.
    """

    code, status, retryable = "HUB_UNREACHABLE", 502, True
    retry_after: float | None = None
    endpoint_at_fault = True


class NotAHub(HubUnreachable):
    """A web page came where the Hub's JSON is due: a captive portal, or an endpoint that is no Hub."""


class HubRefused(SokhanError):
    """The Hub answers, and its answer does not change by asking again."""

    code, status = "HUB_REFUSED", 502


class UnsupportedFile(SokhanError):
    """A repository holds a file whose name cannot be stored here."""

    code, status = "UNSUPPORTED_FILE", 422


class Unavailable(SokhanError):
    """A part of the platform that is needed does not answer now."""

    code, status, retryable = "UNAVAILABLE", 503, True


class HashMismatch(SokhanError):
    code, status = "HASH_MISMATCH", 502


class RedirectRefused(SokhanError):
    code, status = "REDIRECT_REFUSED", 502


class UnsafeCheckpoint(SokhanError):
    code, status = "UNSAFE_CHECKPOINT", 422


class BadDataset(SokhanError):
    code, status = "BAD_DATASET", 422


class OutOfMemory(SokhanError):
    code, status = "OUT_OF_MEMORY", 507


class Diverged(SokhanError):
    """The loss became NaN or infinite."""

    code, status = "DIVERGED", 422


class WorkerLost(SokhanError):
    code, status, retryable = "WORKER_LOST", 503, True


class Cancelled(SokhanError):
    code, status = "CANCELLED", 409


def _all_errors(base: type[SokhanError]) -> list[type[SokhanError]]:
    return [base, *(e for child in base.__subclasses__() for e in _all_errors(child))]


BY_CODE: dict[str, type[SokhanError]] = {e.code: e for e in reversed(_all_errors(SokhanError))}
