"""Transcription by an installed speech recogniser of transformers: a CTC model, or Whisper.

Loaded as untrusted files (shared/pretrained.py): safetensors only, no code, no network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoFeatureExtractor, AutoModelForCTC, AutoModelForSpeechSeq2Seq, FeatureExtractionMixin

from shared.contracts.errors import UnsafeCheckpoint
from shared.pretrained import load_model, load_tokenizer
from shared.quality.frames import cleaned
from shared.quality.intelligibility import Transcriber
from shared.vits.audio import resample_samples

RATE = 16000
"""In Hz; the rate of every recogniser in `_CTC` and of Whisper."""
_CTC = ("wav2vec2", "hubert", "wav2vec2-bert")
_WHISPER = ("whisper",)
_PERSIAN = "<|fa|>"
_SHORTEST = 0.1
_LONGEST = 30.0
"""Seconds: Whisper's window. An utterance of a data set is shorter."""
_MOST_TOKENS = 224
"""Half of Whisper's context; an untrained or confused model repeats itself without end."""
_EXTRACTOR_LIMITS = {
    "sampling_rate": (RATE, RATE),
    "chunk_length": (1, int(_LONGEST)),  # in seconds: Whisper's extractor pads every recording to it
    "n_fft": (64, 4096),
    "hop_length": (80, 4096),
    "feature_size": (1, 1024),
    "num_mel_bins": (1, 1024),
}
"""The numbers of preprocessor_config.json that decide how much memory the features of a recording take."""


def load_transcriber(folder: Path) -> Transcriber:
    """The recogniser in a folder, on the CPU in float32. Raises `UnsafeCheckpoint`."""
    whisper = _model_type(folder) in _WHISPER
    loaded = load_model(
        folder,
        AutoModelForSpeechSeq2Seq if whisper else AutoModelForCTC,
        _WHISPER if whisper else _CTC,
    )
    if any("head" in name for name in loaded.fresh):
        raise UnsafeCheckpoint(f"The model {folder.name} has no head for transcription; it is only pre-trained.")
    tokenizer, extractor = load_tokenizer(folder), _feature_extractor(folder)
    kind = _Whisper if whisper else _Ctc
    return kind(loaded.model.eval(), tokenizer, extractor)


class _Recogniser:
    def __init__(self, model: Any, tokenizer: Any, extractor: Any) -> None:
        self._model, self._tokenizer, self._extractor = model, tokenizer, extractor

    @torch.inference_mode()
    def transcribe(self, samples: NDArray[np.float32], rate: int) -> str:
        finite = cleaned(np.ravel(samples)[: int(_LONGEST * rate)])
        if finite.size < _SHORTEST * rate:
            return ""
        resampled = resample_samples(finite, rate, RATE)
        try:
            features = self._extractor(resampled, sampling_rate=RATE, return_tensors="pt")
            return self._decode(features).strip()
        except Exception as error:  # files that do not fit each other raise any error in the library
            raise UnsafeCheckpoint(f"The speech recogniser cannot transcribe: {str(error)[:200]}") from error

    def _decode(self, features: Any) -> str:
        raise NotImplementedError


class _Ctc(_Recogniser):
    def _decode(self, features: Any) -> str:
        """Greedy: the most probable token of each frame; the tokenizer joins repetitions and drops blanks."""
        best = self._model(**features).logits[0].argmax(dim=-1)
        return str(self._tokenizer.decode(best, skip_special_tokens=True))


class _Whisper(_Recogniser):
    def _decode(self, features: Any) -> str:
        languages = getattr(self._model.generation_config, "lang_to_id", None) or {}
        spoken = {"language": "fa", "task": "transcribe"} if _PERSIAN in languages else {}
        limit = min(_MOST_TOKENS, self._model.config.max_target_positions // 2)
        tokens = self._model.generate(
            features.input_features, do_sample=False, num_beams=1, max_new_tokens=limit, **spoken
        )
        return str(self._tokenizer.decode(tokens[0], skip_special_tokens=True))


def _feature_extractor(folder: Path) -> Any:
    auto: Any = AutoFeatureExtractor
    try:
        content, _ = FeatureExtractionMixin.get_feature_extractor_dict(folder, local_files_only=True)
        for name, (lowest, highest) in _EXTRACTOR_LIMITS.items():
            value = content.get(name, lowest)
            if not isinstance(value, int) or not lowest <= value <= highest:
                raise ValueError(f"{name} is {str(value)[:40]}, not from {lowest} to {highest}")
        return auto.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # the library passes on any error of its parsers
        raise UnsafeCheckpoint(
            f"The feature extractor of {folder.name} cannot be loaded: {str(error)[:200]}",
            hint="The folder needs preprocessor_config.json, as the Hub has it.",
        ) from error


def _model_type(folder: Path) -> str:
    """The type that config.json names; `load_model` checks the rest of the file."""
    try:
        with (folder / "config.json").open("rb") as file:
            content = json.loads(file.read(4 << 20))
        return str(content.get("model_type")) if isinstance(content, dict) else ""
    except (OSError, ValueError, RecursionError) as error:
        raise UnsafeCheckpoint(f"config.json of {folder.name} cannot be used: {str(error)[:200]}") from error
