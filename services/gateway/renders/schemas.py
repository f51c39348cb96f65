"""Requests for renders of long texts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from services.gateway.speech.schemas import DEFAULT_VOICE, Language, Lower, VoiceName, without_open_fields
from shared.contracts.kinds.speech import RenderFormat
from shared.contracts.mended import Mended
from shared.contracts.readings import Reading
from shared.contracts.wire import Wire

Title = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class RenderRequest(Mended, Wire):
    """`title` is the name of the file. The other fields equal those of `/v1/audio/speech`."""

    input: str = Field(examples=["فصل اول\n\nروزی بود و روزگاری بود.\n\nفصل دوم\n\nو پایان."])
    voice: VoiceName = DEFAULT_VOICE
    response_format: Annotated[RenderFormat, Lower] = "mp3"
    speed: float = Field(1.0, ge=0.25, le=4.0)
    seed: int | None = Field(None, ge=0, le=2**31 - 1, description="equal seeds give equal speech")
    speaker: str | None = Field(None, min_length=1, max_length=200, description="for voices with several speakers")
    language: Language = None
    lexicon: str = Field("", max_length=20_000, description="lines of word<TAB>reading, for this text only")
    reading: Reading | None = Field(None, description="the reading of words; by default that of the voice")
    title: Title | None = Field(None, examples=["بوف کور"])

    _open = model_validator(mode="before")(without_open_fields)


class DeletedText(Wire):
    """`bytes`: freed disk space."""

    job_id: str
    bytes: int
