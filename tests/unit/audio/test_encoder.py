"""Each format, piece by piece: what a player hears is what was said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import get_args

import pytest

from shared.audio import AudioEncoder, AudioFormat
from tests.support.audio import Heard, heard, likeness, sound

FORMATS: tuple[AudioFormat, ...] = get_args(AudioFormat)
RATES = (11_025, 16_000, 22_050, 24_000, 44_100, 48_000)
# One frame and the decoder's own delay, which a stream has no room to name.
PADDING_S = 0.15


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def encoded(format: AudioFormat, rate: int, data: bytes, size: int = 16_000) -> bytes:
    with AudioEncoder(format, rate) as encoder:
        return b"".join([*map(encoder.encode, pieces(data, size)), encoder.finish()])


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("format", FORMATS)
def test_what_is_heard_is_what_was_said(format: AudioFormat, rate: int) -> None:
    data = sound(rate, 2.0)
    original = Heard(heard(data, "pcm").samples, rate)
    said = heard(encoded(format, rate, data), format)
    assert said.rate == AudioEncoder(format, rate).sample_rate
    assert 2.0 - 0.002 <= said.seconds < 2.0 + PADDING_S
    assert likeness(said, original) > 0.97


@pytest.mark.parametrize(
    ("format", "given", "expected"),
    [
        ("pcm", 22_050, 24_000),
        ("opus", 22_050, 48_000),
        ("mp3", 22_050, 22_050),
        ("mp3", 11_025, 16_000),
        ("aac", 96_000, 48_000),
        ("wav", 11_025, 11_025),
        ("flac", 22_050, 22_050),
    ],
)
def test_a_rate_is_changed_only_where_the_format_needs_it(format: AudioFormat, given: int, expected: int) -> None:
    assert AudioEncoder(format, given).sample_rate == expected


@pytest.mark.parametrize("format", FORMATS)
def test_the_first_bytes_leave_long_before_the_last_sample_has_come(format: AudioFormat) -> None:
    data = sound(22_050, 3.0)
    with AudioEncoder(format, 22_050) as encoder:
        first = encoder.encode(data[:22_050])
        assert len(first) > 500, "half a second of speech is not held back"
        assert heard(first, format).seconds > 0.25


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("size", [1, 3, 777])
def test_chunks_may_end_in_the_middle_of_a_sample(format: AudioFormat, size: int) -> None:
    data = sound(24_000, 0.25)
    odd, even = (heard(encoded(format, 24_000, data, step), format) for step in (size, 4_800))
    assert len(odd.samples) == len(even.samples)
    assert likeness(odd, even) > 0.999


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_said_is_no_error(format: AudioFormat) -> None:
    with AudioEncoder(format, 22_050) as encoder:
        head = encoder.encode(b"") + encoder.finish()
    assert len(head) < 300, "a header at most"
    assert (head[:4] == b"RIFF") == (format == "wav")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("rate", [11_025, 24_000])
def test_one_sample_and_a_half_are_no_error(format: AudioFormat, rate: int) -> None:
    with AudioEncoder(format, rate) as encoder:
        data = encoder.encode(b"\x01\x02\x03") + encoder.finish()
    assert len(data) < 2_000


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_speech_gives_the_same_bytes(format: AudioFormat) -> None:
    data = sound(22_050, 0.5)
    assert encoded(format, 22_050, data) == encoded(format, 22_050, data)


@pytest.mark.parametrize("format", FORMATS)
def test_a_closed_encoder_encodes_nothing_and_closes_again(format: AudioFormat) -> None:
    encoder = AudioEncoder(format, 22_050)
    encoder.encode(sound(22_050, 0.5))
    encoder.close()
    encoder.close()
    with pytest.raises(ValueError, match="closed"):
        encoder.encode(b"\0\0")


def test_libav_is_loaded_by_the_first_who_needs_it() -> None:
    script = (
        "import sys, services.gateway.app; from shared.audio import AudioEncoder;"
        "assert 'av' not in sys.modules; AudioEncoder('wav', 22050); AudioEncoder('pcm', 24000);"
        "assert 'av' not in sys.modules;"
        "AudioEncoder('mp3', 22050); assert 'av' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
