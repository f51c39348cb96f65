"""Available voices, each with the URL of a sample."""

from __future__ import annotations

import hashlib
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from services.gateway.auth import Caller
from services.gateway.dependencies import provided
from services.gateway.speech.response import as_audio
from services.gateway.speech.schemas import SpeechRequest
from services.gateway.speech.service import SpeechService
from shared.audio import MEDIA_TYPES, AudioFormat
from shared.contracts.rpc import Voice
from shared.contracts.wire import Wire

router = APIRouter(prefix="/v1/audio", tags=["speech"])

SpeechDep = Annotated[SpeechService, Depends(provided(SpeechService))]

_SAMPLE = "سلام! این نمونهٔ صدای من است."
# A voice changes when it is trained again or its files change; caches follow within an hour.
_FRESH_S = 3600


class VoiceCard(Voice):
    """`sample` is the address of a short sentence in this voice, as MP3."""

    sample: str


class VoiceCards(Wire):
    voices: tuple[VoiceCard, ...]


def _card(voice: Voice) -> VoiceCard:
    return VoiceCard(**voice.model_dump(), sample=f"/v1/audio/voices/{quote(voice.id)}/sample")


@router.get("/voices", summary="Available voices")
async def voices(speech: SpeechDep, caller: Caller) -> VoiceCards:
    return VoiceCards(voices=tuple(_card(voice) for voice in await speech.voices(caller)))


@router.head("/voices/{id:path}/sample", include_in_schema=False)
@router.get(
    "/voices/{id:path}/sample",
    summary="A sample of a voice",
    response_class=Response,
    responses={200: {"content": {name: {} for name in MEDIA_TYPES.values()}, "description": "one short sentence"}},
)
async def sample(id: str, request: Request, speech: SpeechDep, caller: Caller, format: AudioFormat = "mp3") -> Response:
    """Supports `If-None-Match`. With authentication only the browser's own cache stores it."""
    voice = await speech.voice(id, caller)
    sentence = SpeechRequest(input=_SAMPLE, voice=voice.id, response_format=format, seed=0)
    spoken = await speech.speak(sentence, caller)
    try:
        content = b"".join([audio async for audio in as_audio(spoken)])
    finally:
        await spoken.aclose()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": f"private, max-age={_FRESH_S}", "X-Sample-Rate": str(spoken.sample_rate)}
    if tag in [known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=spoken.media_type, headers=headers)
