"""`/v1`: speech in OpenAI's dialect."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from services.gateway.context import Owner, Parts
from services.gateway.speech.schemas import ModelCard, ModelList, PhonemizeRequest, SpeechRequest
from shared.contracts.rpc import Phonemized, VoiceList

router = APIRouter(prefix="/v1", tags=["speech"])


@router.post(
    "/audio/speech",
    summary="Speak a text",
    response_class=StreamingResponse,
    responses={200: {"content": {"audio/wav": {}, "audio/pcm": {}}, "description": "audio, while it is being spoken"}},
)
async def speech(wish: SpeechRequest, parts: Parts, _: Owner) -> StreamingResponse:
    spoken = await parts.speech.speak(wish)
    return StreamingResponse(
        spoken.body, media_type=spoken.media_type, headers={"X-Sample-Rate": str(spoken.sample_rate)}
    )


@router.get("/audio/voices", summary="What can speak now")
async def voices(parts: Parts, _: Owner) -> VoiceList:
    return VoiceList(voices=await parts.speech.voices())


@router.get("/models", summary="What can speak now, in OpenAI's shape")
async def models(parts: Parts, _: Owner) -> ModelList:
    return ModelList(data=[ModelCard(id=voice.id) for voice in await parts.speech.voices()])


@router.post("/audio/phonemize", summary="What the voices see of a text")
async def phonemize(wish: PhonemizeRequest, parts: Parts, _: Owner) -> Phonemized:
    return await parts.speech.phonemize(wish.input)
