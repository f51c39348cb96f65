"""Reads a dataset in LJSpeech's layout: `metadata.csv` (see `shared/files/metadata.py`) and a folder `wavs/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.audio.recording_info import UnreadableRecording
from shared.audio.recordings import measure
from shared.contracts.errors import BadDataset
from shared.files.located import Recordings
from shared.files.metadata import MAX_LINE, METADATA, MetadataRow, metadata_rows
from shared.files.utterances import Utterance
from shared.lines import bounded_lines

WAVS = "wavs"
LAYOUT_HINT = "An LJSpeech archive holds metadata.csv (id|text) and a folder wavs/ with one id.wav for each line."


def read_utterances(root: Path) -> Iterator[Utterance]:
    """Every row with its audio, in the file's order. Raises `BadDataset` at the first invalid row."""
    recordings = Recordings(root, WAVS)
    for row in ljspeech_rows(root, recordings):
        yield _with_audio(row, recordings)


def ljspeech_rows(root: Path, recordings: Recordings) -> Iterator[MetadataRow]:
    """Every row, without opening its audio. Raises `BadDataset` at the first invalid row."""
    try:
        with (root / METADATA).open(encoding="utf-8-sig", newline="") as file:
            lines = bounded_lines(file, MAX_LINE)
            yield from metadata_rows(lines, lambda name: recordings.find(name) is not None)
    except UnicodeDecodeError as error:
        raise BadDataset(f"{METADATA} is not UTF-8.", hint="Save it as UTF-8 and upload again.") from error
    except FileNotFoundError as error:
        raise BadDataset(f"There is no {METADATA} in the dataset.", hint=LAYOUT_HINT) from error


def _with_audio(row: MetadataRow, recordings: Recordings) -> Utterance:
    audio = recordings.find(row.id)
    expected = recordings.expected_path(row.id)
    if audio is None:
        raise BadDataset(
            f"Line {row.number} of {METADATA} names {expected}, which is not in the dataset.",
            hint="Add the file or remove the line.",
        )
    try:
        sound = measure(audio)
    except UnreadableRecording as error:
        raise BadDataset(
            f"{audio.parent.name}/{audio.name} is not readable audio.",
            hint=f"Line {row.number} of {METADATA} names it. Save it as WAV, FLAC, MP3, Ogg or M4A.",
        ) from error
    if not sound.seconds:
        raise BadDataset(f"{audio.parent.name}/{audio.name} is empty.")
    return Utterance(row.id, row.text, audio, sound.seconds, sound.sample_rate)
