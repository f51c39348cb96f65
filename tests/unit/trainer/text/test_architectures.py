"""Every architecture that a recipe lists learns, whole and with adapters, and saves a model that loads."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from transformers import AutoModelForMaskedLM, AutoModelForSeq2SeqLM

from services.trainer.recipes.text import ENCODER_DECODERS, ENCODERS
from services.trainer.recipes.text.microbatches import MicroBatch
from tests.support.text_trials import Trials, run, save

_HIDDEN: dict[str, Any] = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
    "max_position_embeddings": 64, "pad_token_id": 0,
}  # fmt: skip
_T5: dict[str, Any] = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 1, "num_heads": 2}
SIZES: dict[str, dict[str, Any]] = {
    "bert": _HIDDEN,
    "roberta": _HIDDEN,
    "xlm-roberta": _HIDDEN,
    "albert": {**_HIDDEN, "embedding_size": 16},
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64, "max_position_embeddings": 64},
    "t5": _T5,
    "mt5": _T5,
    "mbart": {
        "d_model": 32, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
        "decoder_attention_heads": 2, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "max_position_embeddings": 64,
        "pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 1, "forced_eos_token_id": 1,
    },
}  # fmt: skip


def write(trials: Trials, folder: Path, architecture: str) -> Path:
    """The tokenizer of the recipes' usual base under another model."""
    encoder = architecture in ENCODERS
    shutil.copytree(trials.bases["masked_lm" if encoder else "seq2seq"], folder)
    words = transformers.AutoConfig.from_pretrained(folder).vocab_size
    kind: Any = transformers.CONFIG_MAPPING[architecture]
    config = kind(vocab_size=words, **SIZES[architecture])
    if architecture in {"t5", "mt5"}:
        config.decoder_start_token_id = 0
    torch.manual_seed(0)
    auto: Any = AutoModelForMaskedLM if encoder else AutoModelForSeq2SeqLM
    auto.from_config(config).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("lora_rank", [0, 4])
@pytest.mark.parametrize("architecture", [*ENCODERS, *ENCODER_DECODERS])
def test_it_learns_and_what_is_saved_computes_the_same(
    trials: Trials, tmp_path: Path, architecture: str, lora_rank: int
) -> None:
    base = write(trials, tmp_path / "base", architecture)
    for recipe in ("masked_lm", "classification") if architecture in ENCODERS else ("seq2seq",):
        task = trials.task(recipe, base=base, lora_rank=lora_rank, learning_rate=1e-2)
        run(task, 3)
        assert task.evaluate()["val_loss"] > 0
        loaded = type(task.model).from_pretrained(save(task, tmp_path / recipe)).eval()
        part = next(iter(task.batches(0, 0)))["parts"][0]  # type: ignore[index]
        assert isinstance(part, MicroBatch)
        with torch.no_grad():
            ours, theirs = task.model.eval()(**part.inputs).logits, loaded(**part.inputs).logits
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
        again = trials.task(recipe, base=base, lora_rank=lora_rank, learning_rate=1e-2, resume=tmp_path / recipe)
        assert again.evaluate() == task.evaluate()
