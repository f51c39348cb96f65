"""Cues that fit on a screen, in both formats."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.synth.longform.subtitles import LINE, Cue, cues_of, split_cue, to_srt, to_vtt, wrap

SENTENCE = "روزی بود و روزگاری بود، و در آن روزگار مردی می‌زیست که هیچ نداشت؛ نه خانه‌ای و نه یاری، و با این همه شاد بود."


def test_a_short_sentence_is_one_cue_of_one_line() -> None:
    assert list(cues_of([("سلام دنیا.", 0.0, 1.25)])) == [Cue(0.0, 1.25, ("سلام دنیا.",))]


def test_a_line_is_broken_in_its_middle() -> None:
    lines = wrap("امروز هوا خوب است و ما با هم به پارک بزرگ شهر می‌رویم")
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < 12


def test_a_long_sentence_is_several_cues_that_follow_each_other() -> None:
    cues = list(cues_of([(SENTENCE, 10.0, 18.0), ("پایان.", 18.3, 19.0)]))
    assert len(cues) > 2
    assert (cues[0].start, cues[-2].end, cues[-1].start) == (10.0, 18.0, 18.3)
    assert all(before.end <= after.start for before, after in pairwise(cues))
    assert " ".join(line for cue in cues[:-1] for line in cue.lines) == SENTENCE
    assert max(len(line) for cue in cues for line in cue.lines) <= LINE


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("ابپ،.", min_size=1, max_size=14), min_size=1, max_size=70).map(" ".join))
def test_nothing_is_lost_and_every_line_fits(text: str) -> None:
    parts = split_cue(text)
    assert " ".join(parts) == text
    lines = [line for part in parts for line in wrap(part)]
    assert " ".join(lines) == text
    assert max(len(line) for line in lines) <= LINE + 14  # a word that long may stand in the middle


def test_a_word_longer_than_a_line_is_left_alone() -> None:
    assert wrap("ا" * 100) == ("ا" * 100,)
    assert split_cue("ا" * 100) == ["ا" * 100]


@pytest.mark.parametrize(
    ("seconds", "stamp"),
    [(0, "00:00:00,000"), (61.5, "00:01:01,500"), (3599.9996, "01:00:00,000"), (360_000.25, "100:00:00,250")],
)
def test_time_is_told_to_the_millisecond(seconds: float, stamp: str) -> None:
    assert f"{stamp} --> " in to_srt([Cue(seconds, seconds + 1, ("س",))])


def test_both_formats() -> None:
    cues = [Cue(0.0, 1.0, ("یک", "دو")), Cue(1.5, 2.0, ("a < b & c",))]
    assert to_srt(cues) == ("1\n00:00:00,000 --> 00:00:01,000\nیک\nدو\n\n2\n00:00:01,500 --> 00:00:02,000\na < b & c\n")
    assert to_vtt(cues) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nیک\nدو\n\n00:00:01.500 --> 00:00:02.000\na &lt; b &amp; c\n"
    )
