"""Names that people choose fit on the disk, with what we put behind them."""

from __future__ import annotations

import pytest

from shared.contracts.errors import Validation
from shared.files.layout import NAME_BYTES, OWN_NAME_BYTES, check_segment, shorten, with_end

END = "-0123abcd"


@pytest.mark.parametrize("name", ["a" * 96, "خ" * 96, "😀" * 50, "صدای من", "v1.2"])
def test_a_name_that_fits_is_taken(name: str) -> None:
    assert check_segment(name) == name


@pytest.mark.parametrize("name", ["😀" * 51, "😀" * 70, "خ" * 97, "a" * 97, "x\ud83d", "", ".a", " a", "a/b"])
def test_a_name_that_does_not_fit_is_refused_in_words_that_can_be_sent(name: str) -> None:
    with pytest.raises(Validation) as refused:
        check_segment(name)
    assert refused.value.message.encode()


@pytest.mark.parametrize("name", ["a" * 96, "خ" * 96, "😀" * 50, "a"])
def test_what_we_put_behind_a_name_leaves_it_a_name(name: str) -> None:
    found = with_end(name, END)
    assert check_segment(found).endswith(END)
    assert found.startswith(name[:40])


def test_a_files_name_is_cut_between_characters_and_keeps_its_ending() -> None:
    cut = shorten("ب" * 200 + ".jsonl.gz")
    assert cut.endswith("ب.jsonl.gz")
    assert len(cut.encode()) in {OWN_NAME_BYTES, OWN_NAME_BYTES - 1}
    assert shorten("a.jsonl") == "a.jsonl"
    assert len(shorten("a." + "ب" * 200).encode()) <= OWN_NAME_BYTES < NAME_BYTES
