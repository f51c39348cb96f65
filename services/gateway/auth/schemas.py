"""The answers of `/api/auth`."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.wire import Wire


class TicketView(Wire):
    ticket: str
    expires_in: int = Field(description="seconds")
