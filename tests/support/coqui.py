"""Checkpoints as Coqui's trainer leaves them: a `.pth` with everything in it, a config full of its author's paths."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from pydantic import JsonValue

from shared.contracts.readings import OLDEST
from shared.vits.config import VoiceConfig
from shared.vits.model import build
from shared.vits.presets import preset

VITS_CHARACTERS = "TTS.tts.models.vits.VitsCharacters"
GRAPHEMES = "TTS.tts.utils.text.characters.Graphemes"
IPA_PHONEMES = "TTS.tts.utils.text.characters.IPAPhonemes"
Json = dict[str, JsonValue]


def tiny_config() -> VoiceConfig:
    return preset("tiny", text_input="graphemes").model_copy(update={"reading": OLDEST})


def coqui_config(config: VoiceConfig, **changes: JsonValue) -> Json:
    """What Coqui's trainer writes beside a checkpoint of `config`, on the machine of somebody else."""
    return {
        "output_path": "/kaggle/working/train_output",
        "logger_uri": "https://example.org/track",
        "run_name": "vits_fa_male",
        "run_description": "",
        "model": "vits",
        "epochs": 1000,
        "batch_size": 16,
        "lr_gen": 0.0002,
        "audio": {**config.audio.model_dump(mode="json"), "preemphasis": 0.0, "stats_path": "/root/stats.npy"},
        "model_args": {
            **config.model_args.model_dump(mode="json"),
            "num_chars": 100,
            "out_channels": 513,
            "kernel_size_flow": 5,
            "use_speaker_embedding": False,
            "num_speakers": 0,
            "speakers_file": None,
            "d_vector_file": None,
            "speaker_encoder_model_path": "https://example.org/encoder.pth",
            "speaker_encoder_config_path": "/root/encoder.json",
            "max_inference_len": None,
        },
        "use_phonemes": config.text_input == "phonemes",
        "phonemizer": "espeak",
        "phoneme_language": "fa",
        "phoneme_cache_path": "/kaggle/working/phoneme_cache",
        "text_cleaner": "basic_cleaners",
        "enable_eos_bos_chars": False,
        "add_blank": True,
        "characters": {
            "characters_class": VITS_CHARACTERS,
            "vocab_dict": None,
            "pad": config.characters.pad,
            "eos": None,
            "bos": None,
            "blank": "<BLNK>",
            "characters": config.characters.characters,
            "punctuations": config.characters.punctuations,
            "phonemes": None,
            "is_unique": False,
            "is_sorted": True,
        },
        "datasets": [{"formatter": "ljspeech", "path": "/kaggle/input/dataset", "meta_file_train": "/etc/passwd"}],
        "speakers_file": None,
        "use_speaker_embedding": False,
        "test_sentences": [["سلام دنیا"]],
        **changes,
    }


def coqui_network(config: VoiceConfig, *, seed: int = 7) -> torch.nn.Module:
    """A voice that nobody trained but whose every tensor is its own: with the discriminator, as Coqui has it."""
    network = build(config, seed=seed, discriminator=True)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    return network


def checkpoint_content(network: torch.nn.Module, config: Json) -> dict[str, object]:
    optimizer = torch.optim.AdamW(list(network.parameters())[:2])
    return {
        "config": config,
        "model": network.state_dict(),
        "optimizer": [optimizer.state_dict(), optimizer.state_dict()],
        "scaler": None,
        "step": 91000,
        "epoch": 33,
        "date": "March 21, 2023",
        "model_loss": {"train_loss": 22.5, "eval_loss": None},
    }


def write_repository(folder: Path, *, seed: int = 7) -> torch.nn.Module:
    """A repository with one tiny voice; its network."""
    folder.mkdir(parents=True, exist_ok=True)
    config = tiny_config()
    network = coqui_network(config, seed=seed)
    papers = coqui_config(config)
    (folder / "config.json").write_text(json.dumps(papers), encoding="utf-8")
    torch.save(checkpoint_content(network, papers), folder / "best_model_91000.pth")
    return network
