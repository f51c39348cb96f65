"""The three levels of lexicons."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.synth import lexicons as module
from services.synth.lexicons import Lexicons
from shared.files import DataTree
from shared.objects import SharedFolder


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    tree = DataTree(tmp_path)
    tree.prepare()
    tree.lexicon.write_text("الف\tیک\nب\tیک\nپ\tیک\n", encoding="utf-8")
    (tree.root / "lexicons" / "sara.tsv").write_text("ب\tدو\nپ\tدو\n", encoding="utf-8")
    return tree


def test_a_request_over_an_account_over_the_installation(tree: DataTree) -> None:
    lexicons = Lexicons(tree)
    found = lexicons.current("پ\tسه\n", "sara").lexicon.respellings
    assert dict(found) == {"الف": "یک", "ب": "دو", "پ": "سه"}
    for owner in ("ali", "local", "../lexicon", ""):
        assert dict(lexicons.current(owner=owner).lexicon.respellings) == {"الف": "یک", "ب": "یک", "پ": "یک"}


def test_a_version_changes_with_each_level_and_only_then(tree: DataTree) -> None:
    lexicons = Lexicons(tree)
    first = lexicons.current(owner="sara").version
    assert lexicons.current(owner="sara").version == first
    assert lexicons.current(owner="ali").version not in {first, ""}
    (tree.root / "lexicons" / "sara.tsv").write_text("ب\tچهار\n", encoding="utf-8")
    second = lexicons.current(owner="sara").version
    tree.lexicon.unlink()
    third = lexicons.current(owner="sara")
    assert len({first, second, third.version}) == 3
    assert dict(third.lexicon.respellings) == {"ب": "چهار"}


def test_an_invalid_file_leaves_the_last_one_and_its_words_are_not_logged(
    tree: DataTree, capsys: pytest.CaptureFixture[str]
) -> None:
    lexicons = Lexicons(tree)
    before = lexicons.current(owner="sara")
    (tree.root / "lexicons" / "sara.tsv").write_text("ب\tدو\nمحرمانه\n", encoding="utf-8")
    assert lexicons.current(owner="sara").version == before.version
    assert "محرمانه" not in capsys.readouterr().out


def test_lexicons_in_memory_are_bounded(tree: DataTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ACCOUNTS", 3)
    lexicons = Lexicons(tree)
    for number in range(10):
        lexicons.current(owner=f"account{number}")
    assert len(lexicons._accounts) == 3


class SilentBucket(SharedFolder):
    """As a remote worker's, with a bucket that accepts a question and never answers."""

    def __init__(self) -> None:
        self.asked = 0

    async def ensure(self, unit: str, *, patience_s: float = 0.0) -> str | None:
        self.asked += 1
        await asyncio.sleep(3600)
        return None


async def test_a_bucket_that_never_answers_holds_up_one_sentence_and_no_more(
    tree: DataTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.synth.lexicons._FETCH_S", 0.01)
    bucket, now = SilentBucket(), 1000.0
    lexicons = Lexicons(tree, bucket, lambda: now)
    async with asyncio.timeout(5):
        for _ in range(10):
            await lexicons.fetch("sara")
        assert bucket.asked == 1
        now += 11
        await lexicons.fetch("sara")
    assert bucket.asked == 2
