"""An exponential moving average of the generator's weights: the voice of a checkpoint.

The weights of an adversarial network circle around a good solution; their average is closer to it (Yazıcı 2019,
arXiv:1806.04498).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.model import save_tensors

_FILE = "generator.safetensors"


class WeightAverage:
    """`decay` 0 keeps no average: the weights themselves are used."""

    def __init__(self, weights: Mapping[str, torch.nn.Parameter], decay: float) -> None:
        self._weights = dict(weights)
        self._decay = decay
        self._averages = self._copies() if decay else {}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Add the weights of a step (from 1). The first steps count less, or the random start would stay for long."""
        if self._averages:
            decay = min(self._decay, (1 + step) / (10 + step))
            current = [weight.detach() for weight in self._weights.values()]
            torch._foreach_lerp_(list(self._averages.values()), current, 1 - decay)

    def restart(self) -> None:
        """Begin with the current weights, for example those of a base voice."""
        self._averages = self._copies() if self._decay else {}

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The network has the averaged weights within this context."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def save(self, folder: Path) -> None:
        """Save the weights that a resumed run trains on. Call it outside of `applied`."""
        if self._averages:
            save_tensors(self._weights, folder / _FILE)

    def load(self, folder: Path) -> None:
        """After the averages were loaded into the network: keep them, and load the weights to train on.

        A checkpoint without averages has only the latter. Raises `UnsafeCheckpoint`.
        """
        self.restart()
        path = folder / _FILE
        if not path.exists():
            return
        try:
            tensors = load_file(path)
            with torch.no_grad():
                for name, weight in self._weights.items():
                    weight.copy_(tensors[name])
        except (OSError, SafetensorError, KeyError, RuntimeError) as error:
            raise UnsafeCheckpoint(f"{_FILE} does not fit the voice: {str(error)[:200]}") from error

    def _copies(self) -> dict[str, torch.Tensor]:
        return {name: weight.detach().clone() for name, weight in self._weights.items()}

    @torch.no_grad()
    def _swap(self) -> None:
        for name, average in self._averages.items():
            weight = self._weights[name].detach()
            current = weight.clone()
            weight.copy_(average)
            average.copy_(current)
