"""The rows of a dataset in any layout, read lazily: no recording is opened before its row is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.audio.recording_info import RecordingInfo, UnreadableRecording
from shared.audio.recordings import is_recording, measure
from shared.files import safe_relative
from shared.files.common_voice import CLIPS, common_voice_rows
from shared.files.ljspeech import WAVS, ljspeech_rows
from shared.files.located import Recordings, file_exists
from shared.files.speech import Speech, find_speech
from shared.text import Row, Unreadable, Value, data_files, read_rows
from shared.text.columns import SOURCE, TEXT

_AUDIO = ("audio", "audio_path", "audio_file", "audio_filepath", "file_name", "path", "file", "wav")
_SPEAKER = ("speaker", "speaker_id", "speaker_name", "client_id")


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """`audio` is None for a text; `problem` says why training skips the row."""

    line: int
    text: str
    id: str | None = None
    file: str | None = None
    speaker: str | None = None
    audio: Path | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    problem: str | None = None

    def measured(self) -> RecordingInfo | str:
        """The recording's length and rate, or why it has none. Blocking. Only for a row with `audio`."""
        assert self.audio is not None
        try:
            sound = measure(self.audio)
        except UnreadableRecording:
            return "it is not audio that can be read"
        return sound if sound.seconds else "its recording is empty"


@dataclass(frozen=True, slots=True)
class DatasetRows:
    """`format` as in the dataset's statistics: ljspeech, common_voice or text."""

    format: str
    rows: Iterator[DatasetRow]

    @property
    def speech(self) -> bool:
        return self.format != "text"


def open_rows(folder: Path) -> DatasetRows:
    """The rows of the dataset in a folder, in the order of its files. Blocking. Iterating raises `BadDataset`."""
    speech = find_speech(folder)
    return DatasetRows("text", _texts(folder)) if speech is None else DatasetRows(speech.layout, _speech(speech))


def _speech(speech: Speech) -> Iterator[DatasetRow]:
    if speech.layout == "common_voice":
        recordings = Recordings(speech.root, CLIPS)
        for clip in common_voice_rows(speech.root):
            audio = None if clip.broken else recordings.find(clip.path)
            problem = "the row is broken" if clip.broken else None if audio else "its clip is missing"
            yield DatasetRow(
                clip.number, clip.sentence, clip.path, speaker=clip.speaker or None, audio=audio, problem=problem
            )
        return
    recordings = Recordings(speech.root, WAVS)
    for row in ljspeech_rows(speech.root, recordings):
        audio = recordings.find(row.id)
        yield DatasetRow(
            row.number, row.text, row.id, audio=audio, problem=None if audio else "its recording is missing"
        )


def _texts(folder: Path) -> Iterator[DatasetRow]:
    files = data_files(folder)
    for path in (*files.train, *files.validation, *files.test):
        for row in read_rows(path):
            name = path.relative_to(folder).as_posix()
            if isinstance(row, Unreadable):
                yield DatasetRow(row.number, "", file=name, problem=row.why)
            else:
                yield _text(row, name, path.parent, folder)


def _text(row: Row, name: str, beside: Path, folder: Path) -> DatasetRow:
    lower = {column.lower(): value for column, value in row.values.items()}
    texts = (lower[column] for column in (*TEXT, *SOURCE) if isinstance(lower.get(column), str))
    text = next(texts, None) or next((value for value in lower.values() if isinstance(value, str)), "")
    speaker = next((lower[column] for column in _SPEAKER if isinstance(lower.get(column), str | int)), None)
    return DatasetRow(
        row.number,
        str(text).strip(),
        file=name,
        speaker=None if speaker is None else str(speaker)[:100],
        audio=_audio(lower, beside, folder),
        values=row.values,
    )


def _audio(values: Mapping[str, Value], beside: Path, folder: Path) -> Path | None:
    """The recording that a row names by its path, beside its file or in the dataset's folder."""
    for column in _AUDIO:
        name = values.get(column)
        if isinstance(name, str) and is_recording(name) and (relative := safe_relative(name)) is not None:
            for place in (beside, folder):
                if file_exists(place / relative):
                    return place / relative
    return None
