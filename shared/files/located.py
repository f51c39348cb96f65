"""Finds the recording of an id, in spite of differences in Unicode normalization and letter forms."""

from __future__ import annotations

import os
import unicodedata
from functools import cached_property
from pathlib import Path, PurePosixPath

from shared.audio.recordings import SUFFIXES, is_recording
from shared.files.layout import safe_relative

# Code page 1256 has only the Arabic forms of these letters; Persian keyboards write the Persian ones.
_LETTERS = str.maketrans({"ي": "ی", "ك": "ک", "ى": "ی"})


class Recordings:
    """The recordings of a dataset in `root`; an id without a folder refers to `root/<place>/`."""

    def __init__(self, root: Path, place: str) -> None:
        self._root = root
        self._place = place

    def find(self, id: str) -> Path | None:
        """The file of an id, or None. Names are compared in NFC, with Arabic letter forms mapped to Persian ones."""
        for candidate in self._candidates(id):
            path = self._root / candidate
            if file_exists(path):
                return path
        return next((self._known[key] for item in self._candidates(id) if (key := _key(item)) in self._known), None)

    def expected_path(self, id: str) -> str:
        """The preferred path of an id, relative to the root."""
        return self._candidates(id)[0]

    def _candidates(self, id: str) -> list[str]:
        relative = safe_relative(id)
        if relative is None:
            return [id]
        inside = relative.parts[0] == self._place and len(relative.parts) > 1
        paths = [relative] if inside else [PurePosixPath(self._place) / relative, relative]
        if is_recording(relative.name):
            return [str(path) for path in paths]
        return [f"{path}{suffix}" for path in paths for suffix in SUFFIXES]

    @cached_property
    def _known(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder, _, names in os.walk(self._root):
            for name in sorted(filter(is_recording, names)):
                path = Path(folder, name)
                found.setdefault(_key(path.relative_to(self._root).as_posix()), path)
        return found


def file_exists(path: Path) -> bool:
    """Whether it is a file; false for a name that is too long for the disk, for which `Path.is_file` raises."""
    try:
        return path.is_file()
    except OSError:
        return False


def _key(path: str) -> str:
    stem, dot, suffix = path.rpartition(".")
    return unicodedata.normalize("NFC", stem).translate(_LETTERS) + dot + suffix.lower()
