"""What `bench/training.py` trains on: sixty short utterances as espeak-ng says them, and texts of thirty words."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from cli.demo.dataset import sentences
from shared.persian.espeak import SAMPLE_RATE, espeak
from shared.persian.frontend import Frontend
from shared.persian.readings.espeak_input import espeak_input
from tests.support.text_models import WORDS, write_bert, write_mt5

_TEXTS = 512
# A real vocabulary's output layer is a good part of the work; the tokenizers of the tests know fifty words.
_VOCABULARY = 30_000


def write_speech(folder: Path) -> Path:
    """LJSpeech's layout: both halves of the demo's sentences, some two seconds each."""
    words = [sentence.split() for sentence in sentences()]
    texts = [" ".join(each[: len(each) // 2 + 1]) for each in words]
    texts += [" ".join(each[len(each) // 2 :]) for each in words[:20]]
    (folder / "wavs").mkdir(parents=True)
    for number, text in enumerate(texts):
        samples = np.frombuffer(espeak().speak(espeak_input(Frontend().read(text))), dtype=np.int16)
        soundfile.write(folder / "wavs" / f"u{number:03}.wav", samples, SAMPLE_RATE, subtype="PCM_16")
    lines = [f"u{number:03}|{text}\n" for number, text in enumerate(texts)]
    (folder / "metadata.csv").write_text("".join(lines), encoding="utf-8")
    return folder


def write_texts(folder: Path) -> Path:
    rng = random.Random(1)
    folder.mkdir(parents=True)
    lines = [_text(rng, 20, 56) for _ in range(_TEXTS)]
    (folder / "train.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def write_pairs(folder: Path) -> Path:
    rng = random.Random(2)
    folder.mkdir(parents=True)
    rows = [{"source": _text(rng, 20, 56), "target": _text(rng, 8, 20)} for _ in range(_TEXTS)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "train.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def write_masked_lm(folder: Path) -> Path:
    """A BERT of four layers of 128."""
    from transformers import BertConfig, BertForMaskedLM

    return _widen(write_bert(folder, hidden=128, layers=4), BertConfig, BertForMaskedLM)


def write_seq2seq(folder: Path) -> Path:
    """An mT5 of two layers of 128 on each side."""
    from transformers import MT5Config, MT5ForConditionalGeneration

    return _widen(write_mt5(folder, hidden=128, layers=2), MT5Config, MT5ForConditionalGeneration)


def _widen(folder: Path, config_of: Any, model_of: Any) -> Path:
    config = config_of.from_pretrained(folder)
    config.vocab_size = _VOCABULARY
    model_of(config).save_pretrained(folder)
    return folder


def _text(rng: random.Random, least: int, most: int) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))
