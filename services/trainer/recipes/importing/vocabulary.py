"""Maps the order of a Coqui voice's symbols to ours.

Coqui has three ways to build the list (TTS/tts/models/vits.py and TTS/tts/utils/text/characters.py):

    VitsCharacters            pad, punctuations, characters + phonemes, blank
    Graphemes, IPAPhonemes    pad, eos, bos, blank, characters (sorted, each once), punctuations

Ours is the first. A voice with another order loses nothing: the rows of its embedding are reordered, and unreachable
rows (eos, bos, the first of two equal symbols) are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from shared.contracts.errors import UnsafeCheckpoint

VITS_CHARACTERS = "TTS.tts.models.vits.VitsCharacters"
GRAPHEMES = "TTS.tts.utils.text.characters.Graphemes"
IPA_PHONEMES = "TTS.tts.utils.text.characters.IPAPhonemes"
KNOWN_CLASSES = (VITS_CHARACTERS, GRAPHEMES, IPA_PHONEMES)
_VITS_BLANK = "<BLNK>"
_MAX_SYMBOLS = 1024  # a voice of ours has at most 466, some of Coqui's list symbols twice


class CoquiCharacters(BaseModel):
    """`characters` of a Coqui config; the defaults are Coqui's `CharactersConfig`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    characters_class: str | None = None
    vocab_dict: list[str] | None = None
    pad: str | None = "<PAD>"
    eos: str | None = None
    bos: str | None = None
    blank: str | None = None
    characters: str
    punctuations: str | None = None
    phonemes: str | None = None
    is_unique: bool = True
    is_sorted: bool = True


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`size`: the number of rows of the source's embedding; `rows[n]`: the source's row of our symbol `n`."""

    pad: str
    punctuations: str
    characters: str
    size: int
    rows: tuple[int, ...]


def translate_symbols(source: CoquiCharacters, *, use_phonemes: bool) -> Vocabulary:
    """The vocabulary of a Coqui voice. Raises `UnsafeCheckpoint` for an unknown class and for an undefined order."""
    listed, blank = _listed(source, use_phonemes)
    if not source.pad or not blank:
        raise UnsafeCheckpoint(f"characters.{'pad' if not source.pad else 'blank'} of the config is empty.")
    if len(listed) > _MAX_SYMBOLS:
        raise UnsafeCheckpoint(f"characters of the config lists {len(listed):,} symbols, more than {_MAX_SYMBOLS:,}.")
    # As in Coqui's dictionary, the last of two equal symbols is used.
    ids = {symbol: number for number, symbol in enumerate(listed)}
    marks = _once(source.punctuations or "", source.pad)
    letters = "".join(s for s in _once("".join(s for s in ids if len(s) == 1), source.pad) if s not in marks)
    rows = [ids[source.pad], *(ids[symbol] for symbol in marks + letters), ids[blank]]
    return Vocabulary(source.pad, marks, letters, len(listed), tuple(rows))


def _listed(source: CoquiCharacters, use_phonemes: bool) -> tuple[Sequence[str], str]:
    """All symbols in Coqui's order, and the blank, which is one of them."""
    name = source.characters_class or (IPA_PHONEMES if use_phonemes else GRAPHEMES)
    if name not in KNOWN_CLASSES:
        raise UnsafeCheckpoint(
            f"characters.characters_class of the config is “{name[:80]}”; it is refused, because it would be imported.",
            hint=f"Known are {', '.join(known.rsplit('.', 1)[1] for known in KNOWN_CLASSES)} of Coqui.",
        )
    if source.vocab_dict:
        raise UnsafeCheckpoint("characters.vocab_dict of the config is another kind of vocabulary than VITS has.")
    marks = source.punctuations or ""
    if name == VITS_CHARACTERS:
        letters = source.characters + (source.phonemes or "")
        return [source.pad or "", *marks, *letters, _VITS_BLANK], _VITS_BLANK
    text = source.phonemes if name == IPA_PHONEMES and source.phonemes is not None else source.characters
    if source.is_unique and not source.is_sorted:
        raise UnsafeCheckpoint(
            "characters.is_unique without is_sorted leaves the order of the symbols to chance.",
            hint="Coqui itself cannot assign the rows of such a voice to symbols.",
        )
    chosen = list(set(text)) if source.is_unique else list(text)
    ordered = sorted(chosen) if source.is_sorted else chosen
    special = [s for s in (source.pad, source.eos, source.bos, source.blank) if s]
    return [*special, *ordered, *marks], source.blank or ""


def _once(symbols: str, pad: str) -> str:
    return "".join(symbol for symbol in dict.fromkeys(symbols) if symbol != pad)
