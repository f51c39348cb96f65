"""The training itself: each step counts the words of some rows; the loss is the mean surprise of the rows so far.

The run's own process imports this module. The training loop of Sokhan does the rest: steps, evaluation, checkpoints,
pause, resume, publishing.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from services.trainer.interface.task import Batch, TaskSpec
from shared.contracts.errors import BadDataset
from shared.text import Row, data_files, read_rows
from word_counts.recipe import WordCountParameters

_STATE = "state/counts.json"
_HELD_BACK = 10
"""One row in ten is for the evaluation."""


@dataclass(slots=True)
class WordCounts:
    """The `Task` of this recipe."""

    parameters: WordCountParameters
    train: list[list[str]]
    held_back: list[list[str]]
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.train) // self.parameters.batch_size)

    @property
    def parameter_count(self) -> int:
        return max(1, len({word for row in self.train for word in row}))

    def batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        # A function of seed and epoch alone: a resumed run sees the same rows as one that never stopped.
        order = np.random.default_rng([self.parameters.seed, epoch]).permutation(len(self.train))
        size = self.parameters.batch_size
        for start in range(skip * size, len(order), size):
            yield {"rows": [self.train[index] for index in order[start : start + size]]}

    def size_of(self, batch: Batch) -> int:
        return len(list(_rows(batch)))

    def learning_rate(self, step: int) -> float:
        return 1.0 / step

    def train_step(self, batch: Batch, learning_rate: float) -> dict[str, float]:
        rows = list(_rows(batch))
        loss = self._surprise(rows)
        for row in rows:
            self.counts.update(row)
        return {"loss": loss, "grad_norm": 0.0}

    def evaluate(self) -> dict[str, float]:
        return {"val_loss": self._surprise(self.held_back)}

    def save(self, folder: Path) -> None:
        (folder / "state").mkdir()
        (folder / _STATE).write_text(json.dumps(self.counts, ensure_ascii=False), encoding="utf-8")
        (folder / "config.json").write_text('{"model_type": "word_counts"}', encoding="utf-8")
        # Every checkpoint has weights in safetensors, here of one tensor: the counts, by word.
        _write_safetensors(folder / "model.safetensors", [self.counts[word] for word in sorted(self.counts)] or [0])

    def _surprise(self, rows: list[list[str]]) -> float:
        """The mean of -log p, in nats for each word."""
        total = sum(self.counts.values()) + self.parameters.smoothing * (len(self.counts) + 1)
        words = [word for row in rows for word in row]
        surprises = [-math.log((self.counts[word] + self.parameters.smoothing) / total) for word in words]
        return sum(surprises) / max(1, len(surprises))


def build_task(spec: TaskSpec[WordCountParameters]) -> WordCounts:
    """Raises `BadDataset` for a data set with fewer than two rows of text."""
    texts = [text for folder in spec.datasets for text in _texts(folder)]
    if len(texts) < 2:
        raise BadDataset("The data set has fewer than two rows of text.")
    random.Random(spec.parameters.seed).shuffle(texts)
    cut = max(1, len(texts) // _HELD_BACK)
    spec.log(f"{len(texts) - cut:,} rows to count, {cut:,} held back.")
    task = WordCounts(spec.parameters, texts[cut:], texts[:cut])
    if spec.resume is not None:
        task.counts.update(json.loads((spec.resume / _STATE).read_text(encoding="utf-8")))
    return task


def _texts(folder: Path) -> Iterator[list[str]]:
    for path in data_files(folder).train:
        for row in read_rows(path):
            if isinstance(row, Row) and (words := str(row.values.get("text") or "").split()):
                yield words


def _rows(batch: Batch) -> Iterator[list[str]]:
    rows = batch["rows"]
    if isinstance(rows, list):
        yield from rows


def _write_safetensors(path: Path, values: list[int]) -> None:
    data = np.asarray(values, dtype="<f4").tobytes()
    header = json.dumps({"counts": {"dtype": "F32", "shape": [len(values)], "data_offsets": [0, len(data)]}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + data)
