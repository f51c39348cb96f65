"""OpenAI's words for speech, and ours beside them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from shared.audio import AudioFormat
from shared.contracts.rpc import OPENAI_VOICES

DEFAULT_MODEL, DEFAULT_VOICE = "sokhan", "alloy"
# Names that say nothing about who speaks: ours, and those that OpenAI's clients send.
MODELS = (DEFAULT_MODEL, "tts-1", "tts-1-hd", "gpt-4o-mini-tts")


class VoiceReference(BaseModel):
    """A voice in the form that OpenAI has for custom ones."""

    id: str = Field(min_length=1, max_length=200)


def _name(voice: object) -> object:
    return VoiceReference.model_validate(voice).id if isinstance(voice, dict) else voice


VoiceName = Annotated[
    str,
    Field(min_length=1, max_length=200, examples=["alloy", "espeak-fa", "local/my-voice"]),
    BeforeValidator(_name, json_schema_input_type=str | VoiceReference),
]


def _whole_characters(text: object) -> object:
    """Half an emoji, as JavaScript's `slice` leaves it, is no character: it cannot go over any wire."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_whole_characters)]


class SpeechRequest(BaseModel):
    """As OpenAI documents `audio.speech`. `voice` names who speaks; where it is left out, `model` may.

    `language`, `speaker`, `seed`, `lexicon` and `timestamps` are ours. Fields that are not known are ignored.
    """

    model: str = Field(DEFAULT_MODEL, min_length=1, max_length=200, examples=["sokhan", "tts-1"])
    input: Text = Field(examples=["سلام دنیا"])
    voice: VoiceName | None = None
    response_format: AudioFormat = "mp3"
    speed: float = Field(1.0, ge=0.25, le=4.0)
    stream_format: Literal["audio", "sse"] = "audio"
    instructions: str | None = Field(None, description="taken and not followed: these voices have one manner")
    language: str | None = Field(None, min_length=1, max_length=35, description="refused where the voice has another")
    speaker: str | None = Field(None, min_length=1, max_length=200, description="of a voice that has several")
    seed: int | None = Field(None, ge=0, le=2**31 - 1, description="the same seed, the same speech")
    lexicon: Text = Field("", max_length=20_000, description="lines of word<TAB>reading, for this text alone")
    timestamps: bool = Field(False, description="with `stream_format: sse`: when each sentence and word is heard")

    @model_validator(mode="before")
    @classmethod
    def _null_is_the_default(cls, wish: object) -> object:
        """Clients send it for what they leave open."""
        return {name: value for name, value in wish.items() if value is not None} if isinstance(wish, dict) else wish

    @field_validator("timestamps")
    @classmethod
    def _timings_have_a_place(cls, timestamps: bool, rest: ValidationInfo) -> bool:
        if timestamps and rest.data.get("stream_format") != "sse":
            raise ValueError("they come as events between the audio: use stream_format sse")
        return timestamps

    @property
    def who(self) -> str:
        """Who is to speak: a voice's id, name or alias. A model that names a voice counts more than OpenAI's names."""
        # OpenAI dates its models: tts-1-1106, gpt-4o-mini-tts-2025-12-15
        generic = self.model.startswith(MODELS)
        if self.voice is None or (self.voice in OPENAI_VOICES and not generic):
            return DEFAULT_VOICE if generic else self.model
        return self.voice


class PhonemizeRequest(BaseModel):
    input: Text = Field(max_length=10_000, examples=["سلام دنیا"])


class ModelCard(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "sokhan"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelCard]
