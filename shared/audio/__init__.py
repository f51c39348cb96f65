"""Encodes speech into audio formats, as a stream. libav is loaded at first use."""

from __future__ import annotations

from shared.audio.encoder import AudioEncoder
from shared.audio.files import write_file
from shared.audio.formats import BY_SUFFIX, MEDIA_TYPES, SUFFIXES, AudioFormat, encoded_rate, instant, media_type
from shared.audio.wav import complete_header, stream_header

__all__ = [
    "BY_SUFFIX",
    "MEDIA_TYPES",
    "SUFFIXES",
    "AudioEncoder",
    "AudioFormat",
    "complete_header",
    "encoded_rate",
    "instant",
    "media_type",
    "stream_header",
    "write_file",
]
