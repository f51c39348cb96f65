"""One voice of real size with random weights, as Sokhan, Coqui and Piper each want it: what it says is noise, and takes
as long as speech does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import torch

from shared.vits.model import build
from shared.vits.presets import PresetName, preset
from shared.vits.tokens import Tokenizer
from tests.support.voices import write_voice

SEED = 1


def write_ours(folder: Path, size: PresetName) -> Path:
    """Reads letters, so that Coqui, which has no Persian phonemes, says the very same symbols."""
    return write_voice(folder, preset(size, text_input="graphemes"), seed=SEED)


def write_coquis(folder: Path, size: PresetName) -> tuple[Path, Path]:
    """The same network: checkpoint and configuration."""
    folder.mkdir(parents=True)
    network = cast("Any", build(preset(size, text_input="graphemes"), seed=SEED))
    torch.save({"model": network.state_dict()}, folder / "model.pth")
    network.config.save_json(folder / "config.json")
    return folder / "model.pth", folder / "config.json"


def write_pipers(folder: Path, size: PresetName) -> Path:
    """Exported by Coqui's own `export_onnx`, with a configuration in Piper's format that reads phonemes."""
    folder.mkdir(parents=True)
    config = preset(size)
    cast("Any", build(config, seed=SEED)).export_onnx(str(folder / "voice.onnx"), verbose=False)
    symbols = config.characters.punctuations + config.characters.characters
    ids = {symbol: [number] for number, symbol in enumerate(symbols, start=1)}
    blank = [Tokenizer(config.characters).blank_id]
    told = {
        "audio": {"sample_rate": config.audio.sample_rate, "quality": "medium"},
        "espeak": {"voice": "fa"},
        "phoneme_type": "espeak",
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "num_symbols": len(ids) + 2,
        "num_speakers": 1,
        "speaker_id_map": {},
        "phoneme_map": {},
        "phoneme_id_map": ids | {"_": blank, "^": blank, "$": blank},
    }
    (folder / "voice.onnx.json").write_text(json.dumps(told), encoding="utf-8")
    return folder / "voice.onnx"
