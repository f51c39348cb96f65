"""Voices in Piper's format, `X.onnx` with `X.onnx.json`, run by onnxruntime with our own front-end.

Piper's program is GPL and not needed (ADR 15). The phoneme ids follow piper's `phoneme_ids.py`: a start sign, each code
point of the phonemes followed by a blank, an end sign.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from services.synth.engines.memory import memory_errors
from services.synth.engines.onnx_session import open_session, run_bounded
from services.synth.engines.protocol import Precision, Spoken, SynthesisInput, clamp_speed, require_speaker
from shared.contracts.errors import OutOfMemory, UnsafeCheckpoint, Validation
from shared.persian import Frontend

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_START, _END, _BLANK = "^", "$", "_"
_MAX_AUDIO_SECONDS = 60.0
"""The limit of one run, in seconds: a network may contain an endless loop. A slow machine needs 0.5 s per second."""
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


@dataclass(frozen=True, slots=True)
class PiperEngine:
    name: str = "piper"

    def load(self, folder: Path | None, device: str) -> PiperVoice:
        """Raises `UnsafeCheckpoint`, `OutOfMemory`."""
        model = find_model(folder) if folder is not None else None
        if model is None:
            raise UnsafeCheckpoint("The folder needs exactly one pair of X.onnx and X.onnx.json.")
        config = _read_config(model.with_name(model.name + ".json"))
        try:
            with memory_errors("this voice"):
                session = open_session(model)
        except OutOfMemory:
            raise
        except Exception as error:  # onnxruntime's errors have no other common base
            raise UnsafeCheckpoint(f"{model.name} cannot be loaded: {str(error)[:200]}") from error
        return PiperVoice(session, config, model.stat().st_size)


class PiperVoice:
    """onnxruntime draws the noise, so a seed has no effect. The session is safe for several threads."""

    batch = 1
    precisions: tuple[Precision, ...] = ("float32",)

    def __init__(self, session: InferenceSession, config: PiperConfig, size: int) -> None:
        self._session, self._config = session, config
        self._inputs = {tensor.name for tensor in session.get_inputs()}
        self.sample_rate = config.audio.sample_rate
        self.speakers = tuple(sorted(config.speaker_id_map, key=lambda name: config.speaker_id_map[name]))
        self.memory_bytes = size

    def set_precision(self, precision: Precision) -> None:
        """Does nothing: there is only one."""

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        with memory_errors("this sentence"):
            return [self._speak_one(utterance) for utterance in utterances]

    def _speak_one(self, utterance: SynthesisInput) -> Spoken:
        ids = self._ids(utterance.sentence, utterance.frontend)
        defaults = self._config.inference
        noise = defaults.noise_scale if utterance.noise is None else min(2.0, max(0.0, utterance.noise))
        # noise 0 means a fully deterministic delivery, the rhythm included.
        rhythm = defaults.noise_w if utterance.noise is None or noise else 0.0
        scales = [noise, defaults.length_scale / clamp_speed(utterance.speed), rhythm]
        inputs: dict[str, NDArray[np.generic]] = {
            "input": np.asarray([ids], dtype=np.int64),
            "input_lengths": np.asarray([len(ids)], dtype=np.int64),
            "scales": np.asarray(scales, dtype=np.float32),
        }
        speaker = self._speaker(utterance.speaker)
        if "sid" in self._inputs:
            inputs["sid"] = np.asarray([speaker], dtype=np.int64)
        output = np.asarray(run_bounded(self._session, inputs, _MAX_AUDIO_SECONDS), dtype=np.float32).reshape(-1)
        return Spoken(np.clip(np.nan_to_num(output), -1.0, 1.0, dtype=np.float32))

    def _ids(self, sentence: str, frontend: Frontend) -> list[int]:
        known = self._config.phoneme_id_map
        phonemes = unicodedata.normalize("NFD", frontend.phonemes(sentence))
        ids = [number for symbol in phonemes if symbol in known for number in (*known[symbol], *known[_BLANK])]
        if not any(symbol in known and symbol.isalpha() for symbol in phonemes):
            raise Validation(f"The voice has no symbol for “{sentence.strip()[:60]}”.").about("input")
        return [*known[_START], *known[_BLANK], *ids, *known[_END]]

    def _speaker(self, name: str | None) -> int:
        if name is None:
            return self._config.speaker_id_map[self.speakers[0]] if self.speakers else 0
        require_speaker(name, self.speakers)
        return self._config.speaker_id_map[name]


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
