"""Writes speech samples of a checkpoint: always the same three sentences, so that checkpoints can be compared."""

from __future__ import annotations

from pathlib import Path

import soundfile
import torch

from shared.persian.frontend import Frontend
from shared.vits.config import VoiceConfig
from shared.vits.inference import InferenceInput, infer
from shared.vits.model import Network
from shared.vits.tokens import Tokenizer

# A greeting, a question with sounds specific to Persian, and a sentence with a number.
_SENTENCES = ("سلام، صبح شما بخیر.", "چرا ژاله گچ و قلم را پشت پنجره گذاشت؟", "این صدا تا ۱۴۰۵ کیلومتر راه آمده است.")
_SEED = 1


def write_samples(network: Network, config: VoiceConfig, frontend: Frontend, folder: Path) -> None:
    """Write `1.wav` … to `folder`, 16 bit, by different speakers if there are several.

    A sentence without symbols of the voice is left out. Raises `OSError`.
    """
    tokenizer = Tokenizer(config.characters)
    module = network.eval() if isinstance(network, torch.nn.Module) else network
    for number, sentence in enumerate(_SENTENCES, 1):
        phonemes = config.text_input == "phonemes"
        text = frontend.phonemes(sentence) if phonemes else frontend.letters(sentence)
        encoded = tokenizer.encode(text)
        if not encoded.known:
            continue
        speaker = number % len(config.speakers) if config.speakers else 0
        (output,) = infer(module, [InferenceInput(encoded.ids, seed=_SEED, speaker=speaker)])
        soundfile.write(folder / f"{number}.wav", output.samples, config.audio.sample_rate, subtype="PCM_16")
