"""`/v1/audio`: speech in OpenAI's dialect."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from services.gateway.auth import Caller
from services.gateway.auth.revocation import Revoked
from services.gateway.dependencies import provided
from services.gateway.envelope import CLIENT_CLOSED
from services.gateway.server_sent_events import MEDIA_TYPE, NO_STORE
from services.gateway.speech.disconnect import while_connected
from services.gateway.speech.events import as_events
from services.gateway.speech.models import router as models
from services.gateway.speech.response import LiveResponse, as_audio
from services.gateway.speech.schemas import PhonemizeRequest, SpeechRequest
from services.gateway.speech.service import SpeechService
from services.gateway.speech.voices import router as voices
from shared.audio import MEDIA_TYPES
from shared.contracts.rpc import Phonemized

router = APIRouter(tags=["speech"])

SpeechDep = Annotated[SpeechService, Depends(provided(SpeechService))]
router.include_router(models)
router.include_router(voices)


@router.post(
    "/v1/audio/speech",
    summary="Speak a text",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {name: {} for name in (*MEDIA_TYPES.values(), MEDIA_TYPE)},
            "description": "audio, while it is being spoken",
        }
    },
)
async def speech(
    request: SpeechRequest, connection: Request, speech: SpeechDep, caller: Caller, revoked: Revoked
) -> Response:
    spoken = await while_connected(connection, speech.speak(request, caller))
    if spoken is None:
        return Response(status_code=CLIENT_CLOSED)
    events = request.stream_format == "sse"
    return LiveResponse(
        as_events(spoken, len(request.input)) if events else as_audio(spoken),
        close=spoken.aclose,
        media_type=MEDIA_TYPE if events else spoken.media_type,
        headers={"X-Sample-Rate": str(spoken.sample_rate), **NO_STORE},
        revoked=revoked,
    )


@router.post("/v1/audio/phonemize", summary="The phonemes and normalisation of a text")
async def phonemize(request: PhonemizeRequest, speech: SpeechDep, caller: Caller) -> Phonemized:
    """`trace` has the text after every stage; `sentencePhonemes` has the phonemes of each of `sentences`."""
    return await speech.phonemes_of(request, caller)
