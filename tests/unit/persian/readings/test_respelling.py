"""Words that espeak-ng would say as another one; the normalised text keeps their spelling."""

from __future__ import annotations

import pytest

from shared.persian.frontend import Frontend

frontend = Frontend()

PHONEMES = [
    ("پنجاه سنت", "pandʒˈɑh sˈent"),
    ("$12.50", "dˈavɑzdˌah dˈolɑr vˈa pandʒˈɑh sˈent"),
    ("چند سنت", "tʃˈand sˈent"),
    ("سنت ما", "sˈonnate mˈɑ"),
    ("سنت‌ها", "sˈonnathˈɑ"),
    ("می‌شه", "miʃˈe"),
    ("نمی‌شه", "nˌemiʃˈe"),
    ("میشه", "miʃˈe"),
    ("می شه", "miʃˈe"),
    ("می‌گه", "miɡˈe"),
    ("می‌ره", "mirˈe"),
    ("می‌ده", "midˈe"),
    ("نمی‌ده", "nˌemidˈe"),
    ("می‌دهد", "midˈahad"),
    ("می‌کنه", "mikˈoneː"),
]


@pytest.mark.parametrize(("written", "phonemes"), PHONEMES)
def test_homographs(written: str, phonemes: str) -> None:
    assert frontend.phonemes(written) == phonemes
