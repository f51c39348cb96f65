"""Voices of our own trainer: Coqui's VITS from safetensors. torch is loaded with the first voice, not the service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from services.synth.engines.protocol import Samples, within_bounds
from services.synth.engines.turn import TURN
from shared.contracts.errors import OutOfMemory, Validation
from shared.persian import Frontend
from shared.vits.config import VoiceConfig
from shared.vits.tokens import Tokenizer

if TYPE_CHECKING:
    import torch

    from shared.vits.model import Network

# What a symbol may last, as ln of frames: e^5.3 = 200 frames are 2.3 s. A voice that diverged answers with hours.
_LONGEST_LOG_DURATION = 5.3
_MAX_NOISE = 2.0
_EVERYTHING_ELSE = ("d_vectors", "speaker_ids", "language_ids", "durations")


@dataclass(frozen=True, slots=True)
class CoquiEngine:
    name: str = "coqui"

    def load(self, folder: Path | None, device: str) -> CoquiVoice:
        """Raises `UnsafeCheckpoint`, `Validation` without a folder, `OutOfMemory`."""
        if folder is None:
            raise Validation("A Coqui voice needs its folder.")
        import torch

        from shared.vits.model import load_voice

        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            # Building a network draws random numbers before its weights are read.
            with TURN, torch.random.fork_rng([]):
                module, config = load_voice(folder, torch.device(device))
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise OutOfMemory(f"{device} has no room for this voice.", hint="Unload another voice.") from error
        return CoquiVoice(module, config, torch.device(device))


class CoquiVoice:
    """Calls `inference`, not Coqui's `tts()`, which returns a Python list with 10,000 zeros behind each sentence."""

    speakers: tuple[str, ...] = ()

    def __init__(self, module: torch.nn.Module, config: VoiceConfig, device: torch.device) -> None:
        self._network = cast("Network", module)
        self._config, self._device = config, device
        self._tokenizer = Tokenizer(config.characters)
        self._frontend = Frontend()
        self._noise = config.model_args.inference_noise_scale
        self.sample_rate = config.audio.sample_rate
        self.memory_bytes = sum(p.numel() * p.element_size() for p in module.parameters())
        self._network.duration_predictor.register_forward_hook(_bound_durations)

    def speak(
        self, sentence: str, *, speed: float = 1.0, noise: float | None = None, seed: int | None = None
    ) -> Samples:
        import torch

        ids = torch.tensor([self._encode(sentence)], device=self._device)
        auxiliary: dict[str, object] = dict.fromkeys(_EVERYTHING_ELSE)
        auxiliary["x_lengths"] = torch.tensor([ids.shape[1]], device=self._device)
        devices = [self._device] if self._device.type == "cuda" else []
        with TURN, torch.random.fork_rng(devices, enabled=seed is not None):
            if seed is not None:
                torch.manual_seed(seed)
            self._network.length_scale = 1.0 / within_bounds(speed)
            self._network.inference_noise_scale = self._noise if noise is None else min(_MAX_NOISE, max(0.0, noise))
            waveform = self._network.inference(ids, auxiliary)["model_outputs"]
            samples = np.asarray(waveform[0, 0].float().cpu().numpy(), dtype=np.float32)
        return np.asarray(np.clip(np.nan_to_num(samples), -1.0, 1.0), dtype=np.float32)

    def _encode(self, sentence: str) -> list[int]:
        """Coqui answers an empty or unknown text with noise; so it is refused before."""
        phonemes = self._config.text_input == "phonemes"
        text = self._frontend.phonemes(sentence) if phonemes else self._frontend.normalize(sentence)
        encoded = self._tokenizer.encode(text)
        if not encoded.known:
            shown = sentence.strip()[:60]
            raise Validation(
                f"The voice knows no letter of “{shown}”." if shown else "There is no text to speak.",
                hint="Write the text in Persian script.",
            )
        return encoded.ids


def _bound_durations(_module: torch.nn.Module, _inputs: object, log_durations: torch.Tensor) -> torch.Tensor:
    return log_durations.clamp(max=_LONGEST_LOG_DURATION)
