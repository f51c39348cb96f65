"""Tokenizes text to a voice's symbol ids, in the order of VitsCharacters: pad, punctuations, characters, blank."""

from __future__ import annotations

from dataclasses import dataclass

from shared.vits.config import Symbols


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """`ids` with a blank before, between and after the symbols; `unknown`: symbols that the voice does not have."""

    ids: list[int]
    unknown: frozenset[str]
    known: int


class Tokenizer:
    def __init__(self, symbols: Symbols) -> None:
        listed = symbols.punctuations + symbols.characters
        self._ids = {symbol: number for number, symbol in enumerate(listed, start=1)}
        self._words = set(symbols.characters)
        self.pad_id = 0
        self.blank_id = len(listed) + 1
        self.count = len(listed) + 2

    def knows(self, symbol: str) -> bool:
        return symbol in self._ids

    def encode(self, text: str) -> TokenizedText:
        """The ids of a text, without unknown symbols. `known` counts letters only: punctuation is not speakable."""
        symbols = [symbol for symbol in text if symbol in self._ids]
        ids = [self.blank_id] * (2 * len(symbols) + 1)
        ids[1::2] = [self._ids[symbol] for symbol in symbols]
        unknown = frozenset(text) - self._ids.keys()
        return TokenizedText(ids, unknown, sum(symbol in self._words for symbol in symbols))
