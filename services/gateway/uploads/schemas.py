"""An open upload as clients see it."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from shared.contracts.wire import Wire


class UploadView(Wire):
    """`length` and `offset` in bytes. It is complete when they are equal."""

    id: str
    length: int
    offset: int
    complete: bool
    file_name: str | None
    created_at: AwareDatetime
    expires_at: AwareDatetime = Field(description="without another byte")
