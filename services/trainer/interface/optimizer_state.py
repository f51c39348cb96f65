"""Saves and loads optimizers as safetensors: no state of a run is pickled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from shared.contracts.errors import UnsafeCheckpoint

_FILE = "optimizers.safetensors"


def save_optimizers(optimizers: Sequence[torch.optim.Optimizer], folder: Path) -> None:
    """Save the tensors as `<optimizer>.<parameter>.<name>`. Hyper-parameters come from the run's configuration."""
    tensors = {
        f"{number}.{parameter}.{name}": value.detach().cpu().contiguous()
        for number, optimizer in enumerate(optimizers)
        for parameter, values in optimizer.state_dict()["state"].items()
        for name, value in values.items()
    }
    save_file(tensors, folder / _FILE)


def load_optimizers(optimizers: Sequence[torch.optim.Optimizer], folder: Path) -> None:
    """Load saved tensors into the optimizers. Raises `UnsafeCheckpoint` for a state that does not fit them."""
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
