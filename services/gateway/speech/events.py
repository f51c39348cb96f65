"""Speech as OpenAI's server-sent events: `speech.audio.delta` … `speech.audio.done`, and our `speech.audio.timing`."""

from __future__ import annotations

import base64
import math
from collections.abc import AsyncIterator
from typing import Literal

from pydantic import BaseModel

from services.gateway.envelope import OpenAIError, openai_error
from services.gateway.server_sent_events import frame
from services.gateway.speech.encoding import EncodedChunk, EncodedSpeech
from shared.contracts.errors import Internal, SokhanError
from shared.contracts.rpc import Word
from shared.telemetry import get_logger

_LOG = get_logger("gateway")
# We count no tokens. `input_tokens` are characters; `output_tokens` use the rate of OpenAI's own speech.
_TOKENS_A_SECOND = 20


class Delta(BaseModel):
    """`audio` is base64: the next bytes of the file."""

    type: Literal["speech.audio.delta"] = "speech.audio.delta"
    audio: str


class Timing(BaseModel):
    """In seconds from the start of the speech, before the sentence's audio. `words` is empty where none are known."""

    type: Literal["speech.audio.timing"] = "speech.audio.timing"
    sentence: int
    text: str
    start: float
    end: float
    words: list[Word]


class Usage(BaseModel):
    input_tokens: int
    output_tokens: int
    total_tokens: int


class Done(BaseModel):
    type: Literal["speech.audio.done"] = "speech.audio.done"
    usage: Usage


class Broken(BaseModel):
    """The last event of a stream after an error."""

    type: Literal["error"] = "error"
    error: OpenAIError


async def as_events(speech: EncodedSpeech, characters: int) -> AsyncIterator[bytes]:
    """The body of the response. After any error its last event is that error."""
    try:
        async for chunk in speech.chunks():
            for event in _events_of(chunk):
                yield _frame(event)
    except SokhanError as error:
        _LOG.warning("speech_interrupted", code=error.code, error=error.message)
        yield _frame(Broken(error=openai_error(error)))
    except Exception:
        _LOG.exception("speech_crashed")
        problem = Internal("Something went wrong inside Sokhan; the gateway's log has the details.")
        yield _frame(Broken(error=openai_error(problem)))
    else:
        yield _frame(Done(usage=_usage(characters, speech.seconds)))


def _events_of(chunk: EncodedChunk) -> list[BaseModel]:
    events: list[BaseModel] = []
    if chunk.timing is not None:
        timing = chunk.timing
        events.append(
            Timing(sentence=chunk.sentence, text=timing.text, start=timing.start, end=timing.end, words=[*timing.words])
        )
    if chunk.audio:
        events.append(Delta(audio=base64.b64encode(chunk.audio).decode()))
    return events


def _usage(characters: int, seconds: float) -> Usage:
    spoken = math.ceil(seconds * _TOKENS_A_SECOND)
    return Usage(input_tokens=characters, output_tokens=spoken, total_tokens=characters + spoken)


def _frame(event: BaseModel) -> bytes:
    return frame(event.model_dump_json(by_alias=True))
