"""VITS under our own loop: two optimizers, the discriminator's phase first, then the generator's.

Coqui's `Trainer` is left out on purpose: it calls `os._exit`, may delete the run's folder, and its resume skips a step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed

from services.trainer.child.optimizer_state import load_optimizers, save_optimizers
from services.trainer.child.task import TaskSpec
from services.trainer.recipes.vits.batches import batch_order, load_batches
from services.trainer.recipes.vits.dataset import Corpus, read_corpus
from services.trainer.recipes.vits.parameters import VitsParameters
from shared.contracts.errors import Diverged
from shared.vits.config import WEIGHTS, VoiceConfig, read_config, write_config
from shared.vits.model import (
    Batch,
    Network,
    build,
    discriminator_state,
    generator_state,
    load_weights,
    save_tensors,
)
from shared.vits.presets import preset

_DISCRIMINATOR = "discriminator.safetensors"
_DISCRIMINATOR_PHASE, _GENERATOR_PHASE = 0, 1
# The adversarial terms measure a moving opponent; only these say whether speech comes closer.
_JUDGED = ("loss_mel", "loss_kl", "loss_duration")
_REPORTED = ("loss", "loss_disc", "loss_gen", "loss_feat", *_JUDGED)


class _Phases(torch.nn.Module):
    """`accelerate` wraps a module's `forward`; calling `train_step` directly would go around it."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network
        self.criteria = torch.nn.ModuleList(cast("Network", network).get_criterion())

    def forward(self, batch: Batch, phase: int) -> Mapping[str, object]:
        _, losses = cast("Network", self.network).train_step(batch, self.criteria[phase], phase)
        return losses


def build_task(spec: TaskSpec) -> VitsTask:
    """Read the data, make the network, load what it goes on from. Raises `BadDataset`, `UnsafeCheckpoint`."""
    parameters = spec.parameters
    assert isinstance(parameters, VitsParameters)
    if spec.resume is not None:
        config = read_config(spec.resume)
    elif spec.base_model is not None:
        config = read_config(spec.base_model)
    else:
        config = preset(parameters.preset, text_input=parameters.text_input)
    corpus = read_corpus(
        spec.datasets,
        config,
        max_seconds=parameters.max_audio_seconds,
        validation_fraction=parameters.validation_fraction,
        seed=parameters.seed,
    )
    spec.log(str(corpus))
    task = VitsTask(config, parameters, corpus, spec.accelerator)
    if spec.resume is not None:
        task.load(spec.resume)
    elif spec.base_model is not None:
        load_weights(task.network, spec.base_model / WEIGHTS)
    return task


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two networks that play against each other."""

    optimizer: torch.optim.Optimizer
    parameters: list[torch.nn.Parameter]


class VitsTask:
    """A `Task`: see services/trainer/child/task.py."""

    def __init__(
        self, config: VoiceConfig, parameters: VitsParameters, corpus: Corpus, accelerator: Accelerator
    ) -> None:
        self._config, self._settings, self._corpus = config, parameters, corpus
        self._accelerator = accelerator
        self.network = build(config, seed=parameters.seed, discriminator=True)
        phases = _Phases(self.network)
        named = dict(self.network.named_parameters())
        sides = (
            [p for name, p in named.items() if name.startswith("disc.")],
            [p for name, p in named.items() if not name.startswith("disc.")],
        )
        optimizers = [
            # Coqui's and the paper's values.
            torch.optim.AdamW(side, lr=parameters.learning_rate, betas=(0.8, 0.99), eps=1e-9, weight_decay=0.01)
            for side in sides
        ]
        self._phases, *prepared = accelerator.prepare(phases, *optimizers)
        self._sides = [_Side(optimizer, side) for optimizer, side in zip(prepared, sides, strict=True)]
        self.steps_per_epoch = math.ceil(len(corpus.train) / parameters.batch_size)
        self.parameter_count = sum(p.numel() for p in named.values())

    def batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        order = batch_order(self._corpus.train, self._settings.batch_size, seed=self._settings.seed, epoch=epoch)
        return load_batches(
            self._corpus.train,
            order[skip:],
            sample_rate=self._config.audio.sample_rate,
            device=self._accelerator.device,
            workers=self._settings.loader_workers,
        )

    def size_of(self, batch: Batch) -> int:
        return len(cast("torch.Tensor", batch["tokens"]))

    def learning_rate(self, step: int) -> float:
        """Rises over the warm-up, then falls by Coqui's 0.999875 an epoch. A function of the step alone."""
        rate = self._settings.learning_rate * 0.999875 ** (step // self.steps_per_epoch)
        return float(rate * min(1.0, step / self._settings.warmup_steps) if self._settings.warmup_steps else rate)

    def train_step(self, batch: Batch, learning_rate: float) -> dict[str, float]:
        self._phases.train()
        batch = self._prepare(batch)
        values: dict[str, float] = {}
        for phase, side in enumerate(self._sides):
            # Both: the generator's backward pass fills the discriminator's gradients as well.
            for each in self._sides:
                each.optimizer.zero_grad(set_to_none=True)
            for group in side.optimizer.param_groups:
                group["lr"] = learning_rate
            losses = self._phases(batch, phase)
            values |= _numbers(losses)
            if not math.isfinite(values["loss"]):
                raise Diverged(
                    f"The loss became {values['loss']}.",
                    hint="Lower learning_rate (a fifth is a good try) and resume from the last checkpoint.",
                )
            self._accelerator.backward(losses["loss"])
            norm = self._accelerator.clip_grad_norm_(side.parameters, self._settings.gradient_clip)
            values["grad_norm"] = float(norm) if norm is not None else 0.0
            side.optimizer.step()
        return values

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """Mean over the held-back utterances; `val_loss` is what the best checkpoint is chosen by."""
        self._phases.eval()
        set_seed(self._settings.seed)  # the random segments are the same each time, so that losses compare
        sums: dict[str, float] = {}
        examples = self._corpus.validation
        order = batch_order(examples, self._settings.batch_size, seed=0, epoch=0)
        rate, device = self._config.audio.sample_rate, self._accelerator.device
        for batch in load_batches(examples, order, sample_rate=rate, device=device, workers=0):
            prepared = self._prepare(batch)
            self._phases(prepared, _DISCRIMINATOR_PHASE)  # makes the speech that the second phase judges
            for name, value in _numbers(self._phases(prepared, _GENERATOR_PHASE)).items():
                sums[name] = sums.get(name, 0.0) + value * self.size_of(batch) / len(examples)
        values = {f"val_{name}": sums[name] for name in _JUDGED}
        return {"val_loss": sum(values.values()), **values}

    def save(self, folder: Path) -> None:
        """The folder is a voice that can speak, and `state/` beside it what a resumed run needs."""
        save_tensors(generator_state(self.network), folder / WEIGHTS)
        write_config(folder, self._config)
        state = folder / "state"
        state.mkdir()
        save_tensors(discriminator_state(self.network), state / _DISCRIMINATOR)
        save_optimizers([side.optimizer for side in self._sides], state)

    def load(self, folder: Path) -> None:
        load_weights(self.network, folder / WEIGHTS, folder / "state" / _DISCRIMINATOR)
        load_optimizers([side.optimizer for side in self._sides], folder / "state")

    def _prepare(self, batch: Batch) -> Batch:
        network = cast("Network", self.network)
        return network.format_batch_on_device(network.format_batch(batch))


def _numbers(losses: Mapping[str, object]) -> dict[str, float]:
    return {name: float(cast("torch.Tensor", losses[name]).detach()) for name in _REPORTED if name in losses}
