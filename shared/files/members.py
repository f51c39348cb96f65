"""Classifies the files of an asset's folder: one rule for manifest, walk, verification, damage and removal.

    sokhan.json, .sokhan-….json, .features/…, .cache/…          bookkeeping: Sokhan's, or the Hub client's
    *.sokhan-part, .sokhan.json.<hex>.tmp                       bookkeeping: unfinished files
    __MACOSX/, ._x, .DS_Store, Thumbs.db, desktop.ini, .git/    system files of an operating system or a tool
    all others, .gitattributes too                              content

A file in the manifest is content, whatever its name: a repository may hold a `.DS_Store`. In a folder without a
manifest, and in an upload, system files are ignored.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from shared.files.manifest import MANIFEST
from shared.files.partial import JOURNAL, PART

DAMAGED = ".sokhan-damaged.json"
"""The damage record of the last verification; see `services/scanner/damage_record.py`."""
ACCESS = ".sokhan-access.json"
"""The record of who may see the asset; see `shared/files/access.py`."""
NOTES = ".cache"
"""The Hub client's metadata folder, at the top."""
FEATURES = ".features"
"""The training cache of a text dataset, at the top; see `services/trainer/recipes/text/corpus.py`."""

# macOS, Windows, Synology, Dropbox and version control leave these in folders and archives.
_SYSTEM = re.compile(
    r"__MACOSX|\.git|\.hg|\.svn|@eaDir|\.(?:_.*|DS_Store|localized|Trashes|Spotlight-V100|fseventsd|TemporaryItems"
    r"|AppleDouble|directory|dropbox|ipynb_checkpoints)|Thumbs\.db|ehthumbs\.db|desktop\.ini|\$RECYCLE\.BIN|Icon\r",
    re.IGNORECASE,
)
# The temporary names of `write_atomic` and of the journal; a repository may hold another `.x.tmp`.
_UNFINISHED = re.compile(r"\..*\.(?:[0-9a-f]+|sokhan-part\.journal)\.tmp")


def is_bookkeeping(path: str) -> bool:
    """Whether a path in an asset's folder is metadata of the asset, or an unfinished file."""
    return is_note(path) or is_unfinished(path)


def is_note(path: str) -> bool:
    """Whether it is finished metadata of the asset: Sokhan's, the Hub client's, or training's."""
    first, _, _ = path.partition("/")
    return (path in {MANIFEST, DAMAGED, ACCESS} or first in {NOTES, FEATURES}) and not is_unfinished(path)


def is_unfinished(path: str) -> bool:
    """Whether it is an unfinished file of a write or a download."""
    name = PurePosixPath(path).name
    return name.endswith((PART, JOURNAL)) or _UNFINISHED.fullmatch(name) is not None


def is_system_file(path: str) -> bool:
    """Whether an operating system or a tool has made the file or one of its folders."""
    return any(_SYSTEM.fullmatch(part) for part in PurePosixPath(path).parts)
