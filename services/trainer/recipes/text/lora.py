"""Low-rank adapters (Hu et al., 2021) with peft, on every linear layer of the body, not on the head.

The model stays a plain transformers model with adapters inside, so that the loop and the saving are the same for both.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from shared.contracts.errors import UnsafeCheckpoint

_FILE = "adapter.safetensors"
_NAME = "default"  # of the adapter, as peft's own
_INNER, _ADAPTERS = ".base_layer.", ".lora_"


def add_adapters(model: Any, *, rank: int, alpha: int, fresh: Collection[str]) -> None:
    """Add adapters and freeze all other parameters except `fresh`, the randomly initialised ones (a new head)."""
    body, head = model.base_model, model.get_output_embeddings()
    inside = {id(module) for module in body.modules()}
    targets = [
        name
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear)
        and id(module) in inside
        and module is not head
        and f"{name}.weight" not in fresh
    ]
    inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets), model, adapter_name=_NAME)
    for name, parameter in model.named_parameters():
        if name in fresh:
            parameter.requires_grad_(True)


def has_adapters(model: Any) -> bool:
    """Whether the model has adapters."""
    return any(isinstance(module, LoraLayer) for module in model.modules())


def save_adapters(model: Any, folder: Path) -> None:
    """Save all trainable parameters. Raises `OSError`."""
    save_file({name: p.detach().cpu().contiguous() for name, p in _trainable(model).items()}, folder / _FILE)


def load_adapters(model: Any, folder: Path) -> None:
    """Load saved adapters. Raises `UnsafeCheckpoint` for those of another rank or model."""
    try:
        stored = load_file(folder / _FILE)
        trainable = _trainable(model)
        if stored.keys() != trainable.keys():
            raise UnsafeCheckpoint("The checkpoint's adapters are those of another model.")
        with torch.no_grad():
            for name, parameter in trainable.items():
                if stored[name].shape != parameter.shape:
                    raise UnsafeCheckpoint(f"The checkpoint's adapter {name} has another rank.")
                parameter.copy_(stored[name])
    except (OSError, SafetensorError) as error:
        raise UnsafeCheckpoint(f"The checkpoint's adapters cannot be used: {str(error)[:200]}") from error


@torch.no_grad()
def merged_state(model: Any) -> dict[str, torch.Tensor]:
    """The state of the equivalent model without adapters: W + BA · alpha / rank."""
    state = {name.replace(_INNER, "."): tensor for name, tensor in model.state_dict().items() if _ADAPTERS not in name}
    for name, module in model.named_modules():
        if isinstance(module, LoraLayer):
            weight = f"{name}.weight"
            state[weight] = state[weight] + cast("Any", module).get_delta_weight(_NAME)
    return state


def _trainable(model: Any) -> dict[str, torch.nn.Parameter]:
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
