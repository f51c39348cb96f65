"""Who changes which lexicon, and what of a file stays as it was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.auth import CallerIdentity
from services.gateway.lexicon.schemas import LexiconTestRequest, NewWordRequest
from services.gateway.lexicon.service import LexiconService
from shared.contracts.access import Role
from shared.contracts.errors import Forbidden, NotFound, Validation
from shared.contracts.rpc import Phonemize, Phonemized
from shared.files import DataTree
from shared.persian.lexicon import Lexicon

SOLE = CallerIdentity("local")
SARA = CallerIdentity("sara", role=Role.MEMBER)
ADMIN = CallerIdentity("admin")
FILE = "\ufeff# stations\nمهراباد\tمهرآباد  # west\n\nك\u200cج\tکاف جیم\n"


async def phonemize(request: Phonemize) -> Phonemized:
    said = f"{request.owner}|{request.lexicon}|{request.stored}"
    return Phonemized(normalized=request.input, sentences=(), phonemes=said, trace=())


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    tree = DataTree(tmp_path)
    tree.prepare()
    return tree


def entry(word: str, reading: str = "ب", level: str | None = None) -> NewWordRequest:
    return NewWordRequest.model_validate({"word": word, "reading": reading, "level": level})


async def test_an_account_has_its_own_and_sees_the_installations(tree: DataTree) -> None:
    service = LexiconService(tree, phonemize)
    await service.add(entry("الف"), SARA)
    await service.add(entry("الف", "/alef/", "installation"), ADMIN)
    await service.add(entry("ت"), SOLE)
    assert [(e.word, e.reading, e.level) for e in await service.entries("sara")] == [
        ("الف", "ب", "account"),
        ("الف", "/alef/", "installation"),
        ("ت", "ب", "installation"),
    ]
    for other in ("ali", "local"):
        assert {e.level for e in await service.entries(other)} == {"installation"}
    assert await service.entries("ali", "account") == []


async def test_only_an_administrator_changes_the_installations(tree: DataTree) -> None:
    service = LexiconService(tree, phonemize)
    with pytest.raises(Forbidden):
        await service.add(entry("الف", level="installation"), SARA)
    with pytest.raises(Forbidden):
        await service.set_reading("الف", "ب", "installation", SARA)
    with pytest.raises(Forbidden):
        await service.remove("الف", "installation", SARA)
    with pytest.raises(Validation, match="Without accounts"):
        await service.add(entry("الف", level="account"), SOLE)


async def test_comments_order_and_other_words_stay(tree: DataTree) -> None:
    tree.lexicon.write_text(FILE, encoding="utf-8")
    service = LexiconService(tree, phonemize)
    await service.set_reading("مهراباد", "مهر آباد", None, SOLE)
    await service.add(entry("تست", "/tˈest/"), SOLE)
    await service.remove("ک\u200cج", None, SOLE)
    text = tree.lexicon.read_text(encoding="utf-8")
    assert text == "\ufeff# stations\nمهراباد\tمهر آباد  # west\n\nتست\t/tˈest/\n".replace("\ufeff", "\ufeff")
    with pytest.raises(NotFound):
        await service.remove("ک\u200cج", None, SOLE)


@pytest.mark.parametrize(
    ("word", "reading", "sentence"),
    [
        ("نو", "x", "Line 5 of the lexicon: “x” is neither"),
        ("مهراباد", "ب", "Line 5 of the lexicon: “مهراباد” has a reading already, in line 2"),
        ("دو کلمه", "ب", "its own words with vowel signs"),
        ("a", "ب", "is not one word"),
        ("ا" * 101, "ب", "at most 100 characters"),
        ("الف", "", "a line is a word, a tab and its reading"),
        ("الف", "ب\nپ\tت", "no tabs, line breaks"),
        ("الف", "ب # پ", "no tabs, line breaks"),
        ("الف", "مهراباد", "which line 2 changes again"),
    ],
)
async def test_an_invalid_entry_changes_nothing(tree: DataTree, word: str, reading: str, sentence: str) -> None:
    tree.lexicon.write_text(FILE, encoding="utf-8")
    with pytest.raises(Validation, match=sentence):
        await LexiconService(tree, phonemize).add(entry(word, reading), SOLE)
    assert tree.lexicon.read_text(encoding="utf-8") == FILE


async def test_changes_of_two_gateways_are_all_kept(tree: DataTree) -> None:
    services = [LexiconService(tree, phonemize), LexiconService(tree, phonemize)]
    letters = "ابپتثجچحخدذر"
    await asyncio.gather(*(services[n % 2].add(entry(f"ک{letter}"), SARA) for n, letter in enumerate(letters)))
    path = tree.account_lexicon("sara")
    assert path is not None
    assert len(Lexicon.load(path).respellings) == len(letters)


async def test_an_entry_is_tried_before_it_is_stored(tree: DataTree) -> None:
    service = LexiconService(tree, phonemize)
    tried = await service.test(LexiconTestRequest(input="الف", word="الف", reading="ب"), "sara")
    assert (tried.with_.phonemes, tried.without.phonemes) == ("sara|الف\tب\n|True", "sara||True")
    stored = await service.test(LexiconTestRequest(input="الف"), "sara")
    assert (stored.with_.phonemes, stored.without.phonemes) == ("sara||True", "sara||False")
    with pytest.raises(Validation, match="Line 1"):
        await service.test(LexiconTestRequest(input="x", word="x", reading="y"), "sara")
