"""Whether a Persian voice can speak anything of a text. Nothing of the pipeline is imported for it."""

from __future__ import annotations

import re

from shared.contracts.errors import Validation
from shared.persian.letters import has_letter, unify_letters
from shared.persian.markup import strip_markup
from shared.persian.numbers import CIRCLED, VULGAR

_NUMBER = re.compile(f"[0-9{''.join(VULGAR)}{CIRCLED}]")


def speakable(text: str) -> bool:
    """Whether the text has a Persian letter or a number. Cheap: nothing is expanded.

    False for an English text: its words could be transliterated, but a Persian voice speaks whole sentences of them
    unintelligibly.
    """
    return sayable(strip_markup(text))


def sayable(text: str) -> bool:
    """The same of a text without markup."""
    unified = unify_letters(text)
    return has_letter(unified) or _NUMBER.search(unified) is not None


def require_rest(text: str, normalized: str) -> None:
    """Raise `Validation` if nothing speakable of the text is left, with a message that explains it."""
    if text.strip() and not normalized:
        raise Validation(
            f"Nothing in “{_shown(text)}” can be spoken.",
            hint="Markup, the reasoning of a model, emoji and signs are not spoken.",
        ).about("input")
    if not speakable(normalized):
        shown = _shown(normalized)
        raise Validation(
            f"There is no Persian letter and no number in “{shown}”." if shown else "There is no text to speak.",
            hint="Write the text in Persian script.",
        ).about("input")


def _shown(text: str) -> str:
    return " ".join(text.split())[:60]
