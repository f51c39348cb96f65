"""One of several processes that train a tiny voice together: `python -m tests.support.one_rank DATASET OUT`, launched.

Writes what this process ends with to OUT/<rank>.safetensors, and the utterances that it saw to OUT/<rank>.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, set_seed
from safetensors.torch import save_file

from services.trainer.interface.task import TaskSpec
from services.trainer.recipes.vits.build import build_task
from services.trainer.recipes.vits.parameters import VitsParameters
from services.trainer.recipes.vits.task import VitsTask

_STEPS = 2


def main(dataset: Path, out: Path) -> None:
    distributed = DistributedDataParallelKwargs(find_unused_parameters=True, broadcast_buffers=False)
    accelerator = Accelerator(cpu=True, kwargs_handlers=[distributed])
    parameters = VitsParameters.model_validate({"preset": "tiny", "batch_size": 1, "gradient_accumulation": 2})
    task = build_task(TaskSpec(parameters, (dataset,), None, None, None, accelerator, lambda _: None))
    seen: list[list[float]] = []
    losses: list[float] = []
    for step, batch in enumerate(task.batches(0, 0), 1):
        seen += [part["waveform_lens"].tolist() for part in batch["parts"]]  # type: ignore[attr-defined]
        set_seed(step + 1000 * accelerator.process_index)
        losses.append(task.train_step(batch, 1e-3)["loss"])
        if step == _STEPS:
            break
    _write(task, out / f"{accelerator.process_index}.safetensors")
    (out / f"{accelerator.process_index}.json").write_text(json.dumps({"seen": seen, "losses": losses}))


def _write(task: VitsTask, path: Path) -> None:
    save_file({name: tensor.contiguous().clone() for name, tensor in task.network.state_dict().items()}, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
