"""Speech-like sound for tests, and what a player makes of a file."""

from __future__ import annotations

import io
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from shared.audio import AudioFormat

CONTAINERS: dict[AudioFormat, str] = {"mp3": "mp3", "opus": "ogg", "aac": "aac", "flac": "flac", "wav": "wav"}


@dataclass(frozen=True)
class Heard:
    samples: NDArray[np.float64]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def sound(rate: int, seconds: float) -> bytes:
    """s16le mono: tones between 200 Hz and 1 kHz that come and go, never the same twice."""
    t = np.arange(round(rate * seconds)) / rate
    envelope = 0.5 + 0.4 * np.sin(2 * np.pi * 1.7 * t)
    chirp = np.sin(2 * np.pi * (200 * t + 400 * t**2 / max(seconds, 0.1)))
    wave = 0.5 * envelope * (chirp + 0.3 * np.sin(2 * np.pi * 700 * t))
    data: bytes = (wave * 20_000).astype("<i2").tobytes()
    return data


def heard(data: bytes, format: AudioFormat, pcm_rate: int = 24_000) -> Heard:
    if format == "pcm":
        return Heard(np.frombuffer(data, "<i2") / 32768, pcm_rate)
    with av.open(io.BytesIO(data), "r", format=CONTAINERS[format]) as file:
        stream = file.streams.audio[0]
        mono = av.AudioResampler(format="s16", layout="mono", rate=stream.rate)
        frames = [
            frame for packet in file.demux(stream) for decoded in packet.decode() for frame in mono.resample(decoded)
        ]
        samples = [frame.to_ndarray().ravel() / 32768 for frame in frames]
        return Heard(np.concatenate(samples) if samples else np.zeros(0), stream.rate)


def likeness(given: Heard, original: Heard) -> float:
    """The highest correlation at any shift, of both at 48 kHz: codecs delay by parts of a sample, and pad."""
    a, b = (_at_48k(x) for x in (given, original))
    size = len(a) + len(b)
    crossed = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    return float(crossed.max() / np.sqrt(np.sum(a**2) * np.sum(b**2)))


def _at_48k(given: Heard) -> NDArray[np.float64]:
    at = np.arange(0, given.seconds, 1 / 48_000)
    samples: NDArray[np.float64] = np.interp(at, np.arange(len(given.samples)) / given.rate, given.samples)
    return samples
