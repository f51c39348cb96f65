"""OpenAI's words for speech."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

DEFAULT_MODEL, DEFAULT_VOICE = "sokhan", "espeak-fa"


class SpeechRequest(BaseModel):
    """As OpenAI documents `audio.speech`. `voice` names who speaks; where it is left out, `model` may."""

    model: str = Field(DEFAULT_MODEL, min_length=1, max_length=200, examples=["sokhan"])
    input: str = Field(examples=["سلام دنیا"])
    voice: str | None = Field(None, min_length=1, max_length=200, examples=["espeak-fa", "local/my-voice"])
    response_format: Literal["wav", "pcm"] = "wav"
    speed: float = Field(1.0, ge=0.25, le=4.0)
    seed: int | None = Field(None, ge=0, le=2**31 - 1)

    @property
    def speaker(self) -> str:
        return self.voice or (DEFAULT_VOICE if self.model == DEFAULT_MODEL else self.model)


class PhonemizeRequest(BaseModel):
    input: str = Field(max_length=100_000, examples=["سلام دنیا"])


class ModelCard(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "sokhan"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelCard]
