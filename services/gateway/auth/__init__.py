"""Authentication: the caller of a request, and tickets for connections that cannot have headers."""

from services.gateway.auth.authenticator import Authenticator
from services.gateway.auth.identity import (
    Caller,
    CallerIdentity,
    IdempotencyKey,
    OptionalCaller,
    Owner,
    caller_of,
    optional_caller,
    set_caller,
)
from services.gateway.auth.policy import PUBLIC_PATHS, authorize, route_name

__all__ = [
    "PUBLIC_PATHS",
    "Authenticator",
    "Caller",
    "CallerIdentity",
    "IdempotencyKey",
    "OptionalCaller",
    "Owner",
    "authorize",
    "caller_of",
    "optional_caller",
    "route_name",
    "set_caller",
]
