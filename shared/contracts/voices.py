"""The resolution of voice names: by id, alias or bare name. The gateway and the synth use the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from shared.contracts.names import OWN_NAMESPACE
from shared.contracts.owners import LOCAL_OWNER, own_namespace
from shared.contracts.rpc import Voice

_ENGINES = {"coqui_vits": "coqui", "transformers": "transformers_vits"}
_OWN = f"{OWN_NAMESPACE}/"


def resolve_voice(name: str, voices: Sequence[Voice], owner: str = LOCAL_OWNER) -> list[Voice]:
    """The voices that match, of those that the owner may see. More than one is ambiguous.

    In this order: `local/x` as the owner's own x; the id; the owner's voices by bare name, then by alias; the others
    by alias, then by bare name. Aliases come first there because a voice that somebody shares under the name `alloy`
    must not speak for everyone.
    """
    return next((found for found in _matches(name, voices, owner) if found), [])


def _matches(name: str, voices: Sequence[Voice], owner: str) -> Iterator[list[Voice]]:
    if name.startswith(_OWN):
        own_id = f"{own_namespace(owner)}/{name.removeprefix(_OWN)}"
        yield _where(voices, lambda voice: voice.id == own_id)
    yield _where(voices, lambda voice: voice.id == name)
    yield _where(voices, lambda voice: voice.own and voice.name == name)
    yield _where(voices, lambda voice: voice.own and name in voice.aliases)
    yield _where(voices, lambda voice: name in voice.aliases)
    yield _where(voices, lambda voice: voice.name == name)


def _where(voices: Sequence[Voice], matches: Callable[[Voice], bool]) -> list[Voice]:
    return [voice for voice in voices if matches(voice)]


def only_voice(voice_id: str, aliases: tuple[str, ...]) -> Voice:
    """The one voice of a key, for `resolve_voice`: every alias means it."""
    name = voice_id.rsplit("/", 1)[-1]
    return Voice(id=voice_id, name=name, language="fa", engine="", sample_rate=0, source="", aliases=aliases, own=True)


def engine_of(asset_type: str) -> str:
    """The name of the engine that speaks with an asset of this type."""
    return _ENGINES.get(asset_type, asset_type)


def supports_language(voice: Voice, language: str) -> bool:
    """Whether the voice speaks the language; `fa` and `fa-IR` are the same language."""
    return _base(voice.language) == _base(language)


def _base(language: str) -> str:
    return language.lower().split("-")[0]
