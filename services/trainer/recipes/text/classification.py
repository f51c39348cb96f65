"""Classifies texts, or pairs of texts, by one of a set of labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import torch

from services.trainer.recipes.text.encode import EncodedRow, Texts
from services.trainer.recipes.text.features import Ragged
from services.trainer.recipes.text.metrics import macro_f1
from services.trainer.recipes.text.microbatches import IGNORED, MicroBatch, attention, padded
from services.trainer.recipes.text.objective import EvaluationBatch
from services.trainer.recipes.text.parameters import ClassificationParameters
from services.trainer.recipes.text.sampler import Indices
from shared.contracts.errors import BadDataset
from shared.text import Row, Value
from shared.text.columns import LABEL, TEXT, find_column

# More labels than this mean a wrong column: ids or prices.
_MAX_LABELS = 1000


class ClassificationEncoder:
    """A sample's `label`: the label's number, and the index where the second text begins (the length without one)."""

    fields = ("input", "label")

    def __init__(self, tokenizer: Any, parameters: ClassificationParameters, max_length: int) -> None:
        self._tokenizer, self._settings, self._length = tokenizer, parameters, max_length
        self._numbers: dict[str, int] = {}
        self._complete = False

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self._numbers)

    def training_read(self) -> None:
        self._complete = True

    def settings(self) -> Mapping[str, object]:
        chosen = self._settings
        return {"length": self._length, "columns": [chosen.text_column, chosen.pair_column, chosen.label_column]}

    def take(self, row: Row) -> Texts | str:
        chosen = self._settings
        text = row.values[find_column(row, chosen.text_column, TEXT, "text_column")]
        label = label_name(row.values[find_column(row, chosen.label_column, LABEL, "label_column")])
        second: Value = None
        if chosen.pair_column:
            second = row.values[find_column(row, chosen.pair_column, (), "pair_column")]
        if not isinstance(text, str) or not text.strip() or (chosen.pair_column and not isinstance(second, str)):
            return "without a text"
        if label is None:
            return "without a label"
        if self._complete and label not in self._numbers:
            return "with a label that the training split lacks"
        if label not in self._numbers and len(self._numbers) == _MAX_LABELS:
            raise BadDataset(
                f"{row.file.name} has more than {_MAX_LABELS:,} labels (row {row.number}).",
                hint="Is label_column the right one?",
            )
        number = self._numbers.setdefault(label, len(self._numbers))
        return Texts(text.strip(), second.strip() if isinstance(second, str) else None, label=number)

    def encode(self, texts: Sequence[Texts]) -> Iterable[EncodedRow | str]:
        pairs = [text.second or "" for text in texts] if self._settings.pair_column else None
        full = self._tokenizer([text.first for text in texts], pairs, return_attention_mask=False)
        types = full.get("token_type_ids")
        truncated = self._tokenizer(
            [text.first for text in texts],
            pairs,
            truncation=True,
            max_length=self._length,
            return_attention_mask=False,
        )
        for row, text in enumerate(texts):
            tokens = truncated["input_ids"][row]
            second = (
                truncated["token_type_ids"][row].count(0) if types is not None and pairs is not None else len(tokens)
            )
            shortened = len(full["input_ids"][row]) > self._length
            yield EncodedRow(
                ({"input": tokens, "label": [text.label, second]},), "cut at the end" if shortened else None
            )


def label_name(value: Value) -> str | None:
    """The label as text, None if it is missing (NaN, as pandas writes it).

    1, 1.0 and “1” are one label: spreadsheets convert between them.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int | float):
        return None
    name = str(value).strip()[:200]
    return None if name.lower() in {"", "nan"} else name


def ordered(labels: Sequence[str], known: Mapping[str, int] | None = None) -> list[str]:
    """The labels in the order of a model with exactly these labels, else sorted, numbers numerically."""
    if known is not None and set(known) == set(labels):
        return sorted(labels, key=lambda label: known[label])
    try:
        return sorted(labels, key=float)
    except ValueError:
        return sorted(labels)


class Classification:
    """An `Objective`. `labels` in the data's order, `order` in the model's."""

    def __init__(self, tokenizer: Any, labels: Sequence[str], order: Sequence[str], *, token_types: bool) -> None:
        self._pad, self._types = tokenizer.pad_token_id, token_types
        self._numbers = np.asarray([order.index(label) for label in labels])

    def collate(self, fields: Mapping[str, Ragged], indices: Indices, epoch: int) -> MicroBatch:
        chosen = indices if len(indices) else np.zeros(1, dtype=np.int64)
        rows = [fields["input"][int(index)] for index in chosen]
        inputs = {"input_ids": padded(rows, self._pad), "attention_mask": attention(rows)}
        labels_of_rows = [fields["label"][int(index)].astype(np.int64) for index in chosen]
        if self._types:
            begins = torch.tensor([int(label[1]) for label in labels_of_rows])
            positions = torch.arange(inputs["input_ids"].shape[1])
            inputs["token_type_ids"] = (positions >= begins[:, None]).long() * inputs["attention_mask"]
        labels = [int(self._numbers[label[0]]) if len(indices) else IGNORED for label in labels_of_rows]
        return MicroBatch(inputs, torch.tensor(labels), len(indices))

    def evaluate_rows(self, evaluated: EvaluationBatch) -> dict[str, float]:
        size = len(self._numbers)
        counts = torch.bincount(evaluated.labels * size + evaluated.guesses, minlength=size * size).double()
        # Single precision, which every device supports; it is exact up to 16 million.
        shared = cast(
            "torch.Tensor", evaluated.accelerator.reduce(counts.float().to(evaluated.accelerator.device), "sum")
        )
        confusion = shared.cpu().double().numpy().reshape(size, size)
        return {"val_accuracy": evaluated.accuracy, "val_f1": macro_f1(confusion)}
