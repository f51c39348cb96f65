"""Voices in Piper's format, `X.onnx` with `X.onnx.json`, run by onnxruntime with our own front-end.

Piper's program is GPL and not needed (ADR 15). `piper_config` has the phoneme ids. Its voices were trained with bare
espeak-ng, so that is their reading unless a request asks for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from services.synth.engines.memory import memory_errors
from services.synth.engines.onnx_session import open_session, run_bounded
from services.synth.engines.piper_config import PiperConfig, config_of, find_model, phoneme_ids
from services.synth.engines.protocol import Precision, Spoken, SynthesisInput, clamp_speed, require_speaker
from shared.contracts.errors import OutOfMemory, UnsafeCheckpoint, Validation
from shared.contracts.readings import OLDEST, Reading
from shared.persian.frontend import Frontend

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_MAX_AUDIO_SECONDS = 60.0
"""The limit of one run, in seconds: a network may contain an endless loop. A slow machine needs 0.5 s per second."""


@dataclass(frozen=True, slots=True)
class PiperEngine:
    name: str = "piper"

    def load(self, folder: Path | None, device: str) -> PiperVoice:
        """Raises `UnsafeCheckpoint`, `OutOfMemory`."""
        model = find_model(folder) if folder is not None else None
        if model is None:
            raise UnsafeCheckpoint("The folder needs exactly one pair of X.onnx and X.onnx.json.")
        config = config_of(model)
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
        ids = self._ids(utterance.sentence, utterance.frontend, utterance.reading or OLDEST)
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

    def _ids(self, sentence: str, frontend: Frontend, reading: Reading) -> list[int]:
        ids = phoneme_ids(self._config, frontend.phonemes(sentence, reading))
        if ids is None:
            raise Validation(f"The voice has no symbol for “{sentence.strip()[:60]}”.").about("input")
        return ids

    def _speaker(self, name: str | None) -> int:
        if name is None:
            return self._config.speaker_id_map[self.speakers[0]] if self.speakers else 0
        require_speaker(name, self.speakers)
        return self._config.speaker_id_map[name]
