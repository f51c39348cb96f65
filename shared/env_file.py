"""Checks the file `.env` before settings are read from it."""

from __future__ import annotations

from pathlib import Path


def problem_of(path: Path = Path(".env")) -> str | None:
    """A sentence about an unreadable file; None if it is readable or missing."""
    if not path.is_file():  # may be a folder: some people name a virtual environment `.env`
        return None
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return f"{path} is not UTF-8 text: save it again as UTF-8."
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    return None
