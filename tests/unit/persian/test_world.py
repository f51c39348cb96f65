"""The conformance corpus of texts: see tests/world/text/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.reading import reading

_FOLDER = Path(__file__).parents[2] / "world" / "text"
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\z": "\u200c", "\\\\": "\\"}


def _plain(field: str) -> str:
    plain, at = "", 0
    while at < len(field):
        pair = field[at : at + 2]
        plain += _ESCAPES.get(pair, field[at])
        at += 2 if pair in _ESCAPES else 1
    return plain


def _rows() -> list[object]:
    rows: list[object] = []
    for file in sorted(_FOLDER.glob("*.tsv")):
        header, *lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
        assert header == "written\tread\tkind", f"{file.name} has another header"
        for number, line in enumerate(lines, 2):
            written, read, kind = line.split("\t")
            rows.append(pytest.param(_plain(written), _plain(read), id=f"{file.stem}:{number}:{kind}"))
    return rows


@pytest.mark.parametrize(("written", "read"), _rows())
def test_a_text_of_the_world(written: str, read: str) -> None:
    assert reading(written) == read
