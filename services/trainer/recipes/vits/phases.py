"""The phases of a step as a module, because `accelerate` wraps only `forward`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch

from shared.vits.model import Batch, Network

DISCRIMINATOR_PHASE, GENERATOR_PHASE, RECONSTRUCTION_PHASE = 0, 1, 2
"""The first two are Coqui's; the last is the generator's without discriminators."""


class Phases(torch.nn.Module):
    """Runs Coqui's `train_step`. The reconstruction phase has the losses of spectrogram, prior and durations."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network
        self.criteria = torch.nn.ModuleList(cast("Network", network).get_criterion())
        self._silence = _Silence()

    def forward(self, batch: Batch, phase: int) -> Mapping[str, object]:
        network = cast("Network", self.network)
        if phase != RECONSTRUCTION_PHASE:
            return self._step(batch, phase)
        discriminators, network.disc = network.disc, self._silence
        try:
            self._step(batch, DISCRIMINATOR_PHASE)  # generates the speech for the second phase
            return self._step(batch, GENERATOR_PHASE)
        finally:
            network.disc = discriminators

    def _step(self, batch: Batch, phase: int) -> Mapping[str, object]:
        _, losses = cast("Network", self.network).train_step(batch, self.criteria[phase], phase)
        return losses


class _Silence(torch.nn.Module):
    """No discriminators."""

    def forward(self, _x: torch.Tensor, _y: torch.Tensor) -> tuple[list[torch.Tensor], ...]:
        return [], [], [], []
