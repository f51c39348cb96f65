"""Why a socket or a stream ends. docs/events.md has the same table."""

from __future__ import annotations

from enum import IntEnum


class CloseCode(IntEnum):
    """Codes of RFC 6455 below 4000; the others are ours."""

    GOING_AWAY = 1001
    NOT_TEXT = 1003
    TOO_LARGE = 1009
    """Sent by the server itself, for a message of more than 64 KiB."""
    REVOKED = 4001
    TOO_SLOW = 4008


REASONS: dict[CloseCode, str] = {
    CloseCode.GOING_AWAY: "the gateway is stopping; connect again",
    CloseCode.NOT_TEXT: "messages are text; this one was binary",
    CloseCode.TOO_LARGE: "the message is too large",
    CloseCode.REVOKED: "the session or the key has been revoked; authenticate again",
    CloseCode.TOO_SLOW: "events were not read fast enough; connect again with `since`",
}

SSE_ERRORS: dict[CloseCode, str] = {
    CloseCode.REVOKED: "UNAUTHENTICATED",
    CloseCode.TOO_SLOW: "TOO_SLOW",
}
"""The code in the last frame of a stream. A stream that ends with the gateway has none: EventSource connects again."""
