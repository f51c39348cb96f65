"""Reads a folder in Common Voice's layout: `validated.tsv` (client_id, path, sentence, …) beside `clips/`.

The layout is that of Mozilla's archives since version 5: one header line, tab-separated, clips as mp3.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import soundfile

from shared.contracts.errors import BadDataset
from shared.files.layout import safe_relative
from shared.files.ljspeech import Utterance

VALIDATED = "validated.tsv"
CLIPS = "clips"
_NEEDED = ("client_id", "path", "sentence")
_MAX_FIELD = 10_000  # characters; a sentence to read aloud has a hundred
_NAME = 12  # of a client id's 128 hex digits: enough to tell 100,000 speakers apart


def is_common_voice(folder: Path) -> bool:
    return (folder / VALIDATED).is_file() and (folder / CLIPS).is_dir()


def read_common_voice(root: Path) -> Iterator[Utterance | str]:
    """Every row, as an utterance or as the reason why it cannot be one: a collection of thousands always has a few.

    Raises `BadDataset` where the table itself cannot be read.
    """
    try:
        with (root / VALIDATED).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise BadDataset(
                    f"{VALIDATED} has no column {missing[0]}.", hint=f"It needs {', '.join(_NEEDED)}, split by tabs."
                )
            for row in rows:
                yield _read(root, row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(
            f"{VALIDATED} cannot be read: {error}.", hint="It is a table in UTF-8, split by tabs."
        ) from error


def _read(root: Path, row: Mapping[str, str | None]) -> Utterance | str:
    client, path, sentence = (row[name] or "" for name in _NEEDED)
    relative = safe_relative(path)
    if relative is None or len(sentence) > _MAX_FIELD:
        return "with a broken row"
    audio = root / CLIPS / relative
    try:
        info = soundfile.info(audio)
    except (soundfile.SoundFileError, OSError):
        return "without audio that can be read"
    if not info.frames:
        return "with empty audio"
    return Utterance(path, sentence.strip(), audio, info.frames / info.samplerate, info.samplerate, client[:_NAME])
