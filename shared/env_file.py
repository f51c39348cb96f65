"""The file of settings: `.env` in the data folder, or the one that SOKHAN_ENV_FILE names.

Never the current directory's: an archive or a repository that is unpacked there would set our settings.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

VARIABLE = "SOKHAN_ENV_FILE"
_NAME = ".env"
_DATA = "data"
_OURS = re.compile(rb"^\s*(?:export\s+)?(?:SOKHAN|HF|OTEL)_\w+\s*=", re.MULTILINE)
_READ_BYTES = 64 * 1024  # of a file that only may be ours


def env_file() -> Path:
    """The path of the file, which may be missing. Only the environment sets its folder: the file cannot move itself."""
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    return Path(os.environ.get("SOKHAN_DATA", "").strip() or _DATA).expanduser() / _NAME


def problem_of() -> str | None:
    """A sentence about a named file that is missing, or an unreadable one; None if there is no problem."""
    path = env_file()
    if os.environ.get(VARIABLE, "").strip() and not path.exists():
        return f"{VARIABLE}={path} does not exist."
    if not path.is_file():  # may be a folder: some people name a virtual environment `.env`
        return None
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return f"{path} is not UTF-8 text: save it again as UTF-8."
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    return None


def unread() -> str | None:
    """A sentence about a `.env` of ours in the current directory, which is not read; None if there is none."""
    here, used = Path(_NAME), env_file()
    try:
        if not here.is_file() or (used.exists() and here.samefile(used)):
            return None
        with here.open("rb") as file:
            ours = _OURS.search(file.read(_READ_BYTES)) is not None
    except OSError:
        return None
    if not ours:
        return None
    return f"./{_NAME} is not read, because only {used} is; move it there, or set {VARIABLE}={_NAME}."
