"""Translates Coqui's config.json to a `VoiceConfig`, by allow-list.

There are three kinds of keys: sizes, audio and symbols are used, within the bounds of `VoiceConfig`; keys that change
the architecture must have the value of our model (`_FIXED`); all others, such as paths and URLs, are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue, ValidationError
from pydantic_core import from_json

from services.trainer.recipes.importing.vocabulary import CoquiCharacters, Vocabulary, translate_symbols
from shared.contracts.errors import UnsafeCheckpoint
from shared.contracts.sentences import sentence
from shared.vits.config import Architecture, Audio, Symbols, VoiceConfig

# Real configs have 10 kB, with all test sentences about 50 kB.
MAX_CONFIG_BYTES = 256 * 1024
Json = Mapping[str, JsonValue]

_ONE_SPEAKER = "only voices with one speaker and one language can be imported"
_OTHER_MODEL = "it changes the model in a way that ours cannot follow"
# Checked at the top level and in model_args, like Coqui; the default of an absent key is the first value, Coqui's.
_FIXED: tuple[tuple[str, tuple[JsonValue, ...], str], ...] = (
    ("use_speaker_embedding", (False, None), _ONE_SPEAKER),
    ("num_speakers", (0, 1, None), _ONE_SPEAKER),
    ("speakers_file", (None, ""), _ONE_SPEAKER),
    ("use_d_vector_file", (False, None), _ONE_SPEAKER),
    ("d_vector_file", (None, "", []), _ONE_SPEAKER),
    ("use_language_embedding", (False, None), _ONE_SPEAKER),
    ("language_ids_file", (None, ""), _ONE_SPEAKER),
    ("use_speaker_encoder_as_loss", (False, None), _ONE_SPEAKER),
    ("encoder_sample_rate", (None,), _OTHER_MODEL),
    ("kernel_size_posterior_encoder", (5,), _OTHER_MODEL),
    ("dilation_rate_posterior_encoder", (1,), _OTHER_MODEL),
    ("kernel_size_flow", (5,), _OTHER_MODEL),
    ("dilation_rate_flow", (1,), _OTHER_MODEL),
    ("add_blank", (True,), "our voices have a blank between their symbols"),
    ("enable_eos_bos_chars", (False, None), "our voices have no symbols for begin and end"),
)


@dataclass(frozen=True, slots=True)
class Translated:
    config: VoiceConfig
    vocabulary: Vocabulary


def read_coqui_config(path: Path, *, language: str) -> Translated:
    """Read and translate a config. Raises `UnsafeCheckpoint` with the key at fault."""
    with path.open("rb") as file:
        raw = file.read(MAX_CONFIG_BYTES + 1)
    if len(raw) > MAX_CONFIG_BYTES:
        raise UnsafeCheckpoint(f"{path.name[:80]} has more than {MAX_CONFIG_BYTES:,} bytes; it was not read.")
    return translate(_parse(raw, path.name[:80]), language=language)


def translate(coqui: Json, *, language: str) -> Translated:
    """Translate a parsed config. Raises `UnsafeCheckpoint` with the key at fault."""
    if coqui.get("model") != "vits":
        raise UnsafeCheckpoint(
            f"The config is of the model “{str(coqui.get('model'))[:40]}”.", hint="Only Coqui VITS can be imported."
        )
    sizes, audio = _object(coqui, "model_args"), _object(coqui, "audio")
    _check_fixed(coqui, sizes)
    use_phonemes = coqui.get("use_phonemes", False)
    if not isinstance(use_phonemes, bool):
        raise UnsafeCheckpoint("use_phonemes of the config is neither true nor false.")
    if use_phonemes and coqui.get("phonemizer") not in (None, "", "espeak"):
        raise UnsafeCheckpoint("phonemizer of the config is not espeak; our front-end supports no other.")
    try:
        symbols = translate_symbols(
            CoquiCharacters.model_validate(_object(coqui, "characters")), use_phonemes=use_phonemes
        )
        config = VoiceConfig(
            language=language,
            text_input="phonemes" if use_phonemes else "graphemes",
            audio=Audio.model_validate(_select(audio, Audio.model_fields)),
            model_args=Architecture.model_validate(_select(sizes, Architecture.model_fields)),
            characters=Symbols(pad=symbols.pad, punctuations=symbols.punctuations, characters=symbols.characters),
        )
    except ValidationError as error:
        raise _refusal(error) from error
    channels = sizes.get("out_channels")
    if channels is not None and channels != config.audio.fft_size // 2 + 1:
        raise UnsafeCheckpoint("model_args.out_channels of the config does not match audio.fft_size.")
    return Translated(config, symbols)


def _parse(raw: bytes, name: str) -> Json:
    try:
        content = from_json(raw, allow_inf_nan=True)  # bounded in depth, unlike json.loads
    except ValueError as error:
        raise UnsafeCheckpoint(f"{name} is not JSON: {str(error)[:100]}.") from error
    if not isinstance(content, dict):
        raise UnsafeCheckpoint(f"{name} is not a JSON object.")
    return content


def _object(coqui: Json, name: str) -> Json:
    value = coqui.get(name)
    if not isinstance(value, dict):
        raise UnsafeCheckpoint(f"The config has no object “{name}”.", hint="Is it the config of a Coqui VITS voice?")
    return value


def _check_fixed(coqui: Json, sizes: Json) -> None:
    for prefix, section in (("", coqui), ("model_args.", sizes)):
        for key, allowed, reason in _FIXED:
            value = section.get(key, allowed[0])
            # 0 equals False and 1 equals True here, as for Coqui.
            if value not in allowed:
                raise UnsafeCheckpoint(f"{prefix}{key} of the config is refused: {reason}.")


def _select(source: Json, fields: Mapping[str, object]) -> dict[str, JsonValue]:
    return {name: source[name] for name in fields if source.get(name) is not None}


def _refusal(error: ValidationError) -> UnsafeCheckpoint:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])[:80]
    place = {"CoquiCharacters": "characters", "Symbols": "characters", "Audio": "audio", "Architecture": "model_args"}
    path = ".".join(part for part in (place.get(error.title, ""), where) if part) or "the whole"
    return UnsafeCheckpoint(
        f"The config is refused at “{path}”: {sentence(first)[:160]}.",
        hint="Larger sizes than those of real voices are refused.",
    )
