from __future__ import annotations

import io
import wave

from shared.audio import stream_header


def test_the_header_of_a_stream_is_read_by_the_standard_library() -> None:
    with wave.open(io.BytesIO(stream_header(22050) + bytes(2000))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22050)
        assert len(file.readframes(10_000)) == 2000
