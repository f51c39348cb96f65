"""The one rule for recordings from outside, applied by everything that measures, decodes or resamples one.

A header costs nothing: 377 bytes said that they held 865 hours, and were installed as such.
"""

from __future__ import annotations

from shared.audio.recording_info import RecordingInfo, UnreadableRecording

MIN_RATE, MAX_RATE = 8_000, 192_000
"""Hz, from the telephone to the studio. Resampling takes memory with the rate: 2 GHz took 1 GB."""
MAX_CHANNELS = 2
MAX_SECONDS = 3600.0
"""An utterance has seconds; a file of an hour is not one."""
MAX_SAMPLES = 64 << 20
"""Of one decoded recording, all channels together: 256 MB of float32, 22 minutes at 48 kHz."""
_MIN_BYTES_PER_SECOND = 20
"""Opus needs 750 bytes for a second of speech, FLAC 50 for a second of digital silence."""
_HEADER_SECONDS = 1.0
# Bytes of a sample by libsndfile's names; other subtypes are compressed.
_WIDTHS = {"PCM_S8": 1, "PCM_U8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}


def check_rate(rate: int, channels: int = 1) -> None:
    """Raises `UnreadableRecording` for a rate in Hz or a number of channels that no recording of speech has."""
    if not MIN_RATE <= rate <= MAX_RATE:
        raise UnreadableRecording(f"it has {rate:,} Hz, not {MIN_RATE:,} to {MAX_RATE:,}")
    if not 1 <= channels <= MAX_CHANNELS:
        raise UnreadableRecording(f"it has {channels:,} channels, not 1 or {MAX_CHANNELS}")


def checked(seconds: float, rate: int, channels: int, file_bytes: int) -> RecordingInfo:
    """The length that a header names, if the file has bytes for it. Raises `UnreadableRecording`."""
    check_rate(rate, channels)
    if not 0 <= seconds <= MAX_SECONDS:
        raise UnreadableRecording(f"it has {seconds:,.0f} seconds, more than {MAX_SECONDS:,.0f}")
    if seconds > _HEADER_SECONDS + file_bytes / _MIN_BYTES_PER_SECOND:
        raise UnreadableRecording(f"its header says {seconds:,.0f} seconds, for which {file_bytes:,} bytes are too few")
    return RecordingInfo(seconds, rate)


def check_frames(frames: int, channels: int, encoding: str, file_bytes: int) -> None:
    """Compare the frames of uncompressed audio with its bytes. Raises `UnreadableRecording`.

    `encoding`: libsndfile's subtype.
    """
    if frames * channels * _WIDTHS.get(encoding, 0) > file_bytes:
        raise UnreadableRecording(f"its header says {frames:,} frames, for which {file_bytes:,} bytes are too few")


def check_decoded(samples: int) -> None:
    """Raises `UnreadableRecording` for samples, of all channels, that are too many to hold."""
    if samples > MAX_SAMPLES:
        raise UnreadableRecording(f"it has more than {MAX_SAMPLES:,} samples")
