"""OpenAI's six audio formats: their names, media types and output sample rates."""

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

# OpenAI's `pcm` has no header: its clients play it at this rate.
PCM_RATE = 24_000
_OPUS_RATE = 48_000
# The rates of MP3 and ADTS that every player supports; below 16 kHz browsers differ.
_COMMON_RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)


def encoded_rate(format: AudioFormat, sample_rate: int) -> int:
    """The output rate in Hz: fixed for pcm and Opus, the lowest common rate not below `sample_rate` for MP3 and AAC."""
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
    """Whether encoding needs no computation, so that a thread would cost more than the work."""
    return format == "wav"


def media_type(format: AudioFormat, sample_rate: int) -> str:
    """The Content-Type of speech at `sample_rate`; for raw samples it includes rate and channels."""
    name = MEDIA_TYPES[format]
    return f"{name};rate={encoded_rate(format, sample_rate)};channels=1" if format == "pcm" else name
