"""How a checkpoint sounds: the same three sentences each time, so that one hears what has changed."""

from __future__ import annotations

from pathlib import Path

import soundfile
import torch

from shared.persian import Frontend
from shared.vits.config import VoiceConfig
from shared.vits.inference import InferenceInput, infer
from shared.vits.model import Network
from shared.vits.tokens import Tokenizer

# A greeting, a question with sounds that Persian has and its neighbours lack, and a sentence with a number.
_SENTENCES = ("سلام، صبح شما بخیر.", "چرا ژاله گچ و قلم را پشت پنجره گذاشت؟", "این صدا تا ۱۴۰۵ کیلومتر راه آمده است.")
_SEED = 1


def write_samples(network: Network, config: VoiceConfig, frontend: Frontend, folder: Path) -> None:
    """`1.wav` … in `folder`, 16 bit, by different speakers where there are several.

    A sentence of which the voice knows no symbol is left out. Raises `OSError`.
    """
    tokenizer = Tokenizer(config.characters)
    module = network.eval() if isinstance(network, torch.nn.Module) else network
    for number, sentence in enumerate(_SENTENCES, 1):
        phonemes = config.text_input == "phonemes"
        text = frontend.phonemes(sentence) if phonemes else frontend.normalize(sentence)
        encoded = tokenizer.encode(text)
        if not encoded.known:
            continue
        speaker = number % len(config.speakers) if config.speakers else 0
        (said,) = infer(module, [InferenceInput(encoded.ids, seed=_SEED, speaker=speaker)])
        soundfile.write(folder / f"{number}.wav", said.samples, config.audio.sample_rate, subtype="PCM_16")
