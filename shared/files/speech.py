"""Finds the speech datasets in a folder, at any depth.

metadata.csv + wavs/                                LJSpeech, at the top or in a subfolder
cv-corpus-21.0/fa/{validated,train,…}.tsv + clips/  Common Voice, as Mozilla packs it
data/metadata.csv + data/wavs/ and docs/            the folder `data`
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Literal

from shared.audio.recordings import is_recording
from shared.contracts.errors import BadDataset
from shared.files.common_voice import CLIPS, TABLES, read_common_voice
from shared.files.ljspeech import WAVS, read_utterances
from shared.files.manifest import DatasetStatistics
from shared.files.members import is_bookkeeping, is_system_file
from shared.files.metadata import METADATA, looks_like_metadata
from shared.files.utterances import Utterance
from shared.lines import bounded_lines

Layout = Literal["ljspeech", "common_voice"]
_NAMES: dict[Layout, str] = {"ljspeech": "LJSpeech", "common_voice": "Common Voice"}
_LISTED = 5
_LOOKED_AT = 1000  # lines, for the first that is not empty


@dataclass(frozen=True, slots=True)
class SpeechRoot:
    """`path` is relative, `.` for the top."""

    layout: Layout
    path: PurePosixPath

    def __str__(self) -> str:
        return f"{self.path} ({_NAMES[self.layout]})"


def speech_roots(names: Collection[str]) -> tuple[SpeechRoot, ...]:
    """The datasets among these relative paths, sorted by path. Opens no file."""
    files = [PurePosixPath(name) for name in sorted(names)]
    with_sound = {parent for file in files if is_recording(file.name) for parent in file.parents}
    strict = [root for file in files if (root := _root(file, with_sound)) is not None]
    loose = [
        SpeechRoot("ljspeech", file.parent) for file in files if file.name == METADATA and file.parent in with_sound
    ]
    found: list[SpeechRoot] = []
    for root in sorted(set(strict or loose), key=lambda root: (len(root.path.parts), root.path, root.layout)):
        # A dataset's folder and its subfolders are not another dataset in another layout.
        if not any(above.path == root.path or above.path in root.path.parents for above in found):
            found.append(root)
    return tuple(sorted(found, key=lambda root: root.path))


def _root(file: PurePosixPath, with_sound: Collection[PurePosixPath]) -> SpeechRoot | None:
    if file.name == METADATA and file.parent / WAVS in with_sound:
        return SpeechRoot("ljspeech", file.parent)
    if file.name in TABLES and file.parent / CLIPS in with_sound:
        return SpeechRoot("common_voice", file.parent)
    return None


@dataclass(frozen=True, slots=True)
class Speech:
    """A speech dataset on disk."""

    layout: Layout
    root: Path

    def utterances(self) -> Iterator[Utterance | str]:
        """Every row, as an utterance or as the reason why it is unusable. Raises `BadDataset`."""
        return read_common_voice(self.root) if self.layout == "common_voice" else read_utterances(self.root)


def find_speech(folder: Path) -> Speech | None:
    """The speech dataset in a folder, at any depth. Blocking. Raises `BadDataset` if there are several."""
    names = content_names(folder)
    roots = speech_roots(names)
    if len(roots) > 1:
        listed = ", ".join(map(str, roots[:_LISTED])) + (", …" if len(roots) > _LISTED else "")
        raise BadDataset(f"The folder holds {len(roots)} datasets: {listed}.", hint="Import each of them separately.")
    if roots:
        return Speech(roots[0].layout, folder / roots[0].path)
    tables = sorted((name for name in names if PurePosixPath(name).name == METADATA), key=lambda name: name.count("/"))
    root = next((folder / name for name in tables if looks_like_metadata(_first_line(folder / name))), None)
    return Speech("ljspeech", root.parent) if root else None


def content_names(folder: Path) -> list[str]:
    """The relative paths of a dataset's content files. Blocking."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(files):
            path = Path(place, name).relative_to(folder).as_posix()
            if not is_bookkeeping(path) and not is_system_file(path):
                found.append(path)
    return found


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return next((line for line in islice(bounded_lines(file, 1000), _LOOKED_AT) if line.strip()), "")[:1000]


def examine(speech: Speech, speakable: Callable[[str], bool]) -> DatasetStatistics:
    """Read the whole dataset once. Raises `BadDataset` if no row is usable.

    A row that is unusable, or whose text has no letter that a voice can speak, is skipped and counted.
    """
    items = characters = skipped = 0
    seconds = 0.0
    rates: dict[int, int] = {}
    first_reason = ""
    for utterance in speech.utterances():
        if isinstance(utterance, str) or not speakable(utterance.text):
            skipped += 1
            first_reason = first_reason or _why(utterance)
            continue
        items += 1
        characters += len(utterance.text)
        seconds += utterance.seconds
        rates[utterance.sample_rate] = rates.get(utterance.sample_rate, 0) + 1
    if not items:
        raise BadDataset(
            f"None of the {skipped:,} rows has a recording and a text with a Persian letter.",
            hint=f"The first is one {first_reason}. Is it the right column, in Persian script?",
        )
    return DatasetStatistics(
        format=speech.layout,
        items=items,
        hours=round(seconds / 3600, 6),
        sample_rate=max(rates, key=lambda rate: rates[rate]),
        characters=characters,
        skipped=skipped,
    )


def _why(utterance: Utterance | str) -> str:
    return utterance if isinstance(utterance, str) else f"with the text “{utterance.text[:60]}”"
