"""Requests and replies over core NATS. A reply carries either data or an error with its stable code."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from shared.contracts.catalog import LicenseClass
from shared.contracts.errors import BY_CODE, Internal, SokhanError
from shared.contracts.hints import Action, Hint, HintData, hint_fields
from shared.contracts.owners import LOCAL_OWNER
from shared.contracts.readings import Reading, Source
from shared.contracts.system import ServiceLoad
from shared.contracts.wire import ConfigValue, Wire


class ErrorInfo(HintData, Wire):
    """A serialized error: on the bus, in a job document, in an HTTP answer."""

    code: str
    message: str
    hint: str | None = None
    retryable: bool = False
    param: str | None = Field(None, exclude_if=lambda param: param is None, description="the request's field at fault")

    @field_validator("action", mode="before")
    @classmethod
    def _drop_unknown_action(cls, action: object) -> object:
        """An action of a newer version is dropped: `hint` has its words."""
        return action if action in set(Action) else None

    @classmethod
    def of(cls, error: SokhanError) -> ErrorInfo:
        return cls(
            code=error.code,
            message=error.message,
            hint=error.hint,
            retryable=error.retryable,
            param=error.param,
            **hint_fields(error.action),
        )

    def error(self) -> SokhanError:
        """The exception, of the class with this code."""
        kind = BY_CODE.get(self.code, Internal)
        error = kind.__new__(kind)  # without __init__: some classes take further arguments
        hint = Hint(self.action, self.target or "") if self.action is not None else self.hint
        SokhanError.__init__(error, self.message, hint=hint)
        error.param = self.param
        return error


class Ping(Wire):
    schema_: Literal["rpc.ping/1"] = Field("rpc.ping/1", alias="schema")


class Pong(Wire):
    schema_: Literal["rpc.pong/1"] = Field("rpc.pong/1", alias="schema")
    service: str
    instance: str | None = Field(None, description="`service@host:pid`; None from a service of an older version")
    version: str
    ready: bool
    problems: tuple[str, ...] = ()
    load: ServiceLoad | None = Field(None, description="None from a service of an older version")


class Speak(Wire):
    """A request for speech; the answer is a stream of `SpeechChunk` to the request's reply subject."""

    schema_: Literal["rpc.synth.speak/1"] = Field("rpc.synth.speak/1", alias="schema")
    voice: str
    text: str
    speed: float = 1.0
    seed: int | None = None
    speaker: str | None = Field(None, description="the speaker of a voice with several; the first by default")
    language: str | None = Field(None, description="the request is refused if the voice speaks another language")
    lexicon: str = Field(
        "", description="lines of word<TAB>reading that precede the account's and the installation's lexicon"
    )
    reading: Reading | None = Field(None, description="the reading of words; by default that of the voice")
    timestamps: bool = False
    owner: str = Field(
        LOCAL_OWNER, description="whose voices and lexicon count; the engine is shared fairly between owners"
    )


OPENAI_VOICES = (
    "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse",
)  # fmt: skip
"""The voice names of OpenAI's API; all are aliases of the default voice."""


class Word(Wire):
    """Seconds from the start of the whole speech."""

    word: str
    start: float
    end: float


class SentenceTiming(Wire):
    """`words` is empty if the engine reports no durations."""

    text: str
    start: float
    end: float
    words: tuple[Word, ...] = ()


class SpeechChunk(Wire):
    """Header of one chunk; the samples (s16le, mono) follow as the message's body. `alive` carries no audio.

    The gateway acknowledges each chunk: this is the back-pressure, and lets the synth detect a disconnected listener.
    """

    schema_: Literal["rpc.synth.chunk/1"] = Field("rpc.synth.chunk/1", alias="schema")
    type: Literal["audio", "alive", "end", "error"]
    sequence: int
    sample_rate: int = 0
    sentence: int = 0
    characters: int = Field(0, description="of the whole text as it is read aloud; on the first chunk")
    timing: SentenceTiming | None = Field(None, description="on the first chunk of a sentence, if requested")
    error: ErrorInfo | None = None


class RefreshAssets(Wire):
    """A request to the scanner to compare the assets with the disk now."""

    schema_: Literal["rpc.scanner.refresh/1"] = Field("rpc.scanner.refresh/1", alias="schema")
    unit: str | None = Field(None, description="what a remote worker has published, to be fetched first")


class AssetsRefreshed(Wire):
    schema_: Literal["rpc.scanner.refreshed/1"] = Field("rpc.scanner.refreshed/1", alias="schema")
    added: int = 0
    changed: int = 0
    removed: int = 0


