"""How far, and how long still."""

from __future__ import annotations

import pytest

from services.synth.longform.journal import SpokenSentence
from services.synth.longform.plan import PlannedSentence, RenderPlan
from services.synth.longform.progress import RenderProgress

PLAN = RenderPlan(
    ["", "دوم"],
    [
        PlannedSentence(0, "abcd", 0.3),
        PlannedSentence(0, "ef", 1.5),
        PlannedSentence(1, "gh", 0.3),
        PlannedSentence(1, "ij", 0.0),
    ],
)


def said(chapter: int, text: str, end: int) -> SpokenSentence:
    return SpokenSentence(chapter=chapter, text=text, start=0, end=end, rate=100, seconds=1.0)


def test_the_fraction_counts_characters_and_the_eta_this_attempt_alone() -> None:
    now = [10.0]
    pace = RenderProgress(PLAN, [said(0, "abcd", 200)], "v", None, lambda: now[0])
    first = pace.speaking()
    assert (first.sentences_done, first.sentences_total, first.seconds_spoken, first.eta) == (1, 4, 1.0, None)
    assert first.fraction == pytest.approx(0.95 * 0.4)
    now[0] = 14.0
    pace.add(said(0, "ef", 400))
    second = pace.speaking()
    assert (second.chapter, second.chapters_total, second.chapter_title) == (2, 2, "دوم")
    assert second.eta == pytest.approx(8.0)
    assert second.seconds_spoken == 2.0


def test_encoding_is_the_rest() -> None:
    now = [0.0]
    pace = RenderProgress(PLAN, [said(1, "ij", 400)] * 4, "v", "why", lambda: now[0])
    assert pace.encoding(0.0).fraction == 0.95
    now[0] = 3.0
    last = pace.encoding(0.75)
    assert (last.stage, last.restarted) == ("encoding", "why")
    assert last.eta == pytest.approx(1.0)
    assert pace.encoding(1.0).fraction == 1.0
