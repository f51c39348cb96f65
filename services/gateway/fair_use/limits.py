"""The limits of one owner. 0 is no limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shared.config import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    requests_per_minute: int
    failed_logins_per_minute: int
    speech_characters_per_day: int
    uploads: int
    stored_bytes: int
    catalog_entries: int
    streams: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            requests_per_minute=settings.requests_per_minute,
            failed_logins_per_minute=settings.failed_logins_per_minute,
            speech_characters_per_day=settings.speech_characters_per_day,
            uploads=settings.uploads_per_owner,
            stored_bytes=settings.stored_bytes_per_owner,
            catalog_entries=settings.catalog_entries,
            streams=settings.streams_per_owner,
        )
