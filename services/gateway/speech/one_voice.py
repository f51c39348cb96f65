"""Keys for one voice: every general name means that voice, and no other voice exists."""

from __future__ import annotations

from services.gateway.auth import CallerIdentity
from services.gateway.speech.schemas import DEFAULT_VOICE, MODELS
from shared.contracts.errors import NotFound
from shared.contracts.hints import Action, Hint
from shared.contracts.rpc import OPENAI_VOICES
from shared.contracts.voices import only_voice, resolve_voice


def allowed_voice(name: str, caller: CallerIdentity) -> str:
    """The name that the synth is asked for. Raises `NotFound` for another voice than that of the caller's key."""
    if caller.voice is None:
        return name
    only = only_voice(caller.voice, (DEFAULT_VOICE, *MODELS, *OPENAI_VOICES))
    if not resolve_voice(name, [only], caller.owner):
        raise unknown_voice(name)
    return caller.voice


def unknown_voice(name: str) -> NotFound:
    return NotFound(f"There is no voice {name[:80]}.", hint=Hint(Action.LIST_VOICES))
