"""Pure validation of a render request before its job exists."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from services.gateway.renders.schemas import RenderRequest
from shared.contracts.errors import NotFound, TooLarge, Validation
from shared.contracts.hints import Action, Hint
from shared.contracts.rpc import Voice
from shared.contracts.voices import resolve_voice, supports_language


def check_text(text: str, most: int) -> int:
    """The number of characters, with ligatures as letters: “ﷺ” has 18.

    Raises `Validation` for an empty text, `TooLarge`. The synth checks whether the voice can speak it.
    """
    if not any(character.isalnum() for character in text):
        raise Validation("The input is empty: there is nothing to say.").about("input")
    characters = len(unicodedata.normalize("NFKC", text)) if len(text) <= most else len(text)
    if characters > most:
        raise TooLarge(
            f"The input has {characters:,} characters; the limit is {most:,}.",
            hint="Split it, or raise SOKHAN_RENDER_MAX_CHARACTERS.",
        ).about("input")
    return characters


def check_voice(request: RenderRequest, voices: Sequence[Voice], owner: str) -> None:
    """Raises `NotFound` for an unknown voice, `Validation` for a speaker or language that it does not have."""
    voice = _named(request.voice, voices, owner)
    if request.speaker is not None and voice.speakers and request.speaker not in voice.speakers:
        known = ", ".join(voice.speakers[:8])
        problem = f"{voice.id} has no speaker {request.speaker[:80]}."
        raise Validation(problem, hint=f"It has: {known}.").about("speaker")
    if request.language is not None and not supports_language(voice, request.language):
        problem = f"{voice.id} speaks {voice.language}, not {request.language}."
        raise Validation(problem, hint="Leave `language` out.").about("language")


def _named(name: str, voices: Sequence[Voice], owner: str) -> Voice:
    found = resolve_voice(name, voices, owner)
    if len(found) != 1:
        problem = "There is no voice" if not found else "There are several voices"
        raise NotFound(f"{problem} {name[:80]}.", hint=Hint(Action.LIST_VOICES)).about("voice")
    return found[0]
