"""Our order of symbols against Coqui's own classes, which are imported here and nowhere else."""

from __future__ import annotations

import pytest
from TTS.tts.models.vits import VitsCharacters
from TTS.tts.utils.text.characters import Graphemes, IPAPhonemes

from services.trainer.recipes.importing.vocabulary import CoquiCharacters, Vocabulary, translate_symbols
from shared.contracts.errors import UnsafeCheckpoint
from tests.support.coqui import GRAPHEMES, IPA_PHONEMES, VITS_CHARACTERS

SPECIAL = {"pad": "<PAD>", "eos": "<EOS>", "bos": "<BOS>", "blank": "<BLNK>"}
# As the Persian voices have it: sorted apart from how it is written, with a symbol twice, with marks among the letters.
LETTERS, IPA, MARKS = "ءابپتثجچحخدذرزژسشص۱۲a", "ˈˌːˑpbtdʈɖcɟkɡq0123!#.", "!(),-.:;? ،؛؟\u200c<>"


def ids_of(found: Vocabulary) -> dict[str, int]:
    """Each symbol's row in the source, as our order says."""
    symbols = [found.pad, *found.punctuations, *found.characters, "<BLNK>"]
    return dict(zip(symbols, found.rows, strict=True))


@pytest.mark.parametrize("phonemes", [None, IPA])
def test_vits_characters(phonemes: str | None) -> None:
    theirs = VitsCharacters(graphemes=LETTERS, punctuations=MARKS, pad="<PAD>", ipa_characters=phonemes)
    ours = translate_symbols(
        CoquiCharacters(
            characters_class=VITS_CHARACTERS, characters=LETTERS, punctuations=MARKS, phonemes=phonemes, **SPECIAL
        ),
        use_phonemes=True,
    )
    assert ours.size == theirs.num_chars
    assert ids_of(ours) == theirs._char_to_id


@pytest.mark.parametrize("is_sorted", [True, False])
@pytest.mark.parametrize(("name", "kind"), [(GRAPHEMES, Graphemes), (IPA_PHONEMES, IPAPhonemes)])
def test_graphemes_and_ipa_phonemes(name: str, kind: type[Graphemes | IPAPhonemes], is_sorted: bool) -> None:
    theirs = kind(characters=IPA, punctuations=MARKS, is_unique=False, is_sorted=is_sorted, **SPECIAL)
    ours = translate_symbols(
        CoquiCharacters(
            characters_class=name, characters=IPA, punctuations=MARKS, is_unique=False, is_sorted=is_sorted, **SPECIAL
        ),
        use_phonemes=True,
    )
    assert ours.size == theirs.num_chars
    reached = {symbol: row for symbol, row in theirs._char_to_id.items() if symbol not in {"<EOS>", "<BOS>"}}
    assert ids_of(ours) == reached


def test_without_a_class_it_depends_on_phonemes_as_in_coqui() -> None:
    source = CoquiCharacters(characters="abc", punctuations=".", phonemes="xyz", **SPECIAL)
    assert translate_symbols(source, use_phonemes=True).characters == "xyz"
    assert translate_symbols(source, use_phonemes=False).characters == "abc"


@pytest.mark.parametrize(
    "name",
    ["os.system", "TTS.tts.models.vits.FairseqVocab", "https://example.org/x.Vocabulary", "\x1b[31m", "a" * 5000],
)
def test_a_class_that_would_be_imported_is_refused(name: str) -> None:
    with pytest.raises(UnsafeCheckpoint, match="characters_class") as refused:
        translate_symbols(CoquiCharacters(characters_class=name, characters="abc"), use_phonemes=False)
    assert len(refused.value.message) < 300


def test_an_order_that_is_left_to_chance_is_refused() -> None:
    source = CoquiCharacters(characters="abc", punctuations=".", is_unique=True, is_sorted=False, **SPECIAL)
    with pytest.raises(UnsafeCheckpoint, match="chance"):
        translate_symbols(source, use_phonemes=False)


@pytest.mark.parametrize("missing", ["pad", "blank"])
def test_a_list_without_pad_or_blank_is_refused(missing: str) -> None:
    source = CoquiCharacters(characters="abc", punctuations=".", **(SPECIAL | {missing: ""}))
    with pytest.raises(UnsafeCheckpoint, match=missing):
        translate_symbols(source, use_phonemes=False)
