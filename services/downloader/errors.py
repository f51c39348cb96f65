"""Failures of one request that the next may not have, and the wait before it."""

from __future__ import annotations

import random

from shared.backoff import backoff

_FIRST_S = 0.5
# The longest that a restored connection stays unused.
_CEILING_S = 30.0


class TransferError(Exception):
    """`reason` completes “waiting 8 s: …”.

    `answered`: the server refused this request; False for a broken connection. `endpoint`: the endpoint is at fault, so
    all its requests should pause (no connection, or 429). A 5xx answer for one file says nothing about other files.
    """

    def __init__(
        self, reason: str, *, retry_after: float | None = None, answered: bool = False, endpoint: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.answered = answered
        self.endpoint = endpoint


class ContentChanged(Exception):
    """The Hub has other content under this name now than when the files were listed."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def retry_delay(attempt: int, rng: random.Random) -> float:
    """Seconds before the attempt after the `attempt`-th failure in a row, counted from 1."""
    return backoff(attempt, rng, first=_FIRST_S, ceiling=_CEILING_S)
