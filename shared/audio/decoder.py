"""Decodes recordings with libav, for formats that soundfile does not support."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from shared.audio.limits import MAX_SECONDS, check_decoded, check_rate, checked
from shared.audio.recording_info import RecordingInfo, UnreadableRecording

# Without playlists and similar formats, which make libav open the files and URLs that they name.
_FORMATS = "aac,aiff,amr,asf,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,ogg,wav"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}


def measure_with_libav(path: Path) -> RecordingInfo:
    """The length and rate of a recording. Blocking. Raises `UnreadableRecording`."""
    with _opened(path) as (container, stream):
        return checked(_seconds(container, stream), stream.rate, stream.channels, path.stat().st_size)


def _seconds(container: InputContainer, stream: AudioStream) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None:
        return container.duration / av.time_base
    frames = 0
    for frame in container.decode(stream):
        frames += frame.samples
        if frames > MAX_SECONDS * stream.rate:
            break
    return frames / stream.rate


def decode_with_libav(path: Path) -> tuple[NDArray[np.float32], int]:
    """Samples [time, channels] and their rate in Hz. Blocking. Raises `UnreadableRecording`."""
    with _opened(path) as (container, stream):
        to_floats = av.AudioResampler(format="fltp")
        pieces: list[NDArray[np.float32]] = []
        count = 0
        for decoded in container.decode(stream):
            for frame in to_floats.resample(decoded):
                pieces.append(np.asarray(frame.to_ndarray(), dtype=np.float32))
                count += pieces[-1].size  # the channels of a stream may change
            check_decoded(count)
        pieces += [np.asarray(frame.to_ndarray(), dtype=np.float32) for frame in to_floats.resample(None)]
        if not pieces:
            raise UnreadableRecording("it is empty")
        return np.concatenate(pieces, axis=1).T, stream.rate


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    try:
        with av.open(str(path), "r", options=_OPTIONS) as container:
            if not container.streams.audio or not getattr(container.streams.audio[0], "rate", 0):
                raise UnreadableRecording("it has no audio stream")
            check_rate(container.streams.audio[0].rate, container.streams.audio[0].channels)
            yield container, container.streams.audio[0]
    except (av.FFmpegError, OSError, ValueError, MemoryError) as error:
        raise UnreadableRecording(str(error)) from error
