"""The voice that speaks for OpenAI's voice names, where an account has chosen one."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.rpc import OPENAI_VOICES
from shared.settings import SettingsRepository


@dataclass(frozen=True, slots=True)
class DefaultVoice:
    settings: SettingsRepository

    async def candidates(self, name: str, owner: str) -> tuple[str, ...]:
        """The names to try, in order: the account's own choice first, if `name` is one of OpenAI's.

        The chosen voice may be gone; then the installation's default speaks.
        """
        chosen = (await self.settings.personal(owner)).default_voice if name in OPENAI_VOICES else None
        return (name,) if chosen is None else (chosen, name)
