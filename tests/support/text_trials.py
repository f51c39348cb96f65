"""Tiny models and data sets, made once; and a trial: a recipe's task, stepped as the loop steps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accelerate import Accelerator
from accelerate.utils import set_seed

from services.trainer.interface.task import TaskSpec
from services.trainer.recipes import find_recipe
from services.trainer.recipes.text import build
from services.trainer.recipes.text.parameters import TextParameters
from services.trainer.recipes.text.task import TextTask
from shared.contracts.wire import ConfigValue

CONFIG: dict[str, ConfigValue] = {
    "device": "cpu", "batch_size": 4, "max_steps": 12, "learning_rate": 1e-3, "max_length": 32,
    "validation_fraction": 0.2, "warmup_steps": 2,
}  # fmt: skip
BUILDERS: Mapping[str, Callable[[TaskSpec[Any]], TextTask]] = {
    "masked_lm": build.build_masked_lm,
    "classification": build.build_classification,
    "seq2seq": build.build_seq2seq,
}


@dataclass(frozen=True)
class Trials:
    """Every recipe has a base model and a data set that fit."""

    bases: dict[str, Path]
    datasets: dict[str, Path]
    said: list[str] = field(default_factory=list)

    def task(
        self,
        recipe: str,
        *,
        resume: Path | None = None,
        teacher: Path | None = None,
        base: Path | None = None,
        dataset: Path | None = None,
        **changes: ConfigValue,
    ) -> TextTask:
        config: dict[str, ConfigValue] = {**CONFIG, **changes}
        if recipe == "seq2seq":
            config = {"max_target_length": 8, "generated_samples": 3, **config}
        parameters = find_recipe(recipe).parse(config)
        assert isinstance(parameters, TextParameters)
        return BUILDERS[recipe](
            TaskSpec(
                parameters=parameters,
                datasets=(dataset or self.datasets[recipe],),
                base_model=base or self.bases[recipe],
                teacher_model=teacher,
                resume=resume,
                accelerator=Accelerator(cpu=True),
                log=self.said.append,
            )
        )


def run(task: TextTask, last: int, first: int = 1, seed: int = 42) -> dict[int, dict[str, float]]:
    """The values of the steps from `first` to `last`, as the loop makes them."""
    values: dict[int, dict[str, float]] = {}
    step = first - 1
    while step < last:
        epoch, skip = divmod(step, task.steps_per_epoch)
        for batch in task.batches(epoch, skip):
            step += 1
            set_seed(seed + step)
            values[step] = task.train_step(batch, task.learning_rate(step))
            if step == last:
                break
    return values


def save(task: TextTask, folder: Path) -> Path:
    folder.mkdir(parents=True)
    task.save(folder)
    return folder
