"""`/v1/audio`: speech in OpenAI's dialect."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.gateway.context import Owner, Parts
from services.gateway.speech.events import as_events
from services.gateway.speech.models import router as models
from services.gateway.speech.response import LiveResponse, as_audio
from services.gateway.speech.schemas import PhonemizeRequest, SpeechRequest
from services.gateway.speech.voices import router as voices
from services.gateway.speech.waiting import while_listened
from shared.audio import MEDIA_TYPES
from shared.contracts.rpc import Phonemized

# For the log and the metrics (nginx's number); nobody is there to read it.
_CLIENT_CLOSED = 499

router = APIRouter(tags=["speech"])
router.include_router(models)
router.include_router(voices)


@router.post(
    "/v1/audio/speech",
    summary="Speak a text",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {name: {} for name in (*MEDIA_TYPES.values(), "text/event-stream")},
            "description": "audio, while it is being spoken",
        }
    },
)
async def speech(wish: SpeechRequest, request: Request, parts: Parts, owner: Owner) -> Response:
    spoken = await while_listened(request, parts.speech.speak(wish, owner))
    if spoken is None:
        return Response(status_code=_CLIENT_CLOSED)
    events = wish.stream_format == "sse"
    return LiveResponse(
        as_events(spoken, len(wish.input)) if events else as_audio(spoken),
        close=spoken.aclose,
        media_type="text/event-stream" if events else spoken.media_type,
        headers={"X-Sample-Rate": str(spoken.sample_rate), "Cache-Control": "no-store"},
    )


@router.post("/v1/audio/phonemize", summary="What the voices see of a text")
async def phonemize(wish: PhonemizeRequest, parts: Parts, _: Owner) -> Phonemized:
    return await parts.speech.phonemize(wish.input)
