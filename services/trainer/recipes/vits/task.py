"""The VITS task: two optimizers, the discriminator's phase first, then the generator's.

Coqui's `Trainer` is not used: it calls `os._exit`, may delete the run's folder, and its resume skips a step.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed

from services.trainer.interface.optimizer_state import load_optimizers, save_optimizers
from services.trainer.interface.schedule import learning_rate
from services.trainer.interface.sharding import BatchSharding
from services.trainer.recipes.vits.average import WeightAverage
from services.trainer.recipes.vits.batches import batch_order, load_batches
from services.trainer.recipes.vits.dataset import SpeechCorpus
from services.trainer.recipes.vits.finetuning import freeze, load_base, rate_groups
from services.trainer.recipes.vits.parameters import VitsParameters
from services.trainer.recipes.vits.phases import DISCRIMINATOR_PHASE, GENERATOR_PHASE, RECONSTRUCTION_PHASE, Phases
from services.trainer.recipes.vits.quality import QualityMeter
from services.trainer.recipes.vits.samples import write_samples
from services.trainer.recipes.vits.tempo import measure_length_scale
from shared.contracts.errors import Diverged
from shared.persian.frontend import Frontend
from shared.products.checkpoint import SAMPLES
from shared.vits.config import WEIGHTS, VoiceConfig, with_length_scale, write_config
from shared.vits.model import (
    Batch,
    Network,
    build,
    discriminator_state,
    generator_state,
    load_weights,
    save_tensors,
)

_DISCRIMINATOR = "discriminator.safetensors"
# The adversarial terms depend on the changing discriminator; only these measure the distance to real speech.
_VALIDATED = ("loss_mel", "loss_kl", "loss_duration")
_PITCH = "loss_pitch"  # of a decoder that predicts it
_REPORTED = ("loss", "loss_disc", "loss_gen", "loss_feat", *_VALIDATED, _PITCH)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two adversarial networks, with its optimizer."""

    optimizer: torch.optim.Optimizer
    parameters: list[torch.nn.Parameter]


