"""What is wrong with a wish before anything is begun. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.gateway.renders.schemas import ReadText
from shared.contracts.errors import NotFound, SokhanError, TooLarge, Validation
from shared.contracts.rpc import Voice


def check_text(text: str, most: int) -> None:
    """Raises `Validation` for nothing to say, `TooLarge`. Whether a voice can say it, the synth finds out."""
    if not any(character.isalnum() for character in text):
        raise _about("input", Validation("The input is empty: there is nothing to say."))
    if len(text) > most:
        raise _about(
            "input",
            TooLarge(
                f"The input has {len(text):,} characters; the limit is {most:,}.",
                hint="Split it, or raise SOKHAN_RENDER_MAX_CHARACTERS.",
            ),
        )


def check_voice(wish: ReadText, voices: Sequence[Voice]) -> None:
    """Raises `NotFound` for an unknown voice, `Validation` where it is not the one that is described."""
    voice = _named(wish.voice, voices)
    if wish.speaker is not None and voice.speakers and wish.speaker not in voice.speakers:
        known = ", ".join(voice.speakers[:8])
        raise _about("speaker", Validation(f"{voice.id} has no speaker {wish.speaker[:80]}.", hint=f"It has: {known}."))
    if wish.language is not None and _base(wish.language) != _base(voice.language):
        problem = f"{voice.id} speaks {voice.language}, not {wish.language}."
        raise _about("language", Validation(problem, hint="Leave `language` out."))


def _named(name: str, voices: Sequence[Voice]) -> Voice:
    """As the synth finds it: by its id, its bare name where only one has it, or an alias."""
    found = (
        [voice for voice in voices if voice.id == name]
        or [voice for voice in voices if voice.name == name]
        or [voice for voice in voices if name in voice.aliases]
    )
    if len(found) != 1:
        problem = "There is no voice" if not found else "There are several voices"
        raise _about("voice", NotFound(f"{problem} {name[:80]}.", hint="GET /v1/audio/voices lists them."))
    return found[0]


def _base(language: str) -> str:
    return language.lower().split("-")[0]


def _about(field: str, error: SokhanError) -> SokhanError:
    error.param = field
    return error
