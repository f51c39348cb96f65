"""Files that lie on disk tell how long they are."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import av
import pytest

from shared.audio import SUFFIXES, AudioFormat, write_file
from tests.support.audio import Heard, heard, likeness, sound

FORMATS: tuple[AudioFormat, ...] = get_args(AudioFormat)


@pytest.mark.parametrize("rate", [11_025, 22_050, 48_000])
@pytest.mark.parametrize("format", FORMATS)
def test_a_file_holds_what_was_said(tmp_path: Path, format: AudioFormat, rate: int) -> None:
    data = sound(rate, 2.0)
    path = tmp_path / f"speech{SUFFIXES[format]}"
    written = write_file(path, format, rate, (data[i : i + 777] for i in range(0, len(data), 777)))
    assert written == path.stat().st_size
    said = heard(path.read_bytes(), format)
    assert said.seconds == pytest.approx(2.0, abs=0.15)
    assert likeness(said, Heard(heard(data, "pcm").samples, rate)) > 0.97


@pytest.mark.parametrize("format", ["mp3", "opus", "flac", "wav"])
def test_a_players_clock_is_right_before_it_has_read_all(tmp_path: Path, format: AudioFormat) -> None:
    path = tmp_path / "speech"
    write_file(path, format, 22_050, [sound(22_050, 5.0)])
    with av.open(str(path)) as file:
        assert file.duration is not None
        assert file.duration / 1e6 == pytest.approx(5.0, abs=0.06)


def test_a_wav_of_nothing_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "nothing.wav"
    assert write_file(path, "wav", 16_000, []) == 44
    with wave.open(str(path)) as file:
        assert (file.getnframes(), file.getframerate()) == (0, 16_000)


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path, format: AudioFormat) -> None:
    with pytest.raises(OSError, match="none"):
        write_file(tmp_path / "none" / "speech", format, 16_000, [])


@pytest.mark.parametrize("format", FORMATS)
def test_what_breaks_off_raises_what_broke_it(tmp_path: Path, format: AudioFormat) -> None:
    def chunks() -> Iterator[bytes]:
        yield sound(16_000, 0.5)
        raise RuntimeError("the synth died")

    with pytest.raises(RuntimeError, match="the synth died"):
        write_file(tmp_path / "speech", format, 16_000, chunks())
