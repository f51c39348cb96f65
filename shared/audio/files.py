"""Writes complete audio files, with their length in the header."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shared.audio.encoder import AudioEncoder
from shared.audio.formats import AudioFormat
from shared.audio.samples import WholeSamples
from shared.audio.wav import complete_header


def write_file(path: Path, format: AudioFormat, sample_rate: int, chunks: Iterable[bytes]) -> int:
    """Write a file and return its length in bytes. `chunks`: s16le mono; may end in the middle of a sample.

    Blocking. Not atomic: write to a temporary path and rename it. Raises `OSError`.
    """
    with path.open("w+b") as file:
        if format in {"wav", "pcm"}:
            with AudioEncoder(format, sample_rate) as encoder:
                file.writelines(encoder.encode(chunk) for chunk in chunks)
                file.write(encoder.finish())
            return complete_header(file) if format == "wav" else file.tell()
        from shared.audio.libav import Muxer

        whole, muxer = WholeSamples(), Muxer(file, format, sample_rate)
        try:
            for chunk in chunks:
                muxer.push(whole.of(chunk))
            muxer.finish()
        finally:
            muxer.close()
        return file.seek(0, 2)
