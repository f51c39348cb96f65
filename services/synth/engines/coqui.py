"""Voices of our own trainer: Coqui's VITS from safetensors. torch is imported with the first voice, not at startup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from services.synth.engines import onnx_network
from services.synth.engines.memory import memory_errors
from services.synth.engines.precision import precisions
from services.synth.engines.protocol import Precision, Spoken, SynthesisInput, WordAt, clamp_speed, require_speaker
from services.synth.engines.torch_generator import GENERATOR
from services.synth.engines.words import words_at
from shared.contracts.errors import Validation
from shared.persian.letters import KASRA
from shared.persian.readings.spoken import ipa_of, spoken_words
from shared.vits.config import VoiceConfig
from shared.vits.tokens import Tokenizer

if TYPE_CHECKING:
    import torch

    from shared.vits.inference import InferenceOutput, Passes
    from shared.vits.model import Network

_MAX_NOISE = 2.0
# A GPU needs several sentences for full load, a CPU only one (docs/benchmarks.md, "Speech").
_BATCH_ON_GPU = 16


@dataclass(frozen=True, slots=True)
class CoquiEngine:
    name: str = "coqui"

    def load(self, folder: Path | None, device: str) -> CoquiVoice:
        """Raises `UnsafeCheckpoint`, `Validation` without a folder, `OutOfMemory`."""
        if folder is None:
            raise Validation("A Coqui voice needs its folder.")
        import torch

        from shared.vits.loading import load_voice

        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        # The initialisation of a network draws random numbers before its weights are loaded.
        with memory_errors("this voice"), GENERATOR, torch.random.fork_rng([]):
            module, config = load_voice(folder, torch.device(device))
        return CoquiVoice(module, config, torch.device(device))


class CoquiVoice:
    """Calls our own `infer`: Coqui's `tts()` returns a Python list with 10,000 zeros after each sentence."""

    def __init__(self, module: torch.nn.Module, config: VoiceConfig, device: torch.device) -> None:
        self._network = cast("Network", module)
        self._config = config
        self._tokenizer = Tokenizer(config.characters)
        # One value, replaced as a whole: a calibration sets it while other threads speak.
        self._in_use: tuple[Precision, Passes | None] = ("float32", None)
        self.sample_rate = config.audio.sample_rate
        self.speakers = config.speakers
        self._weights = self.memory_bytes = sum(p.numel() * p.element_size() for p in module.parameters())
        self.batch = _BATCH_ON_GPU if device.type == "cuda" else 1
        onnx: tuple[Precision, ...] = ("onnx",) if device.type == "cpu" and onnx_network.available() else ()
        self.precisions = precisions(device) + onnx

    def set_precision(self, precision: Precision) -> None:
        if precision == self._in_use[0]:
            return
        passes, size = onnx_network.make_passes(self._network) if precision == "onnx" else (None, 0)
        self._in_use = (precision, passes)
        self.memory_bytes = self._weights + size

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        from shared.vits.inference import InferenceInput, infer

        texts = [self._read(utterance) for utterance in utterances]
        inputs = [
            InferenceInput(
                self._ids(utterance.sentence, text),
                speed=clamp_speed(utterance.speed),
                noise=None if utterance.noise is None else min(_MAX_NOISE, max(0.0, utterance.noise)),
                seed=utterance.seed,
                speaker=self._speaker(utterance.speaker),
            )
            for utterance, (text, _) in zip(utterances, texts, strict=True)
        ]
        precision, passes = self._in_use
        with memory_errors("this sentence"):
            outputs = infer(self._network, inputs, "float32" if precision == "onnx" else precision, passes)
        return [
            Spoken(output.samples, self._words(utterance, text, counts, output) if utterance.words else ())
            for utterance, (text, counts), output in zip(utterances, texts, outputs, strict=True)
        ]

    def _read(self, utterance: SynthesisInput) -> tuple[str, list[int]]:
        """The text in the voice's symbols, and for each word of the sentence the number of words that it is read as."""
        frontend, sentence = utterance.frontend, utterance.sentence
        if self._config.text_input == "phonemes":
            words = frontend.read(sentence, utterance.reading or self._config.reading)
            return ipa_of(words), spoken_words(words)
        letters = frontend.normalize if self._tokenizer.knows(KASRA) else frontend.letters
        return letters(sentence), [1] * len(sentence.split())

    def _ids(self, sentence: str, text: str) -> list[int]:
        """The symbol ids. Raises `Validation` for a text without known symbols, for which Coqui would produce noise."""
        encoded = self._tokenizer.encode(text)
        if not encoded.known:
            excerpt = sentence.strip()[:60]
            raise Validation(
                f"The voice has no symbol for “{excerpt}”." if excerpt else "There is no text to speak.",
                hint="Write the text in Persian script.",
            ).about("input")
        return encoded.ids

    def _speaker(self, name: str | None) -> int:
        if name is None:
            return 0
        require_speaker(name, self.speakers)
        return self.speakers.index(name)

    def _words(
        self, utterance: SynthesisInput, text: str, counts: list[int], output: InferenceOutput
    ) -> tuple[WordAt, ...]:
        """Word times. A symbol's duration includes the blank before it; the last symbol's also the last blank."""
        hop = self._config.audio.hop_length / self.sample_rate
        frames = output.frames
        durations = [(frames[index] + frames[index + 1]) * hop for index in range(0, len(frames) - 1, 2)]
        durations[-1] += frames[-1] * hop
        symbols = "".join(symbol for symbol in text if self._tokenizer.knows(symbol))
        return words_at(utterance.sentence, counts, symbols, durations)
