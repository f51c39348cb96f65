"""The reading that a voice was trained with, from its files: no network is loaded."""

from __future__ import annotations

from services.synth.voices import ResolvedVoice
from shared.contracts.readings import NEWEST, OLDEST, Reading
from shared.vits.config import read_config


def reading_of(resolved: ResolvedVoice) -> Reading:
    """The voice's own reading; the newest for espeak-fa and for transformers, which read letters. Blocking.

    Raises `UnsafeCheckpoint` for a voice of ours with an unreadable configuration.
    """
    if resolved.folder is not None and resolved.voice.engine == "coqui":
        return read_config(resolved.folder).reading
    return OLDEST if resolved.voice.engine == "piper" else NEWEST
