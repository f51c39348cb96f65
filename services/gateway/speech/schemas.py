"""OpenAI's speech requests, with fields of our own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from shared.audio import AudioFormat
from shared.contracts.mended import Mended
from shared.contracts.readings import Reading
from shared.contracts.rpc import OPENAI_VOICES

DEFAULT_MODEL, DEFAULT_VOICE = "sokhan", "alloy"
# Model names that do not select a voice: our own, and those of OpenAI's clients.
MODELS = (DEFAULT_MODEL, "tts-1", "tts-1-hd", "gpt-4o-mini-tts")


class VoiceReference(BaseModel):
    """OpenAI's object form for custom voices."""

    id: str = Field(min_length=1, max_length=200)


# Fields whose text is read as it is, blank or not.
_TEXTS = frozenset({"input"})


def without_open_fields(request: object) -> object:
    """The request without the fields that clients leave open: null, a blank text, a voice without a name."""
    if not isinstance(request, dict):
        return request
    return {name: value for name, value in request.items() if name in _TEXTS or not _is_open(value)}


def _is_open(value: object) -> bool:
    if isinstance(value, dict) and set(value) <= {"id", "name"}:
        return all(_is_open(part) for part in value.values())
    return value is None or (isinstance(value, str) and not value.strip())


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _any_language(language: object) -> object:
    return None if _lower(language) == "auto" else language


Lower = BeforeValidator(_lower)
Language = Annotated[
    str | None,
    Field(min_length=1, max_length=35, description="must be the language of the voice; `auto` selects it"),
    BeforeValidator(_any_language),
]


def _name(voice: object) -> object:
    return VoiceReference.model_validate(voice).id if isinstance(voice, dict) else voice


VoiceName = Annotated[
    str,
    Field(min_length=1, max_length=200, examples=["alloy", "espeak-fa", "local/my-voice"]),
    BeforeValidator(_name, json_schema_input_type=str | VoiceReference),
]


class SpeechRequest(Mended):
    """As OpenAI documents `audio.speech`. `voice` names who speaks; where it is left out, `model` may.

    `language`, `speaker`, `seed`, `lexicon`, `reading` and `timestamps` are ours. Unknown fields are ignored.
    """

    model: str = Field(DEFAULT_MODEL, min_length=1, max_length=200, examples=["sokhan", "tts-1"])
    input: str = Field(examples=["سلام دنیا"])
    voice: VoiceName | None = None
    response_format: Annotated[AudioFormat, Lower] = "mp3"
    speed: float = Field(1.0, ge=0.25, le=4.0)
    stream_format: Annotated[Literal["audio", "sse"], Lower] = "audio"
    instructions: str | None = Field(None, description="accepted and ignored: these voices have one style")
    language: Language = None
    speaker: str | None = Field(None, min_length=1, max_length=200, description="for voices with several speakers")
    seed: int | None = Field(None, ge=0, le=2**31 - 1, description="equal seeds give equal speech")
    lexicon: str = Field("", max_length=20_000, description="lines of word<TAB>reading, for this text only")
    reading: Reading | None = Field(None, description="the reading of words; by default that of the voice")
    timestamps: bool = Field(False, description="with `stream_format: sse`: times of sentences and words")

    _open = model_validator(mode="before")(without_open_fields)

    @field_validator("timestamps")
    @classmethod
    def _timings_have_a_place(cls, timestamps: bool, rest: ValidationInfo) -> bool:
        if timestamps and rest.data.get("stream_format") != "sse":
            raise ValueError("they come as events between the audio: use stream_format sse")
        return timestamps

    @property
    def who(self) -> str:
        """The requested voice: id, name or alias. A model that names a voice takes precedence over OpenAI's names."""
        # OpenAI dates its models: tts-1-1106, gpt-4o-mini-tts-2025-12-15
        generic = self.model.startswith(MODELS)
        if self.voice is None or (self.voice in OPENAI_VOICES and not generic):
            return DEFAULT_VOICE if generic else self.model
        return self.voice


class PhonemizeRequest(Mended):
    """`voice`: for its reading of words, and if it is of Piper, for the phoneme ids of its network."""

    input: str = Field(max_length=10_000, examples=["سلام دنیا"])
    voice: str | None = Field(None, min_length=1, max_length=200)
    reading: Reading | None = Field(None, description="of words; by default that of the voice, else the newest")

    _open = model_validator(mode="before")(without_open_fields)


class ModelCard(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "sokhan"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelCard]
