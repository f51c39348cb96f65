"""The speech that the check trains on: sentences as espeak-ng says them, in LJSpeech's layout."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import soundfile

from cli.demo.dataset import sentences
from shared.persian.espeak import SAMPLE_RATE, espeak


def write_dataset(folder: Path, most: int | None = None) -> float:
    """Write the sentences, at most `most` of them, to `folder`. Returns the seconds of speech."""
    (folder / "wavs").mkdir(parents=True)
    lines: list[str] = []
    seconds = 0.0
    for number, text in enumerate(itertools.islice(sentences(), most)):
        samples = np.frombuffer(espeak().speak(text), dtype=np.int16)
        seconds += len(samples) / SAMPLE_RATE
        soundfile.write(folder / "wavs" / f"u{number:04}.wav", samples, SAMPLE_RATE, subtype="PCM_16")
        lines.append(f"u{number:04}|{text}\n")
    (folder / "metadata.csv").write_text("".join(lines), encoding="utf-8")
    return seconds
