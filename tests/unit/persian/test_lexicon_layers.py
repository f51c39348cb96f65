"""An account's lexicon over the installation's."""

from __future__ import annotations

import pytest

from shared.persian.frontend import Frontend
from shared.persian.lexicon import Lexicon
from shared.persian.lexicon_layers import layered, lexicon_text

CASES = [
    ("", "الف\tب پ", {"الف": "ب پ"}),
    ("الف\tت", "الف\tب پ", {"الف": "ت"}),
    ("الف\t/alef/", "الف\tب پ", {}),
    ("ب\tت", "الف\tب پ", {"ب": "ت", "الف": "ت پ"}),  # the upper's word in the lower's reading
    ("ب\t/be/", "الف\tب پ", {}),  # nothing says how to write it
    ("ب\tب", "الف\tب پ", {"ب": "ب"}),
    ("الف\tب", "ب\tت", {"الف": "ب"}),  # the lower does not change the upper's reading
    ("ب\t" + "ت " * 40 + "ت", "الف\t" + "ب " * 40 + "ب", {"ب": "ت " * 40 + "ت"}),  # too long
]


@pytest.mark.parametrize(("upper", "lower", "respellings"), CASES)
def test_both_as_one(upper: str, lower: str, respellings: dict[str, str]) -> None:
    merged = layered(Lexicon.parse(upper), Lexicon.parse(lower))
    assert dict(merged.respellings) == respellings
    again = Lexicon.parse(lexicon_text(merged))
    assert again == merged, "a run can keep it as a file"
    frontend = Frontend(lexicon=merged)
    once = frontend.normalize("الف ب")
    assert frontend.normalize(once) == once


PHRASES = [
    ("کرم\t/karm/", "کرم خوب\t/kerme xub/", "karm"),
    ("کرم خوب\t/karme xub/", "کرم خوب من\t/kerme xube man/", "karme"),
    ("ماه\t/mah/", "کرم خوب\t/kerme xub/", "kerme"),
]


@pytest.mark.parametrize(("upper", "lower", "spoken"), PHRASES)
def test_a_phrase_of_the_lower_does_not_outrank_the_upper(upper: str, lower: str, spoken: str) -> None:
    merged = layered(Lexicon.parse(upper).at_level("request"), Lexicon.parse(lower).at_level("account"))
    assert Frontend(lexicon=merged).phonemes("کرم خوب من", "espeak/1").split()[0] == spoken
    assert Frontend(lexicon=Lexicon.parse(lexicon_text(merged))).phonemes("کرم خوب من", "espeak/1").split()[0] == spoken
