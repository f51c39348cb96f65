"""VITS voices in transformers' format, such as facebook/mms-tts-fas: safetensors only, and no code of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from services.synth.engines.protocol import Samples, within_bounds
from services.synth.engines.turn import TURN
from shared.contracts.errors import OutOfMemory, UnsafeCheckpoint, Validation
from shared.persian import Frontend

if TYPE_CHECKING:
    import torch
    from transformers import VitsModel, VitsTokenizer


@dataclass(frozen=True, slots=True)
class TransformersEngine:
    name: str = "transformers_vits"

    def load(self, folder: Path | None, device: str) -> TransformersVoice:
        """Raises `UnsafeCheckpoint` for weights that are not there as safetensors or do not fit, `OutOfMemory`."""
        if folder is None:
            raise Validation("A transformers voice needs its folder.")
        import torch
        from transformers import VitsModel, VitsTokenizer

        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            with TURN, torch.random.fork_rng([]):
                tokenizer = VitsTokenizer.from_pretrained(folder, local_files_only=True)
                model = VitsModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
                model.to(torch.device(device)).eval()  # type: ignore[arg-type] # transformers wraps `to` untyped
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise OutOfMemory(f"{device} has no room for this voice.", hint="Unload another voice.") from error
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise UnsafeCheckpoint(
                f"{folder.name} cannot be loaded as a voice: {str(error)[:200]}",
                hint="Its weights must be there as model.safetensors.",
            ) from error
        return TransformersVoice(model, tokenizer, torch.device(device))


class TransformersVoice:
    speakers: tuple[str, ...] = ()

    def __init__(self, model: VitsModel, tokenizer: VitsTokenizer, device: torch.device) -> None:
        self._model, self._tokenizer, self._device = model, tokenizer, device
        self._frontend = Frontend()
        self._noise: float = model.config.noise_scale
        self.sample_rate: int = model.config.sampling_rate
        self.memory_bytes = sum(p.numel() * p.element_size() for p in model.parameters())

    def speak(
        self, sentence: str, *, speed: float = 1.0, noise: float | None = None, seed: int | None = None
    ) -> Samples:
        import torch

        inputs = self._tokenizer(self._frontend.normalize(sentence), return_tensors="pt").to(self._device)
        known = self._tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
        if not any(token.strip() and token != self._tokenizer.pad_token for token in known):
            raise Validation(f"The voice knows no letter of “{sentence.strip()[:60]}”.")
        devices = [self._device] if self._device.type == "cuda" else []
        with TURN, torch.inference_mode(), torch.random.fork_rng(devices, enabled=seed is not None):
            if seed is not None:
                torch.manual_seed(seed)
            self._model.speaking_rate = within_bounds(speed)
            self._model.noise_scale = self._noise if noise is None else noise
            waveform = self._model(**inputs).waveform[0]
        samples = np.asarray(waveform.float().cpu().numpy(), dtype=np.float32)
        clipped: Samples = np.clip(np.nan_to_num(samples), -1.0, 1.0, dtype=np.float32)
        return clipped
