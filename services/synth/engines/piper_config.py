"""The configuration of a voice in Piper's format, `X.onnx.json`, and the phoneme ids that it defines.

The ids follow piper's `phoneme_ids.py`: a start sign, each code point of the phonemes followed by a blank, an end sign.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from shared.contracts.errors import UnsafeCheckpoint

_START, _END, _BLANK = "^", "$", "_"
_LARGEST_CONFIG = 4 * 1024 * 1024
_Ids = Annotated[list[Annotated[int, Field(ge=0, lt=65536)]], Field(min_length=1, max_length=16)]


class _Audio(BaseModel):
    sample_rate: int = Field(ge=8000, le=48000)


class _Espeak(BaseModel):
    voice: str = Field(max_length=40)


class _Inference(BaseModel):
    noise_scale: float = Field(0.667, ge=0, le=2)
    length_scale: float = Field(1.0, gt=0, le=10)
    noise_w: float = Field(0.8, ge=0, le=2)


class PiperConfig(BaseModel):
    """The used fields of `X.onnx.json`."""

    audio: _Audio
    espeak: _Espeak
    inference: _Inference = _Inference()
    phoneme_id_map: dict[str, _Ids] = Field(max_length=4096)
    num_speakers: int = Field(1, ge=1, le=10_000)
    speaker_id_map: dict[str, Annotated[int, Field(ge=0, lt=10_000)]] = Field(default_factory=dict, max_length=10_000)


def find_model(folder: Path) -> Path | None:
    """The model with a configuration in the folder or below it; None unless there is exactly one."""
    models = [path for path in folder.rglob("*.onnx") if path.with_name(path.name + ".json").is_file()]
    return models[0] if len(models) == 1 else None


def config_of(model: Path) -> PiperConfig:
    """The configuration beside a model. Blocking. Raises `UnsafeCheckpoint`."""
    return _read_config(model.with_name(model.name + ".json"))


def phoneme_ids(config: PiperConfig, phonemes: str) -> list[int] | None:
    """The network's input for a sentence's phonemes; None if the voice has no symbol for any of its sounds."""
    known = config.phoneme_id_map
    symbols = unicodedata.normalize("NFD", phonemes)
    if not any(symbol in known and symbol.isalpha() for symbol in symbols):
        return None
    ids = [number for symbol in symbols if symbol in known for number in (*known[symbol], *known[_BLANK])]
    return [*known[_START], *known[_BLANK], *ids, *known[_END]]


def _read_config(path: Path) -> PiperConfig:
    try:
        if path.stat().st_size > _LARGEST_CONFIG:
            raise UnsafeCheckpoint(f"{path.name} is too large for a voice's configuration.")
        config = PiperConfig.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UnsafeCheckpoint(f"{path.name} cannot be read: {str(error)[:200]}") from error
    if missing := [sign for sign in (_START, _END, _BLANK) if sign not in config.phoneme_id_map]:
        raise UnsafeCheckpoint(f"{path.name} has no id for {missing[0]}.")
    if config.espeak.voice.split("-")[0] != "fa":
        raise UnsafeCheckpoint(
            f"The voice was trained on {config.espeak.voice}, not on Persian.",
            hint="Choose a voice with fa_IR in its name.",
        )
    return config
