"""Resolves the name and the language of a voice, in one place, because the gateway and the synth must agree."""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts.rpc import Voice


def resolve_voice(name: str, voices: Sequence[Voice]) -> list[Voice]:
    """The voices that match: by id (`local/my-voice`), else by bare name, else by alias. More than one is ambiguous."""
    return (
        [voice for voice in voices if voice.id == name]
        or [voice for voice in voices if voice.name == name]
        or [voice for voice in voices if name in voice.aliases]
    )


def supports_language(voice: Voice, language: str) -> bool:
    """Whether the voice speaks the language; `fa` and `fa-IR` are the same language."""
    return _base(voice.language) == _base(language)


def _base(language: str) -> str:
    return language.lower().split("-")[0]
