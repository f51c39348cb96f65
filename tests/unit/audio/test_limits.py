"""A header is compared with the bytes of the file, wherever a recording is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.audio.limits import MAX_RATE, MAX_SECONDS, MIN_RATE, checked
from shared.audio.recording_info import UnreadableRecording
from shared.audio.recordings import measure, read_samples
from shared.vits.audio import read_mono, resample_samples
from tests.support import hostile_recordings
from tests.support.peak import peak_of

_DOORS: tuple[Callable[[Path], object], ...] = (measure, read_samples, lambda path: read_mono(path, 22_050))


@pytest.mark.parametrize("door", _DOORS)
@pytest.mark.parametrize(
    ("rate", "channels"),
    [(2_000_000_000, 1), (MAX_RATE + 1, 1), (MIN_RATE - 1, 1), (1, 1), (16_000, 3), (16_000, 1024)],
)
def test_rates_and_channels_of_no_recording_are_refused(
    tmp_path: Path, door: Callable[[Path], object], rate: int, channels: int
) -> None:
    path = hostile_recordings.wav(tmp_path / "a.wav", rate, channels, data=bytes(64 * channels))
    with pytest.raises(UnreadableRecording):
        door(path)


@pytest.mark.parametrize("door", _DOORS)
@pytest.mark.parametrize("name", ["a.flac", "a.wav"])
def test_a_few_bytes_are_not_hours(tmp_path: Path, door: Callable[[Path], object], name: str) -> None:
    path = hostile_recordings.long_flac(tmp_path / name)
    with pytest.raises(UnreadableRecording, match=r"seconds"):
        door(path)


def test_the_length_of_a_container_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecording, match="seconds"):
        measure(hostile_recordings.long_webm(tmp_path / "a.webm"))


def test_a_wav_is_as_long_as_its_bytes(tmp_path: Path) -> None:
    path = hostile_recordings.wav(tmp_path / "a.wav", claimed=0xFFFFFFF0)
    assert measure(path).seconds == pytest.approx(0.01)


def test_a_small_file_of_an_hour_of_silence_takes_no_gigabyte(tmp_path: Path) -> None:
    path = hostile_recordings.silent_flac(tmp_path / "a.flac", 3000)
    assert path.stat().st_size < 2 << 20
    body = "try:\n    read_samples(Path(sys.argv[1]))\nexcept UnreadableRecording as error:\n    message = str(error)"
    imports = (
        "from pathlib import Path\nfrom shared.audio.recordings import read_samples\n"
        "from shared.audio.recording_info import UnreadableRecording"
    )
    outcome = peak_of(imports, body, path)
    assert "samples" in outcome.message
    assert outcome.grown < 64 << 20


def test_resampling_accepts_the_rates_of_recordings_only() -> None:
    samples = np.zeros(100, dtype=np.float32)
    for source, target in ((2_000_000_001, 22_050), (0, 16_000), (16_000, -1)):
        with pytest.raises(UnreadableRecording):
            resample_samples(samples, source, target)
    assert len(resample_samples(samples, MAX_RATE, MIN_RATE)) > 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.integers(0, 2**32 - 1) | st.sampled_from([8_000, 16_000, 44_100]),
    channels=st.integers(0, 2**16 - 1) | st.integers(1, 2),
    data=st.binary(max_size=200),
    claimed=st.integers(0, 2**32 - 1),
    noise=st.lists(st.tuples(st.integers(0, 43), st.integers(0, 255)), max_size=3),
)
def test_any_header_is_measured_within_the_limits_or_refused(
    tmp_path: Path, rate: int, channels: int, data: bytes, claimed: int, noise: list[tuple[int, int]]
) -> None:
    path = hostile_recordings.wav(tmp_path / "a.wav", rate, channels, data=data, claimed=claimed)
    content = bytearray(path.read_bytes())
    for place, value in noise:
        content[place] = value
    path.write_bytes(content)
    try:
        info = measure(path)
        samples, _ = read_samples(path)
    except UnreadableRecording:
        return
    assert MIN_RATE <= info.sample_rate <= MAX_RATE
    assert 0 <= info.seconds <= min(MAX_SECONDS, 1 + len(content))
    assert samples.shape[1] <= 2


@given(st.floats(), st.integers(), st.integers(), st.integers(0, 1 << 40))
def test_the_rule_answers_every_number(seconds: float, rate: int, channels: int, size: int) -> None:
    try:
        info = checked(seconds, rate, channels, size)
    except UnreadableRecording:
        return
    assert info.seconds <= min(MAX_SECONDS, 1 + size / 20)
