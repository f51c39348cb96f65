"""The file `.env`, before anything reads settings from it."""

from __future__ import annotations

from pathlib import Path


def problem_of(path: Path = Path(".env")) -> str | None:
    """A sentence about a file that settings cannot be read from; None where it is fine or absent."""
    if not path.is_file():  # some call a virtual environment so
        return None
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return f"{path} is not UTF-8 text: save it again as UTF-8."
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    return None
