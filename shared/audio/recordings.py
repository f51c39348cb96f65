"""Reads recordings: recognizes them by name, measures their length, and decodes their samples.

soundfile is faster and reads WAV, FLAC, MP3 and Ogg; libav reads other formats, such as the M4A of telephones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from shared.audio.limits import check_decoded, check_frames, check_rate, checked
from shared.audio.recording_info import RecordingInfo, UnreadableRecording

SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".oga", ".m4a", ".aac", ".mp4", ".wma", ".aiff", ".aif", ".webm")
"""In order of preference: of two recordings with the same stem, the one with the earlier suffix is used."""


def is_recording(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def measure(path: Path) -> RecordingInfo:
    """The length and rate of a recording, from its header. Blocking. Raises `UnreadableRecording`."""
    try:
        with _opened(path) as file:
            return _check(file, path)
    except soundfile.SoundFileError:
        from shared.audio.decoder import measure_with_libav

        return measure_with_libav(path)


def read_samples(path: Path) -> tuple[NDArray[np.float32], int]:
    """Samples [time, channels] in [-1, 1] and their rate in Hz. Blocking. Raises `UnreadableRecording`."""
    try:
        with _opened(path) as file:
            info = _check(file, path)
            check_decoded(file.frames * file.channels)
            return file.read(dtype="float32", always_2d=True), info.sample_rate
    except soundfile.SoundFileError:
        from shared.audio.decoder import decode_with_libav

        return decode_with_libav(path)


@contextmanager
def _opened(path: Path) -> Iterator[soundfile.SoundFile]:
    """Raises `UnreadableRecording`, and soundfile's error for another format."""
    try:
        with soundfile.SoundFile(path) as file:
            yield file
    except (OSError, ValueError, MemoryError) as error:
        raise UnreadableRecording(str(error)) from error


def _check(file: soundfile.SoundFile, path: Path) -> RecordingInfo:
    size = path.stat().st_size
    check_rate(file.samplerate, file.channels)
    if file.format != "FLAC":  # its subtypes name the width of the decoded samples
        check_frames(file.frames, file.channels, file.subtype, size)
    return checked(file.frames / file.samplerate, file.samplerate, file.channels, size)
