"""OpenAI's six audio formats: what they are called, and the sample rate that each leaves with."""

from __future__ import annotations

from typing import Literal, get_args

AudioFormat = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]

MEDIA_TYPES: dict[AudioFormat, str] = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg; codecs=opus",  # RFC 7845; audio/opus is a payload of RTP
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
SUFFIXES: dict[AudioFormat, str] = {name: f".{name}" for name in get_args(AudioFormat)}
BY_SUFFIX: dict[str, AudioFormat] = {**{suffix: name for name, suffix in SUFFIXES.items()}, ".ogg": "opus"}

# OpenAI's `pcm` says nothing about itself: its clients play it at this rate.
PCM_RATE = 24_000
_OPUS_RATE = 48_000
# Of the rates that MP3 and ADTS know those that every player plays; below 16 kHz browsers differ.
_COMMON_RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)


def encoded_rate(format: AudioFormat, sample_rate: int) -> int:
    """The rate in Hz of what comes out: the nearest that loses nothing, where the format knows only some."""
    match format:
        case "pcm":
            return PCM_RATE
        case "opus":
            return _OPUS_RATE
        case "mp3" | "aac":
            return next((rate for rate in _COMMON_RATES if rate >= sample_rate), _COMMON_RATES[-1])
        case "wav" | "flac":
            return sample_rate


def instant(format: AudioFormat) -> bool:
    """Is it ready without any computing? A thread would then cost more than the work."""
    return format == "wav"


def media_type(format: AudioFormat, sample_rate: int) -> str:
    """As the Content-Type of what comes out of speech at `sample_rate`; raw samples need more words than a name."""
    name = MEDIA_TYPES[format]
    return f"{name};rate={encoded_rate(format, sample_rate)};channels=1" if format == "pcm" else name
