"""Which files of an asset's folder are its content: one rule for manifest, walk, verification, damage and removal.

    sokhan.json, .sokhan-damaged.json, .features/…, .cache/…    bookkeeping: ours, or the Hub client's
    *.sokhan-part, .sokhan.json.<hex>.tmp                       bookkeeping: what is being written
    __MACOSX/, ._x, .DS_Store, Thumbs.db, desktop.ini, .git/    what an operating system or a tool left
    everything else, .gitattributes too                         content

What a manifest names is content whatever its name is: a repository may hold a `.DS_Store`. Of a folder without a
manifest, and of an upload, system files are no part.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from shared.files.manifest import MANIFEST
from shared.files.partial import JOURNAL, PART

DAMAGED = ".sokhan-damaged.json"
"""What the last verification found, beside the manifest; see `services/scanner/damage_record.py`."""
NOTES = ".cache"
"""The Hub client's folder of notes, at the top."""
FEATURES = ".features"
"""What training makes of a dataset of texts, at the top; see `services/trainer/recipes/text/corpus.py`."""

# macOS, Windows, Synology, Dropbox and version control leave these in folders and archives.
_SYSTEM = re.compile(
    r"__MACOSX|\.git|\.hg|\.svn|@eaDir|\.(?:_.*|DS_Store|localized|Trashes|Spotlight-V100|fseventsd|TemporaryItems"
    r"|AppleDouble|directory|dropbox|ipynb_checkpoints)|Thumbs\.db|ehthumbs\.db|desktop\.ini|\$RECYCLE\.BIN|Icon\r",
    re.IGNORECASE,
)
# `write_atomic`'s and the journal's; a repository may well hold another `.x.tmp`.
_UNFINISHED = re.compile(r"\..*\.(?:[0-9a-f]+|sokhan-part\.journal)\.tmp")


def is_bookkeeping(path: str) -> bool:
    """Whether a path in an asset's folder is a note about the asset, or a file on its way."""
    return is_note(path) or is_unfinished(path)


def is_note(path: str) -> bool:
    """Whether it is a finished note about the asset: ours, the Hub client's, or training's."""
    first, _, _ = path.partition("/")
    return (path in {MANIFEST, DAMAGED} or first in {NOTES, FEATURES}) and not is_unfinished(path)


def is_unfinished(path: str) -> bool:
    """Whether it is a file that is being written or downloaded."""
    name = PurePosixPath(path).name
    return name.endswith((PART, JOURNAL)) or _UNFINISHED.fullmatch(name) is not None


def is_system_file(path: str) -> bool:
    """Whether an operating system or a tool put it there, beside or inside what a person chose."""
    return any(_SYSTEM.fullmatch(part) for part in PurePosixPath(path).parts)
