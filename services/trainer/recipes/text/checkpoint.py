"""Writes the files of a text model's checkpoint; shared/pretrained.py loads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.trainer.recipes.text import lora


def save_model(model: Any, tokenizer: Any, folder: Path) -> None:
    """Save a complete model with its tokenizer; adapters are merged into a copy of the weights. Raises `OSError`."""
    state = lora.merged_state(model) if lora.has_adapters(model) else None
    model.save_pretrained(folder, state_dict=state, max_shard_size="1000GB")
    tokenizer.save_pretrained(folder)
