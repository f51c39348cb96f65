"""What goes wrong with one request and may go right with the next, and how long to wait before that."""

from __future__ import annotations

import random

_FIRST_S = 0.5
# The longest that a line which is back again goes unused.
_CEILING_S = 30.0
_DOUBLINGS = 10


class TransferError(Exception):
    """`reason` completes “waiting 8 s: …”.

    `answered`: the server refused this request; a broken connection leaves it false. `endpoint`: the fault is not this
    file's, all requests to the endpoint should pause (no connection, or 429). A 5xx answer for one file says nothing
    about other files.
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
    """The Hub now has other content under this name than it had when the files were listed."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def backoff(attempt: int, rng: random.Random) -> float:
    """Seconds before the attempt after the `attempt`-th failure in a row (from 1), with jitter."""
    wait = min(_CEILING_S, _FIRST_S * 2.0 ** min(attempt - 1, _DOUBLINGS))
    return wait * (0.5 + rng.random() / 2)
