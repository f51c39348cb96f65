"""Reads recordings: recognizes them by name, measures their length, and decodes their samples.

soundfile is faster and reads WAV, FLAC, MP3 and Ogg; libav reads other formats, such as the M4A of telephones.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from shared.audio.recording_info import RecordingInfo, UnreadableRecording

SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".oga", ".m4a", ".aac", ".mp4", ".wma", ".aiff", ".aif", ".webm")
"""In order of preference: of two recordings with the same stem, the one with the earlier suffix is used."""


def is_recording(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def measure(path: Path) -> RecordingInfo:
    """The length and rate of a recording, from its header. Blocking. Raises `UnreadableRecording`."""
    try:
        info = soundfile.info(path)
        return RecordingInfo(info.frames / info.samplerate, info.samplerate)
    except OSError as error:
        raise UnreadableRecording(str(error)) from error
    except soundfile.SoundFileError:
        from shared.audio.decoder import measure_with_libav

        return measure_with_libav(path)


def read_samples(path: Path) -> tuple[NDArray[np.float32], int]:
    """Samples [time, channels] in [-1, 1] and their rate in Hz. Blocking. Raises `UnreadableRecording`."""
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except OSError as error:
        raise UnreadableRecording(str(error)) from error
    except soundfile.SoundFileError:
        from shared.audio.decoder import decode_with_libav

        return decode_with_libav(path)
    return samples, rate
