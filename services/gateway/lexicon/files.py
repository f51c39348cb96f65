"""The files of the lexicons: read, and replaced under a lock that several gateways respect. Blocking."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.errors import Unavailable
from shared.files import try_lock, write_atomic
from shared.persian.lexicon import Lexicon, check_size

# A change takes some milliseconds; a lock that is held for longer belongs to a process that hangs.
_LOCK_S = 5.0
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class LexiconFiles:
    """`locks`: the folder of the lock files."""

    locks: Path

    def change(self, path: Path, edit: Callable[[str], str]) -> None:
        """Replace the file by what `edit` makes of its text.

        Raises what `edit` raises, `Validation` for a text that is too large to be loaded, `Unavailable`, `OSError`.
        """
        deadline = time.monotonic() + _LOCK_S
        while True:
            with try_lock(path, self.locks) as mine:
                if mine:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    content = edit(read_text(path)).encode()
                    check_size(content, path.name)
                    write_atomic(path, content)
                    return
            if time.monotonic() > deadline:
                raise Unavailable("The lexicon is being changed by another process.", hint="Try again.")
            time.sleep(_POLL_S)


def read_text(path: Path) -> str:
    """The text; empty for a missing file. Raises `Validation` for a file that is not UTF-8, `OSError`.

    A file that is too large to be loaded is read too: it can be exported and made smaller.
    """
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        Lexicon.load(path)  # raises with the number of the line
        raise
