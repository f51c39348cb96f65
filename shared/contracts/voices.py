"""Which voice a name means, and whether it speaks a language: the gateway and the synth must agree."""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts.rpc import Voice


def resolve_voice(name: str, voices: Sequence[Voice]) -> list[Voice]:
    """By its id (`local/my-voice`), else its bare name, else an alias; none or several where that does not tell."""
    return (
        [voice for voice in voices if voice.id == name]
        or [voice for voice in voices if voice.name == name]
        or [voice for voice in voices if name in voice.aliases]
    )


def supports_language(voice: Voice, language: str) -> bool:
    """`fa` and `fa-IR` are one language."""
    return _base(voice.language) == _base(language)


def _base(language: str) -> str:
    return language.lower().split("-")[0]
