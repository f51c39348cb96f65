"""Recordings as telephones and studios save them are measured and read; what is none is said to be none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from shared.audio.recording_info import UnreadableRecording
from shared.audio.recordings import is_recording, measure, read_samples
from tests.support.recordings import RATE, SECONDS, record

# Of lossy formats: their frames do not end where the sound does.
_A_FRAME = 0.12


MADE = [
    ("a.wav", "pcm_s16le", RATE), ("a.flac", "flac", RATE), ("a.mp3", "libmp3lame", RATE), ("a.ogg", "vorbis", RATE),
    ("a.opus", "libopus", 48000), ("a.m4a", "aac", RATE), ("a.mp4", "aac", RATE), ("a.aac", "aac", RATE),
    ("a.wma", "wmav2", RATE), ("a.aiff", "pcm_s16be", RATE), ("a.webm", "libopus", 48000),
]  # fmt: skip


@pytest.mark.parametrize(("name", "codec", "rate"), MADE)
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_a_recording_is_measured_and_read(tmp_path: Path, name: str, codec: str, rate: int, layout: str) -> None:
    path = record(tmp_path / name, codec, rate, layout)
    assert is_recording(name)
    found = measure(path)
    assert found.sample_rate == rate
    assert found.seconds == pytest.approx(SECONDS, abs=_A_FRAME)
    samples, read_rate = read_samples(path)
    assert (samples.dtype.name, read_rate) == ("float32", rate)
    assert samples.shape[1] == (2 if layout == "stereo" else 1)
    assert len(samples) / rate == pytest.approx(SECONDS, abs=_A_FRAME)
    spectrum = np.abs(np.fft.rfft(samples[:, 0]))
    assert np.argmax(spectrum) * rate / len(samples) == pytest.approx(220, abs=5)


@pytest.mark.parametrize("content", [b"", b"RIFFnothing", b"<html>", bytes(5000)])
@pytest.mark.parametrize("name", ["a.wav", "a.m4a", "a.mp3"])
def test_what_is_no_audio_is_said_to_be_none(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    for read in (measure, read_samples):
        with pytest.raises(UnreadableRecording):
            read(tmp_path / name)


def test_a_playlist_that_names_other_files_is_no_recording(tmp_path: Path) -> None:
    secret = record(tmp_path / "secret.aac", "aac")
    (tmp_path / "a.m4a").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n")
    (tmp_path / "b.m4a").write_text(f"ffconcat version 1.0\nfile {secret.name}\n")
    for name in ("a.m4a", "b.m4a"):
        with pytest.raises(UnreadableRecording):
            measure(tmp_path / name)
