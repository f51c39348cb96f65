"""Voices of our own trainer: Coqui's VITS from safetensors. torch is loaded with the first voice, not the service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from services.synth.engines.protocol import Samples, within_bounds
from services.synth.engines.turn import TURN
from shared.contracts.errors import OutOfMemory, Validation
from shared.persian import Frontend
from shared.vits.config import VoiceConfig
from shared.vits.tokens import Tokenizer

if TYPE_CHECKING:
    import torch

    from shared.vits.model import Network

_MAX_NOISE = 2.0


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

    def __init__(self, module: torch.nn.Module, config: VoiceConfig, device: torch.device) -> None:
        from shared.vits.inference import clamp

        self._network = cast("Network", module)
        self._config, self._device = config, device
        self._tokenizer = Tokenizer(config.characters)
        self._frontend = Frontend()
        self._noise = config.model_args.inference_noise_scale
        self.sample_rate = config.audio.sample_rate
        self.speakers = config.speakers
        self.memory_bytes = sum(p.numel() * p.element_size() for p in module.parameters())
        self._network.duration_predictor.register_forward_hook(lambda _module, _inputs, out: clamp(out))

    def speak(
        self, sentence: str, *, speed: float = 1.0, noise: float | None = None, seed: int | None = None
    ) -> Samples:
        import torch

        from shared.vits.inference import infer

        ids = self._encode(sentence)
        devices = [self._device] if self._device.type == "cuda" else []
        with TURN, torch.random.fork_rng(devices, enabled=seed is not None):
            if seed is not None:
                torch.manual_seed(seed)
            self._network.length_scale = 1.0 / within_bounds(speed)
            self._network.inference_noise_scale = self._noise if noise is None else min(_MAX_NOISE, max(0.0, noise))
            return infer(self._network, ids, self._device, 0 if self.speakers else None)

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
