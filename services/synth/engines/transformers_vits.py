"""VITS voices in transformers' format, such as facebook/mms-tts-fas: only safetensors, no code from the repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from services.synth.engines.memory import memory_errors
from services.synth.engines.precision import precisions
from services.synth.engines.protocol import Precision, Spoken, SynthesisInput, clamp_speed
from services.synth.engines.torch_generator import GENERATOR
from services.synth.engines.vits_files import limit_durations, load_model, read_sizes
from shared.contracts.errors import SokhanError, UnsafeCheckpoint, Validation
from shared.persian.letters import KASRA

if TYPE_CHECKING:
    import torch
    from transformers import VitsModel, VitsTokenizer


@dataclass(frozen=True, slots=True)
class TransformersEngine:
    name: str = "transformers_vits"

    def load(self, folder: Path | None, device: str) -> TransformersVoice:
        """Raises `UnsafeCheckpoint` for weights that are not safetensors or do not fit the model, `OutOfMemory`."""
        if folder is None:
            raise Validation("A transformers voice needs its folder.")
        import torch
        from transformers import VitsTokenizer

        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        sizes = read_sizes(folder)
        try:
            with memory_errors("this voice"), GENERATOR, torch.random.fork_rng([]):
                tokenizer = VitsTokenizer.from_pretrained(folder, local_files_only=True)
                model = load_model(folder, sizes)
                limit_durations(model)
                model.to(torch.device(device)).eval()  # type: ignore[arg-type] # transformers wraps `to` untyped
        except SokhanError:
            raise
        except Exception as error:  # the libraries pass on any error of their parsers
            raise UnsafeCheckpoint(
                f"{folder.name} cannot be loaded as a voice: {str(error)[:200]}",
                hint="It needs its weights as model.safetensors.",
            ) from error
        return TransformersVoice(model, tokenizer, torch.device(device))


class TransformersVoice:
    """One sentence per pass: transformers' VITS has one speed and one noise for a whole batch."""

    speakers: tuple[str, ...] = ()
    batch = 1

    def __init__(self, model: VitsModel, tokenizer: VitsTokenizer, device: torch.device) -> None:
        self._model, self._tokenizer, self._device = model, tokenizer, device
        self._noise: float = model.config.noise_scale
        self._rate: float = model.config.speaking_rate
        self._precision: Precision = "float32"
        self._knows_signs = tokenizer.convert_tokens_to_ids(KASRA) != tokenizer.unk_token_id
        self.sample_rate: int = model.config.sampling_rate
        self.memory_bytes = sum(p.numel() * p.element_size() for p in model.parameters())
        self.precisions = precisions(device)

    def set_precision(self, precision: Precision) -> None:
        self._precision = precision

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        with memory_errors("this sentence"):
            return [self._speak_one(utterance) for utterance in utterances]

    def _speak_one(self, utterance: SynthesisInput) -> Spoken:
        import torch

        if utterance.speaker is not None:
            raise Validation("This voice has one speaker only.", hint="Leave `speaker` out.").about("speaker")
        frontend = utterance.frontend
        text = (frontend.normalize if self._knows_signs else frontend.letters)(utterance.sentence)
        inputs = self._tokenizer(text, return_tensors="pt").to(self._device)
        known = self._tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
        if not any(token.strip() and token != self._tokenizer.pad_token for token in known):
            raise Validation(f"The voice has no symbol for “{utterance.sentence.strip()[:60]}”.").about("input")
        devices = [self._device] if self._device.type == "cuda" else []
        precision = self._precision  # read once: a calibration sets it meanwhile
        dtype = getattr(torch, precision)
        autocast = torch.autocast(self._device.type, dtype=dtype, enabled=precision != "float32")
        seeded = torch.random.fork_rng(devices, enabled=utterance.seed is not None)
        with GENERATOR, torch.inference_mode(), autocast, seeded:
            if utterance.seed is not None:
                torch.manual_seed(utterance.seed)
            self._model.speaking_rate = self._rate * clamp_speed(utterance.speed)
            self._model.noise_scale = self._noise if utterance.noise is None else utterance.noise
            waveform = self._model(**inputs).waveform[0]
        samples = np.nan_to_num(np.asarray(waveform.float().cpu().numpy(), dtype=np.float32))
        return Spoken(np.clip(samples, -1.0, 1.0, dtype=np.float32))
