"""From a text to its sentences."""

from __future__ import annotations

import pytest

from services.synth.longform.plan import make_plan
from shared.contracts.errors import TooLarge, Validation
from shared.persian.frontend import Frontend
from shared.persian.lexicon import Lexicon

FRONTEND = Frontend()


def nothing() -> None: ...


def test_chapters_and_their_titles_are_spoken_in_order() -> None:
    plan = make_plan(FRONTEND, "فصل اول\n\nیک. دو.\n\nفصل دوم\n\nسه.", nothing)
    assert plan.titles == ["فصل اول", "فصل دوم"]
    assert [(line.chapter, line.text) for line in plan.lines] == [
        (0, "فصل اول"), (0, "یک."), (0, "دو."), (1, "فصل دوم"), (1, "سه."),
    ]  # fmt: skip
    pauses = [line.pause for line in plan.lines]
    assert pauses[0] > pauses[1]
    assert pauses[2] > pauses[0]
    assert pauses[-1] == 0


def test_what_no_persian_voice_can_say_is_left_out_and_counted() -> None:
    plan = make_plan(FRONTEND, "# Preface\nNothing here.\n# آغاز\nسلام.", nothing)
    assert plan.titles == ["آغاز"]
    assert plan.skipped == len("Nothing here.")
    with pytest.raises(Validation):
        make_plan(FRONTEND, "Nothing here at all.", nothing)


def test_a_long_line_is_cut_between_sentences() -> None:
    sentence = "امروز هوا خوب است و باران نمی‌بارد."
    plan = make_plan(FRONTEND, f"{sentence} " * 2000, nothing)
    assert [line.text for line in plan.lines] == [sentence] * 2000


def test_the_digest_changes_with_what_is_said() -> None:
    first = make_plan(FRONTEND, "سلام. خوبی؟", nothing).digest()
    assert make_plan(FRONTEND, "سلام.   خوبی؟\n", nothing).digest() == first
    assert make_plan(FRONTEND, "سلام. خوبم.", nothing).digest() != first


def test_somebody_who_leaves_does_not_wait_for_the_end() -> None:
    def leave() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_plan(FRONTEND, "سلام.", leave)


def test_a_lexicon_that_multiplies_the_text_is_refused_before_the_memory_is_used() -> None:
    blocks = 0

    def count() -> None:
        nonlocal blocks
        blocks += 1

    lexicon = Lexicon.parse("آ\t" + "سلامسلام " * 11)
    with pytest.raises(TooLarge, match="as it is read aloud"):
        make_plan(Frontend(lexicon=lexicon), "آ " * 500_000, count, most=1_000_000)
    assert blocks <= 3
