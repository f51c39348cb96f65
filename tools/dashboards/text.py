"""A text in the two languages of the dashboards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "fa"]
LANGUAGES: tuple[Language, ...] = ("en", "fa")


@dataclass(frozen=True, slots=True)
class Text:
    en: str
    fa: str

    def of(self, language: Language) -> str:
        return self.en if language == "en" else self.fa


def text_of(text: Text | str, language: Language) -> str:
    """The text in this language; a plain string, such as a label's name, is the same in both."""
    return text if isinstance(text, str) else text.of(language)
