"""What a site remembers of the units that it has published or fetched: a file for each unit, in a folder for each
bucket: `run/objects/<hash of the bucket>/<hash of the unit>.json`.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from shared.files.atomic import write_atomic
from shared.objects.documents import SiteRecord


class SiteRecords:
    """Every method blocks. A record that is missing or unreadable is an empty one: its unit is compared anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, unit: str) -> SiteRecord:
        with suppress(OSError, ValidationError):
            record = SiteRecord.model_validate_json(self.path(unit).read_bytes())
            if record.unit == unit:
                return record
        return SiteRecord(unit=unit)

    def write(self, record: SiteRecord) -> None:
        write_atomic(self.path(record.unit), record.to_wire())

    def drop(self, unit: str) -> None:
        self.path(unit).unlink(missing_ok=True)

    def use(self, unit: str) -> None:
        """Note that the unit is used now."""
        with suppress(FileNotFoundError):
            now = time.time_ns()  # finer than the clock of a file system
            os.utime(self.path(unit), ns=(now, now))

    def last_use(self, unit: str) -> int:
        """The time in ns; 0 if there is no record."""
        try:
            return self.path(unit).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def all(self) -> Iterator[SiteRecord]:
        """All records that can be read."""
        for path in self._folder.glob("*.json"):
            with suppress(OSError, ValidationError):
                yield SiteRecord.model_validate_json(path.read_bytes())

    def units(self) -> set[str]:
        """The units that have a record."""
        return {record.unit for record in self.all()}

    def path(self, unit: str) -> Path:
        return self._folder / f"{hashlib.sha256(unit.encode()).hexdigest()[:32]}.json"
