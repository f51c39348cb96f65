"""A line of a file ends at \\n, \\r\\n or \\r; other separators are part of a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.files.ljspeech import read_utterances
from shared.lines import lines_of
from shared.persian.lexicon import Lexicon
from shared.text import Row, read_rows
from tests.support.ljspeech import wav
from tests.support.world import WORLD

FILES = WORLD / "files"


def texts(name: str) -> list[object]:
    return [row.values["text"] for row in read_rows(FILES / name) if isinstance(row, Row)]


def test_lines_end_where_an_editor_ends_them() -> None:
    assert lines_of("a\nb\r\nc\rd") == ["a", "b", "c", "d"]
    assert lines_of("a\n\nb\n") == ["a", "", "b"]
    assert lines_of("") == []
    assert lines_of("a\u2028b\x85c\x0bd\x1ce") == ["a\u2028b\x85c\x0bd\x1ce"]


@pytest.mark.parametrize(("name", "count"), [("separators.jsonl", 3), ("separators.txt", 8), ("separators.csv", 8)])
def test_a_separator_inside_a_text_does_not_cut_the_row(name: str, count: int) -> None:
    found = texts(name)
    assert len(found) == count
    assert all(str(text).startswith("سلام") and str(text).endswith("دنیا") for text in found)


@pytest.mark.parametrize(
    ("name", "found"), [("classic-mac.txt", ["سلام دنیا.", "هوا خوب است."]), ("classic-mac.csv", ["سلام", "دنیا"])]
)
def test_a_carriage_return_alone_ends_a_line(name: str, found: list[str]) -> None:
    assert texts(name) == found


def test_a_separator_inside_a_sentence_does_not_cut_a_row_of_metadata(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_bytes((FILES / "separators.metadata.csv").read_bytes())
    (tmp_path / "wavs").mkdir()
    for number in range(8):
        (tmp_path / f"wavs/u{number}.wav").write_bytes(wav(0.1))
    assert [utterance.id for utterance in read_utterances(tmp_path)] == [f"u{number}" for number in range(8)]


def test_a_separator_inside_a_comment_does_not_cut_a_line_of_the_lexicon() -> None:
    assert Lexicon.load(FILES / "separators.lexicon.tsv").respellings == {"مهراباد": "مهرآباد"}
