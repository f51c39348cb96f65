"""The errors of the platform, each with a stable code.

`status` is the HTTP status of the gateway's answer; a failed job stores the same code.
`retryable`: whether a retry of the same request can succeed.
"""

from __future__ import annotations

from typing import ClassVar, Self

from shared.contracts.hints import Hint, in_http


class SokhanError(Exception):
    """Base of the hierarchy. `message` is a sentence for the user, `hint` the next step."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str | Hint | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = in_http(hint) if isinstance(hint, Hint) else hint
        self.action = hint if isinstance(hint, Hint) else None
        """The hint as data, for hints that clients phrase themselves."""
        self.param: str | None = None
        """The field of the request at fault, if there is one."""

    def about(self, field: str) -> Self:
        self.param = field
        return self


class Internal(SokhanError):
    """A bug in Sokhan. The details are in the log, never in the answer."""


class ModelNotAllowed(SokhanError):
    code, status = "MODEL_NOT_ALLOWED", 400


class Validation(SokhanError):
    code, status = "VALIDATION", 422


class Unauthenticated(SokhanError):
    code, status = "UNAUTHENTICATED", 401


class Forbidden(SokhanError):
    code, status = "FORBIDDEN", 403


class NotFound(SokhanError):
    """There is no such thing, or it belongs to another user."""

    code, status = "NOT_FOUND", 404


class MethodNotAllowed(SokhanError):
    """`allowed`: the HTTP methods that the URL accepts."""

    code, status = "METHOD_NOT_ALLOWED", 405

    def __init__(self, message: str, *, allowed: tuple[str, ...], hint: str | Hint | None = None) -> None:
        super().__init__(message, hint=hint)
        self.allowed = allowed


class Conflict(SokhanError):
    code, status = "CONFLICT", 409


class TooLarge(SokhanError):
    code, status = "TOO_LARGE", 413


class RequestTimeout(SokhanError):
    """The client did not send its whole request in time."""

    code, status, retryable = "REQUEST_TIMEOUT", 408, True


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
    """`retry_after` in seconds, if the Hub's answer states it.

    `endpoint_at_fault` is false if the endpoint works and refuses only this request.
    """

    code, status, retryable = "HUB_UNREACHABLE", 502, True
    retry_after: float | None = None
    endpoint_at_fault = True


class NotAHub(HubUnreachable):
    """The answer is not the Hub's JSON: a captive portal, or an endpoint that is not a Hub."""


class HubRefused(SokhanError):
    """The Hub refuses the request; a retry does not change the answer."""

    code, status = "HUB_REFUSED", 502


class UnsupportedFile(SokhanError):
    """A repository holds a file whose name cannot be stored here."""

    code, status = "UNSUPPORTED_FILE", 422


class Unavailable(SokhanError):
    """A required part of the platform does not answer now."""

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
