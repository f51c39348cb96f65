"""OpenAI's words for speech."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class SpeechRequest(BaseModel):
    """As OpenAI documents `audio.speech`; `voice` wins over `model` where both name one."""

    model: str = Field("sokhan", max_length=200, examples=["sokhan"])
    input: str = Field(examples=["سلام دنیا"])
    voice: str = Field("espeak-fa", max_length=200, examples=["espeak-fa", "local/my-voice"])
    response_format: Literal["wav", "pcm"] = "wav"
    speed: float = Field(1.0, ge=0.25, le=4.0)
    seed: int | None = Field(None, ge=0, le=2**31 - 1)


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
