"""A task whose loss is a random walk: the same for a run that is resumed as for one that never stopped.

A checkpoint whose weight is NaN diverges at the next step, as a real one does.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.trainer.interface.task import Batch, TaskSpec
from shared.contracts.errors import BadDataset, Validation
from shared.vits.config import WEIGHTS
from tests.support.folders import BERT, safetensors
from tests.support.toy.recipe import ToyParameters

STATE = "state/toy.json"


@dataclass(slots=True)
class ToyTask:
    """Its only weight is the sum of what was drawn at every step; the losses follow from it."""

    parameters: ToyParameters
    weight: float = 0.0
    parameter_count: int = 1

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.parameters.samples // self.parameters.batch_size)

    def batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        order = np.random.default_rng([self.parameters.seed, epoch]).permutation(self.parameters.samples)
        size = self.parameters.batch_size
        for start in range(skip * size, self.parameters.samples, size):
            yield {"samples": order[start : start + size].tolist()}

    def size_of(self, batch: Batch) -> int:
        samples = batch["samples"]
        assert isinstance(samples, list)
        return len(samples)

    def learning_rate(self, step: int) -> float:
        return self.parameters.learning_rate / step

    def train_step(self, batch: Batch, learning_rate: float) -> dict[str, float]:
        time.sleep(self.parameters.step_seconds)
        self.weight += random.random()
        return {"loss": 1 / (1 + self.weight), "loss_mel": 2 / (1 + self.weight), "grad_norm": 1.0}

    def evaluate(self) -> dict[str, float]:
        return {"val_loss": 1 / (1 + self.weight)}

    def save(self, folder: Path) -> None:
        (folder / "state").mkdir()
        (folder / STATE).write_text(json.dumps({"weight": self.weight}))
        (folder / WEIGHTS).write_bytes(safetensors(self.parameters.checkpoint_bytes))
        (folder / "config.json").write_bytes(BERT)


def build_task(spec: TaskSpec[ToyParameters]) -> ToyTask:
    """Raises `BadDataset` for a folder that is not there, `Validation` for a checkpoint of another recipe."""
    for dataset in spec.datasets:
        if not dataset.is_dir():
            raise BadDataset(f"The dataset {dataset.name} is not there.")
    spec.log(f"{spec.parameters.samples} utterances to train on.")
    task = ToyTask(spec.parameters)
    if spec.resume is not None:
        task.weight = _weight(spec.resume)
    return task


def _weight(checkpoint: Path) -> float:
    try:
        return float(json.loads((checkpoint / STATE).read_text())["weight"])
    except FileNotFoundError as error:
        raise Validation("The checkpoint is not of this recipe.") from error
