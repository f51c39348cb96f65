"""Parses rates such as `500k`, `2M`, `1.5 MB/s`, `512KiB`."""

from __future__ import annotations

import re

_RATE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<prefix>[kmg]?)(?P<binary>i?)(?:b(?:/s)?)?", re.IGNORECASE)
_POWER = {"": 0, "k": 1, "m": 2, "g": 3}


def parse_rate(text: str) -> int | None:
    """Bytes a second; None for `none`. Raises `ValueError` with a message for the user."""
    written = text.strip().lower()
    if written == "none":
        return None
    found = _RATE.fullmatch(written)
    if found is None or (found["binary"] and not found["prefix"]):
        raise ValueError(f"“{text}” is not a rate: use 500k or 2M (bytes a second), or none")
    base = 1024 if found["binary"] else 1000
    rate = int(float(found["number"]) * base ** _POWER[found["prefix"]])
    if rate < 1:
        raise ValueError("a rate is at least 1 byte a second; none removes the limit, pause stops the download")
    return rate
