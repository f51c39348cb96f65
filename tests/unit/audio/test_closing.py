"""A client may hang up while a thread encodes: nothing is freed under its hands, and nothing stays."""

from __future__ import annotations

import threading

import pytest

from shared.audio import AudioEncoder
from shared.audio.codec import Plain


class Slow(Plain):
    """Says when it works, and works until it may stop."""

    def __init__(self) -> None:
        super().__init__()
        self.works, self.may_end = threading.Event(), threading.Event()
        self.closed_at_work: list[bool] = []
        self.at_work = False

    def push(self, pcm: bytes) -> bytes:
        self.at_work = True
        self.works.set()
        assert self.may_end.wait(10)
        self.at_work = False
        return pcm

    def close(self) -> None:
        self.closed_at_work.append(self.at_work)


def test_closing_waits_for_nobody_and_the_one_at_work_cleans_up(monkeypatch: pytest.MonkeyPatch) -> None:
    codec = Slow()
    monkeypatch.setattr("shared.audio.encoder.open_codec", lambda *_: codec)
    encoder = AudioEncoder("wav", 22_050)
    worker = threading.Thread(target=encoder.encode, args=(b"ab",))
    worker.start()
    assert codec.works.wait(10)
    encoder.close()
    assert codec.closed_at_work == [], "it is still being used"
    codec.may_end.set()
    worker.join(10)
    assert codec.closed_at_work == [False]
