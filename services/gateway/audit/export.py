"""The audit as JSON lines or CSV, page by page."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Literal

from services.gateway.audit.schemas import AuditView
from shared.audit import AuditQuery, AuditRepository

ExportFormat = Literal["jsonl", "csv"]
MEDIA_TYPES: dict[ExportFormat, str] = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def exported(records: AuditRepository, query: AuditQuery, format: ExportFormat) -> AsyncIterator[bytes]:
    """The newest first; a CSV begins with the names of its columns."""
    if format == "csv":
        names = [field.alias or name for name, field in AuditView.model_fields.items()]
        yield _lines([names])
    async for entries in records.every(query):
        views = [AuditView.of(entry) for entry in entries]
        if format == "csv":
            yield _lines([[_cell(value) for value in view.model_dump(mode="json").values()] for view in views])
        else:
            yield "".join(f"{view.model_dump_json(by_alias=True)}\n" for view in views).encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
