"""One of several processes that train a tiny text model together, without dropout (it draws per process).

`python -m tests.support.one_text_rank RECIPE BASE DATASET OUT BATCH_SIZE STEPS`, launched once for each. It writes what
it saw and where it ended to OUT/<processes>-<rank>.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, set_seed

from services.trainer.interface.parameters import Parameters
from services.trainer.interface.task import TaskSpec
from services.trainer.recipes import find_recipe
from services.trainer.recipes.text import build
from services.trainer.recipes.text.microbatches import MicroBatch


def main(recipe: str, base: Path, dataset: Path, out: Path, batch_size: int, steps: int) -> None:
    distributed = DistributedDataParallelKwargs(find_unused_parameters=True, broadcast_buffers=False)
    accelerator = Accelerator(cpu=True, kwargs_handlers=[distributed])
    parameters = find_recipe(recipe).parse(
        # 48 samples, 11 of them held back: of 37 in steps of 4 the last has one, and nothing for the second process.
        {
            "device": "cpu",
            "batch_size": batch_size,
            "validation_fraction": 0.23,
            "learning_rate": 1e-3,
            "max_length": 32,
        }
    )
    assert isinstance(parameters, Parameters)
    builder = getattr(build, f"build_{recipe}")
    task = builder(TaskSpec(parameters, (dataset,), base, None, None, accelerator, lambda _: None))
    without_dropout(task.model)
    losses: list[float] = []
    samples: list[int] = []
    for step, batch in enumerate(task.batches(0, 0), 1):
        set_seed(step + 1000 * accelerator.process_index)
        samples.append(sum(part.samples for part in cast("list[MicroBatch]", batch["parts"])))
        losses.append(task.train_step(batch, 1e-3)["loss"])
        if step == steps:
            break
    weights = {name: float(tensor.double().sum()) for name, tensor in task.model.state_dict().items()}
    told = {"losses": losses, "samples": samples, "weights": weights, "evaluated": task.evaluate()}
    name = f"{accelerator.num_processes}-{accelerator.process_index}.json"
    (out / name).write_text(json.dumps(told))


def without_dropout(model: Any) -> None:
    for module in model.modules():
        for name in ("p", "dropout", "dropout_prob"):
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, 0.0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))
