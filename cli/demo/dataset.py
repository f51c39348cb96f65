"""The demo's dataset: forty Persian sentences, spoken by espeak-ng, as an LJSpeech archive.

The speech is synthetic, by another speaker than that of the base voice, and higher.
"""

from __future__ import annotations

import io
import wave
import zipfile
from importlib.resources import files
from pathlib import Path

from shared.lines import lines_of
from shared.persian.espeak import SAMPLE_RATE, espeak
from shared.persian.frontend import Frontend
from shared.persian.readings.espeak_input import espeak_input

_SPEAKER, _PITCH = "f2", 60


def sentences() -> list[str]:
    return lines_of(files("cli.demo").joinpath("sentences.txt").read_text(encoding="utf-8"))


def write_archive(target: Path) -> float:
    """Synthesize every sentence into `target`, a zip. Returns the seconds of speech."""
    target.parent.mkdir(parents=True, exist_ok=True)
    seconds = 0.0
    lines: list[str] = []
    frontend = Frontend()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, sentence in enumerate(sentences(), start=1):
            name = f"demo-{number:03}"
            pcm = espeak().speak(espeak_input(frontend.read(sentence)), variant=_SPEAKER, pitch=_PITCH)
            seconds += len(pcm) / 2 / SAMPLE_RATE
            archive.writestr(f"wavs/{name}.wav", _wav(pcm))
            lines.append(f"{name}|{sentence}")
        archive.writestr("metadata.csv", "\n".join(lines))
    return seconds


def _wav(pcm: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm)
    return out.getvalue()
