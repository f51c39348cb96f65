"""A run's checkpoints on disk.

<checkpoints>/
  <step>/                    complete; created by one rename
    model.safetensors  config.json      a complete voice, or a text model in the Hub's layout
    recognizer.safetensors              the phoneme recogniser that measures the voices of this run, if it has one
    samples/                            speech samples: 1.wav …
    state/                              optimizers, discriminator, loop.json
    metrics.json                        step, epoch and values; written last; locked by readers of the folder
    deployed.json                       the name it is deployed under, if any; protects it from pruning
  .<step>.partial/           incomplete; removed at the next start
  .sokhan-access.json        who may see the checkpoints (shared/files/access.py)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from services.trainer.interface.parameters import VAL_LOSS
from shared.contracts.errors import NotFound
from shared.files.atomic import remove_tree, sync_entry, sync_tree
from shared.products import DEPLOYED, STARTS_HERE
from shared.products.checkpoint import METRICS, CheckpointMetrics, discard, hide, read_metrics


class CheckpointStore:
    """The checkpoints of a run. Only its child writes them, one process at a time."""

    def __init__(self, root: Path, best_values: Sequence[str] = (VAL_LOSS,)) -> None:
        """`best_values`: see `Parameters.best_values`."""
        self.root, self._best_values = root, best_values
        root.mkdir(parents=True, exist_ok=True)

    def clean(self) -> list[str]:
        """Remove incomplete checkpoints of an interrupted run. Returns their names."""
        broken = [p for p in self.root.iterdir() if p.name.startswith(".") and p.is_dir()]
        broken += [p for p in self.root.iterdir() if p.name.isdecimal() and read_metrics(p) is None]
        for path in broken:
            remove_tree(path)
        return [path.name for path in broken]

    def all(self) -> list[CheckpointMetrics]:
        """The complete checkpoints, oldest first."""
        found = (read_metrics(path) for path in self.root.iterdir() if path.name.isdecimal())
        return sorted((metrics for metrics in found if metrics is not None), key=lambda metrics: metrics.step)

    def folder(self, step: int) -> Path:
        return self.root / str(step)

    def find(self, step: int) -> CheckpointMetrics:
        """The checkpoint of a step. Raises `NotFound`."""
        metrics = read_metrics(self.folder(step))
        if metrics is None:
            raise NotFound(f"The run has no checkpoint of step {step}.")
        return metrics

    def last(self) -> CheckpointMetrics | None:
        return max(self.all(), key=lambda metrics: metrics.step, default=None)

    def best(self) -> CheckpointMetrics | None:
        """The checkpoint with the lowest of its `best_values`; of equal ones that with the lowest validation loss.

        A checkpoint without such a value, such as one of a pause, is the best only if none has one.
        """
        return min(self.all(), key=self._rank, default=None)

    def _rank(self, metrics: CheckpointMetrics) -> tuple[float, float]:
        values = metrics.values
        figure = next((values[name] for name in self._best_values if name in values), math.inf)
        return figure, values.get(VAL_LOSS, math.inf)

    def write(self, metrics: CheckpointMetrics, save: Callable[[Path], None]) -> tuple[Path, int]:
        """Write a checkpoint atomically. Returns its folder and size in bytes. Raises `OSError`.

        `save` fills a folder that readers ignore.
        """
        partial = self.root / f".{metrics.step}.partial"
        remove_tree(partial)
        partial.mkdir()
        try:
            save(partial)
            (partial / METRICS).write_text(metrics.model_dump_json(indent=1), encoding="utf-8")
            size = sync_tree(partial)
            final = self.folder(metrics.step)
            if final.exists():  # the same step is written again after a resume from it
                final.replace(self.root / f".{metrics.step}.old")
            partial.replace(final)
            sync_entry(final)
        finally:
            remove_tree(partial)
            remove_tree(self.root / f".{metrics.step}.old")
        return final, size

    def discard_after(self, step: int) -> list[int]:
        """Remove the checkpoints after `step`: a run that resumes there diverges from them. Returns their steps."""
        later = [m.step for m in self.all() if m.step > step]
        for number in later:
            remove_tree(hide(self.folder(number)))
        return later

    def prune(self, keep: int) -> list[int]:
        """Remove all but the newest `keep`, the best, and those deployed or being read. Returns the removed steps."""
        best = self.best()
        stale = [m.step for m in self.all()[:-keep] if best is None or m.step != best.step]
        return [step for step in stale if self._prune(step)]

    def _prune(self, step: int) -> bool:
        folder = self.folder(step)
        return discard(folder, lambda: any((folder / mark).exists() for mark in (DEPLOYED, STARTS_HERE)))
