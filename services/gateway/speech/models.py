"""`/v1/models`: the names that OpenAI's clients may send as `model`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from services.gateway.auth import Caller
from services.gateway.dependencies import provided
from services.gateway.speech.schemas import MODELS, ModelCard, ModelList
from services.gateway.speech.service import SpeechService
from shared.contracts.errors import NotFound
from shared.contracts.hints import Action, Hint

router = APIRouter(tags=["speech"])

SpeechDep = Annotated[SpeechService, Depends(provided(SpeechService))]


@router.get("/v1/audio/models", include_in_schema=False)  # the path of some other servers
@router.get("/v1/models", summary="Available voices as OpenAI models")
async def models(speech: SpeechDep, caller: Caller) -> ModelList:
    """The general names, then every voice: a voice can also be requested as a model. A key for one voice lists it."""
    voices = [voice.id for voice in await speech.voices(caller)]
    general = MODELS if caller.voice is None else ()
    return ModelList(data=[ModelCard(id=name) for name in (*general, *voices)])


@router.get("/v1/models/{id:path}", summary="One model")
async def model(id: str, speech: SpeechDep, caller: Caller) -> ModelCard:
    for card in (await models(speech, caller)).data:
        if card.id == id:
            return card
    raise NotFound(f"There is no model {id[:80]}.", hint=Hint(Action.LIST_MODELS)).about("model")
