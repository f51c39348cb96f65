"""Loads a voice, after a comparison of its configuration with its file of weights.

A network is built only when the file holds a tensor of the same shape for each of its weights: the memory of a voice is
then bounded by the size of its file, and no weight keeps its random initial value.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch.nn.utils import parametrize

from shared.contracts.errors import UnsafeCheckpoint
from shared.files.tensors import read_tensors
from shared.vits.config import WEIGHTS, VoiceConfig, read_config
from shared.vits.model import build, generator_state, load_weights
from shared.vits.shapes import ShapesOnly, compare, size_of

MAX_MODEL_BYTES = 1 << 30
"""Seven times Coqui's own size."""


def load_voice(folder: Path, device: torch.device) -> tuple[torch.nn.Module, VoiceConfig]:
    """The generator of a voice folder, ready for inference. Raises `UnsafeCheckpoint`."""
    config = read_config(folder)
    require_fit(config, folder / WEIGHTS)
    module = build(config, seed=0)
    load_weights(module, folder / WEIGHTS)
    # Weight normalisation is for training only; it would cost a pass over all weights before every sentence.
    for part in module.modules():
        if parametrize.is_parametrized(part, "weight"):
            parametrize.remove_parametrizations(part, "weight")
    return module.to(device).eval(), config


def require_fit(
    config: VoiceConfig, weights: Path, optional: Callable[[str], bool] = lambda _name: False
) -> dict[str, tuple[int, ...]]:
    """Compare a voice's configuration with its file of weights, before either takes memory. Returns the stored shapes.

    `optional`: whether the file may lack a weight, by its name. Raises `UnsafeCheckpoint`.
    """
    return compare(
        {name: tuple(tensor.shape) for name, tensor in expected_tensors(config).items()},
        {name: tensor.shape for name, tensor in read_tensors(weights).items()},
        optional,
    )


def expected_tensors(config: VoiceConfig) -> dict[str, torch.Tensor]:
    """The generator's tensors without content. Raises `UnsafeCheckpoint` for a model that is too large."""
    with ShapesOnly():
        expected = generator_state(build(config, seed=0))
    size = size_of(expected)
    if size > MAX_MODEL_BYTES:
        raise UnsafeCheckpoint(f"The config is of a model with {size:,} bytes of weights; it was not read.")
    return expected