class VitsTask:
    """A `Task`: see services/trainer/interface/task.py."""

    def __init__(
        self,
        config: VoiceConfig,
        parameters: VitsParameters,
        corpus: SpeechCorpus,
        accelerator: Accelerator,
        frontend: Frontend,
        quality: QualityMeter,
    ) -> None:
        self._config, self._settings, self._corpus = config, parameters, corpus
        self._accelerator, self._frontend, self._quality = accelerator, frontend, quality
        self.network = build(config, seed=parameters.seed, discriminator=True)
        phases = Phases(self.network)
        named = dict(self.network.named_parameters())
        generator = {name: p for name, p in named.items() if not name.startswith("disc.")}
        freeze(generator, parameters)
        sides: list[list[dict[str, Any]]] = [
            [{"params": [p for name, p in named.items() if name.startswith("disc.")], "scale": 1.0}],
            rate_groups(generator, parameters.base_rate),
        ]
        optimizers = [
            # Coqui's and the paper's values.
            torch.optim.AdamW(
                side, lr=parameters.learning_rate, betas=(0.8, 0.99), eps=1e-9, weight_decay=0.01, fused=True
            )
            for side in sides
        ]
        self._phases, *prepared = accelerator.prepare(phases, *optimizers)
        self._sides = [
            _Side(optimizer, [p for group in side for p in group["params"]])
            for optimizer, side in zip(prepared, sides, strict=True)
        ]
        self._shares = BatchSharding(
            parameters.gradient_accumulation, accelerator.num_processes, accelerator.process_index
        )
        self.steps_per_epoch = self._shares.steps(math.ceil(len(corpus.train) / parameters.batch_size))
        self._validated = (*_VALIDATED, _PITCH) if config.model_args.decoder == "harmonic" else _VALIDATED
        self.parameter_count = sum(p.numel() for p in named.values())
        self._average = WeightAverage(generator, parameters.average_decay)

    def batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        order = batch_order(self._corpus.train, self._settings.batch_size, seed=self._settings.seed, epoch=epoch)
        steps = self._shares.mine(order, skip)
        loaded = load_batches(
            self._corpus.train,
            [batch for step in steps for batch in step],
            sample_rate=self._config.audio.sample_rate,
            device=self._accelerator.device,
            workers=self._settings.loader_workers,
        )
        for number, step in enumerate(steps, epoch * self.steps_per_epoch + skip + 1):
            yield {"step": number, "parts": list(itertools.islice(loaded, len(step)))}

    def size_of(self, batch: Batch) -> int:
        return sum(_utterances(part) for part in _parts(batch))

    def learning_rate(self, step: int) -> float:
        """The rate of a step: rises over the warm-up, then decays as `schedule` says."""
        peak, warmup = self._settings.learning_rate, self._settings.warmup_steps
        if self._settings.schedule == "exponential":  # Coqui's
            return float(peak * 0.999875 ** (step // self.steps_per_epoch) * min(1.0, step / warmup if warmup else 1.0))
        limits = (self._settings.max_steps, self._settings.epochs * self.steps_per_epoch)
        total = min(limit for limit in limits if limit)
        return learning_rate(step, peak=peak, warmup=warmup, total=total, schedule=self._settings.schedule)

    def train_step(self, batch: Batch, learning_rate: float) -> dict[str, float]:
        """One step of both networks, before `adversarial_from` of the generator. Returns the losses and `grad_norm`.

        With one part the generator trains against the discriminator just updated, as in the paper; with several parts,
        of which only one is in memory, against that of the previous step.
        """
        self._phases.train()
        step = cast("int", batch["step"])
        phases = self._phases_of(step)
        for side in self._sides:
            side.optimizer.zero_grad(set_to_none=True)
            for group in side.optimizer.param_groups:
                group["lr"] = learning_rate * group["scale"]
        parts = _parts(batch)
        sums: dict[str, float] = {}
        norm = 0.0
        for number, part in enumerate(parts):
            prepared, last = self._prepare(part), number == len(parts) - 1
            for phase, side in phases:
                with nullcontext() if last else self._accelerator.no_sync(self._phases):
                    self._accumulate(prepared, phase, len(parts), sums)
                if len(parts) == 1:
                    norm = self._update(side)
        if len(parts) > 1:
            norm = [self._update(side) for _, side in phases][-1]
        self._average.update(step)
        return {**self._mean(sums, len(parts)), "grad_norm": norm}

    def _phases_of(self, step: int) -> list[tuple[int, _Side]]:
        """The phases of a step and the networks that they train, the generator's last."""
        discriminator, generator = self._sides
        if step < self._settings.adversarial_from:
            return [(RECONSTRUCTION_PHASE, generator)]
        return [(DISCRIMINATOR_PHASE, discriminator), (GENERATOR_PHASE, generator)]

    def _accumulate(self, part: Batch, phase: int, parts: int, sums: dict[str, float]) -> None:
        """Add one network's gradients of one part, and its losses to `sums`."""
        # The generator's phase does not need the discriminator's gradients.
        for parameter in self._sides[DISCRIMINATOR_PHASE].parameters:
            parameter.requires_grad_(phase == DISCRIMINATOR_PHASE)
        losses = self._phases(part, phase)
        values = _floats(losses)
        if not math.isfinite(self._mean({"loss": values["loss"]}, 1)["loss"]):
            raise Diverged(
                f"The loss became {values['loss']}.",
                hint="Lower learning_rate (a fifth is a good try) and resume from the last checkpoint.",
            )
        for name, value in values.items():
            sums[name] = sums.get(name, 0.0) + value
        self._accelerator.backward(losses["loss"] / parts)

    def _update(self, side: _Side) -> float:
        """One optimizer step. Returns the norm of the gradients before clipping, as `clip_grad_norm_` does."""
        norm = self._accelerator.clip_grad_norm_(side.parameters, self._settings.gradient_clip)
        side.optimizer.step()
        return float(norm) if norm is not None else 0.0

    def _mean(self, sums: Mapping[str, float], parts: int) -> dict[str, float]:
        """The mean over the parts of a step and all processes; the same in each process."""
        if self._accelerator.num_processes == 1:
            return {name: value / parts for name, value in sums.items()}
        values = torch.tensor(list(sums.values()), device=self._accelerator.device) / parts
        shared = cast("torch.Tensor", self._accelerator.reduce(values, "mean"))
        return dict(zip(sums, shared.tolist(), strict=True))

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """The mean losses over the validation utterances; `val_loss` is their sum."""
        with self._average.applied():
            return self._evaluate()

    def _evaluate(self) -> dict[str, float]:
        self._phases.eval()
        set_seed(self._settings.seed)  # the same random segments each time, so that losses are comparable
        sums: dict[str, float] = {}
        examples = self._corpus.validation
        order = batch_order(examples, self._settings.batch_size, seed=0, epoch=0)
        order = order[self._accelerator.process_index :: self._accelerator.num_processes]
        rate, device = self._config.audio.sample_rate, self._accelerator.device
        for batch in load_batches(examples, order, sample_rate=rate, device=device, workers=0):
            prepared = self._prepare(batch)
            for name, value in _floats(self._phases(prepared, RECONSTRUCTION_PHASE)).items():
                sums[name] = sums.get(name, 0.0) + value * _utterances(batch) / len(examples)
        share = {name: sums.get(name, 0.0) * self._accelerator.num_processes for name in self._validated}
        network = cast("Network", self.network)
        network.length_scale = measure_length_scale(network, examples, self._config.audio)
        values = {f"val_{name}": value for name, value in self._mean(share, 1).items()}
        return {"val_loss": sum(values.values()), **values}

    def measure(self) -> dict[str, float]:
        """The figures of quality; see `MeasuredTask`."""
        with self._average.applied():
            return self._quality.measure(self.network)

    def save(self, folder: Path) -> None:
        """Write a complete voice, its samples, and under `state/` the data for a resume."""
        (folder / SAMPLES).mkdir()
        with self._average.applied():
            save_tensors(generator_state(self.network), folder / WEIGHTS)
            write_samples(cast("Network", self.network), self._config, self._frontend, folder / SAMPLES)
        write_config(folder, with_length_scale(self._config, cast("Network", self.network).length_scale))
        self._quality.save(folder)
        state = folder / "state"
        state.mkdir()
        self._average.save(state)
        save_tensors(discriminator_state(self.network), state / _DISCRIMINATOR)
        save_optimizers([side.optimizer for side in self._sides], state)

    def start_from(self, voice: Path) -> None:
        """Load the weights of a base voice. Raises `UnsafeCheckpoint`."""
        load_base(self.network, voice)
        self._average.restart()

    def load(self, folder: Path) -> None:
        """Load weights and optimizers of a checkpoint. Raises `UnsafeCheckpoint`."""
        load_weights(self.network, folder / WEIGHTS, folder / "state" / _DISCRIMINATOR)
        self._average.load(folder / "state")
        load_optimizers([side.optimizer for side in self._sides], folder / "state")

    def _prepare(self, batch: Batch) -> Batch:
        network = cast("Network", self.network)
        if self._config.speakers:
            ids = cast("list[int]", batch["speaker_ids"])
            batch = {**batch, "speaker_names": [self._config.speakers[number] for number in ids]}
        return network.format_batch_on_device(network.format_batch(batch))


def _parts(batch: Batch) -> list[Batch]:
    return cast("list[Batch]", batch["parts"])


def _utterances(part: Batch) -> int:
    return len(cast("torch.Tensor", part["tokens"]))


def _floats(losses: Mapping[str, object]) -> dict[str, float]:
    return {name: float(torch.as_tensor(losses[name]).detach()) for name in _REPORTED if name in losses}
