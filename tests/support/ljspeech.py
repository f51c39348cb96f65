"""Small datasets in LJSpeech's layout, right and wrong ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile

SENTENCES = ("سلام دنیا.", "امروز هوا خوب است.", "کتاب روی میز است.", "من به مدرسه می‌روم.")


def wav(seconds: float = 0.6, rate: int = 22050) -> bytes:
    """A tone: enough where nobody trains on it."""
    samples = 0.3 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 220 / rate)
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="WAV", subtype="PCM_16")
    return out.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def files(sentences: Sequence[str] = SENTENCES, top: str = "") -> dict[str, bytes]:
    lines = "\n".join(f"u{n}|{text}" for n, text in enumerate(sentences))
    return {
        f"{top}metadata.csv": lines.encode(),
        **{f"{top}wavs/u{n}.wav": wav() for n in range(len(sentences))},
    }


def write_ljspeech(folder: Path, sentences: Sequence[str] = SENTENCES) -> Path:
    """The same as a folder; the folder."""
    for name, content in files(sentences).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