class ListVoices(Wire):
    """The voices that an owner may see. `everybody`: all voices, with the listeners of all owners; asked before a voice
    is removed.
    """

    schema_: Literal["rpc.synth.voices/1"] = Field("rpc.synth.voices/1", alias="schema")
    owner: str = LOCAL_OWNER
    everybody: bool = False


class Voice(Wire):
    id: str
    name: str
    language: str
    engine: str
    sample_rate: int
    source: str
    license: str | None = None
    license_class: LicenseClass = "unknown"
    speakers: tuple[str, ...] = ()
    quality: dict[str, float] = Field(
        default_factory=dict, description="figures of a voice trained here by name, see docs/quality.md"
    )
    aliases: tuple[str, ...] = Field((), description="further names, such as OpenAI's alloy")
    precision: str | None = Field(None, description="the calibrated precision on this machine, once it has been loaded")
    real_time_factor: float | None = Field(
        None, description="seconds of compute for a second of speech, measured on this machine"
    )
    speaking: bool = Field(False, description="whether a listener of yours uses it now")
    own: bool = Field(False, description="whether it is yours, not another account's or the installation's")


class VoiceList(Wire):
    schema_: Literal["rpc.synth.voice-list/1"] = Field("rpc.synth.voice-list/1", alias="schema")
    voices: tuple[Voice, ...]


class Phonemize(Wire):
    schema_: Literal["rpc.synth.phonemize/1"] = Field("rpc.synth.phonemize/1", alias="schema")
    input: str
    owner: str = Field(LOCAL_OWNER, description="whose lexicon precedes the installation's")
    lexicon: str = Field("", description="lines of word<TAB>reading that precede both")
    stored: bool = Field(True, description="whether the stored lexicons count")
    voice: str | None = Field(None, description="a voice, for its reading and its phoneme ids (Piper)")
    reading: Reading | None = Field(None, description="of words; by default that of the voice, else the newest")


class TraceStep(Wire):
    stage: str
    text: str


class ReadWord(Wire):
    """A word or a punctuation mark as it is read."""

    text: str = Field(description="with the vowel signs of its reading; as input, it is read as here")
    ipa: str = Field(description="with the ezafe; of a mark the mark")
    ezafe: bool
    source: Source | None = Field(description="where the IPA comes from, the highest authority first; null of a mark")
    ezafe_source: Source | None = Field(description="who said that there is an ezafe, or that there is none")


class Phonemized(Wire):
    schema_: Literal["rpc.synth.phonemized/1"] = Field("rpc.synth.phonemized/1", alias="schema")
    normalized: str
    sentences: tuple[str, ...]
    phonemes: str
    trace: tuple[TraceStep, ...]
    sentence_phonemes: tuple[str, ...] = Field((), description="the phonemes of each of `sentences`")
    tokens: tuple[tuple[ReadWord, ...], ...] = Field((), description="the words and marks of each of `sentences`")
    phoneme_ids: tuple[tuple[int, ...] | None, ...] | None = Field(
        None,
        description="of a voice of Piper: the input of its network for each of `sentences`, null for one without a"
        " sound that it knows; null without such a voice",
    )


class ListRecipes(Wire):
    schema_: Literal["rpc.trainer.recipes/1"] = Field("rpc.trainer.recipes/1", alias="schema")


class RecipeParameter(Wire):
    name: str
    type: Literal["int", "float", "bool", "string", "choice"]
    default: ConfigValue
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    help: str
    help_fa: str


class Recipe(Wire):
    name: str
    title: str
    title_fa: str
    parameters: tuple[RecipeParameter, ...]
    base_models: tuple[str, ...]
    datasets: tuple[str, ...]


class RecipeList(Wire):
    schema_: Literal["rpc.trainer.recipe-list/1"] = Field("rpc.trainer.recipe-list/1", alias="schema")
    recipes: tuple[Recipe, ...]


class CheckTraining(Wire):
    """Asks whether a run can start. The answer is the full configuration, or the error that prevents the run."""

    schema_: Literal["rpc.trainer.check/1"] = Field("rpc.trainer.check/1", alias="schema")
    recipe: str
    config: dict[str, ConfigValue]
    datasets: tuple[str, ...]
    base_model: str | None = None
    teacher_model: str | None = None
    asr_model: str | None = None
    owner: str = Field("local", description="the run's owner: what it may not see is not found")


class CheckedTraining(Wire):
    """`asr_model`: the requested one, else the newest installed one, if the recipe measures with it."""

    schema_: Literal["rpc.trainer.checked/1"] = Field("rpc.trainer.checked/1", alias="schema")
    config: dict[str, ConfigValue]
    asr_model: str | None = None


class Failure(Wire):
    """The answer of any request that fails."""

    schema_: Literal["rpc.failure/1"] = Field("rpc.failure/1", alias="schema")
    error: ErrorInfo
