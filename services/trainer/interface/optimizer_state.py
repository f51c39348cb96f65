"""Optimizers to safetensors and back. Nothing of a run is pickled, its resume state included."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from shared.contracts.errors import UnsafeCheckpoint

_FILE = "optimizers.safetensors"


def save_optimizers(optimizers: Sequence[torch.optim.Optimizer], folder: Path) -> None:
    """Every tensor under `<optimizer>.<parameter>.<name>`; hyper-parameters come from the run's own configuration."""
    tensors = {
        f"{number}.{parameter}.{name}": value.detach().cpu().contiguous()
        for number, optimizer in enumerate(optimizers)
        for parameter, values in optimizer.state_dict()["state"].items()
        for name, value in values.items()
    }
    save_file(tensors, folder / _FILE)


def load_optimizers(optimizers: Sequence[torch.optim.Optimizer], folder: Path) -> None:
    """Raises `UnsafeCheckpoint` for a state that does not fit the optimizers."""
    try:
        tensors = load_file(folder / _FILE)
        states: list[dict[int, dict[str, torch.Tensor]]] = [{} for _ in optimizers]
        for key, value in tensors.items():
            number, parameter, name = key.split(".")
            states[int(number)].setdefault(int(parameter), {})[name] = value
        for optimizer, state in zip(optimizers, states, strict=True):
            optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    except (OSError, SafetensorError, ValueError, IndexError) as error:
        raise UnsafeCheckpoint(f"The optimizers' state cannot be used: {str(error)[:200]}") from error
