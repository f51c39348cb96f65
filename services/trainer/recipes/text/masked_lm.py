"""Masked language modelling as in BERT (Devlin et al., 2018): of the predicted tokens 80 % are masked, 10 % replaced by
random ones, 10 % unchanged.

The masking is a function of seed, epoch and sample: it does not depend on the process.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from services.trainer.recipes.text.encode import EncodedRow, Texts
from services.trainer.recipes.text.features import Ragged, Values
from services.trainer.recipes.text.microbatches import IGNORED, MicroBatch, attention, padded
from services.trainer.recipes.text.objective import EvaluationBatch
from services.trainer.recipes.text.parameters import MaskedLmParameters
from services.trainer.recipes.text.sampler import Indices
from shared.text import Row
from shared.text.columns import TEXT, find_column

_MASKING = 3
# Texts remembered to find duplicates (Common Voice has each sentence from many speakers), in 130 MB of memory.
_MAX_SEEN = 1_000_000


class MaskedLmEncoder:
    """Splits long texts into several samples; no token is lost."""

    fields = ("input",)
    labels: tuple[str, ...] = ()

    def __init__(self, tokenizer: Any, parameters: MaskedLmParameters, max_length: int) -> None:
        self._tokenizer, self._column, self._length = tokenizer, parameters.text_column, max_length
        self._seen: set[bytes] = set()

    def training_read(self) -> None:
        """Does nothing: a text of the training split also counts as a duplicate in the validation split."""

    def settings(self) -> Mapping[str, object]:
        return {"length": self._length, "column": self._column}

    def take(self, row: Row) -> Texts | str:
        text = row.values[find_column(row, self._column, TEXT, "text_column")]
        if not isinstance(text, str) or not text.strip():
            return "without a text"
        digest = hashlib.blake2b(text.strip().encode(errors="surrogatepass"), digest_size=8).digest()
        if digest in self._seen:
            return "duplicated"
        if len(self._seen) < _MAX_SEEN:
            self._seen.add(digest)
        return Texts(text.strip())

    def encode(self, texts: Sequence[Texts]) -> Iterable[EncodedRow | str]:
        encoded = self._tokenizer(
            [row.first for row in texts],
            truncation=True,
            max_length=self._length,
            return_overflowing_tokens=True,
            return_attention_mask=False,
            return_token_type_ids=False,
        )
        pieces: list[list[list[int]]] = [[] for _ in texts]
        for tokens, owner in zip(encoded["input_ids"], encoded["overflow_to_sample_mapping"], strict=True):
            pieces[owner].append(tokens)
        for samples in pieces:
            yield EncodedRow(
                tuple({"input": tokens} for tokens in samples), "cut into several" if len(samples) > 1 else None
            )


class MaskedLm:
    """An `Objective`: see `task`."""

    def __init__(self, tokenizer: Any, vocabulary: int, parameters: MaskedLmParameters) -> None:
        self._mask, self._pad = tokenizer.mask_token_id, tokenizer.pad_token_id
        self._special = np.asarray(sorted(set(tokenizer.all_special_ids)))
        self._vocabulary, self._share, self._seed = vocabulary, parameters.mask_probability, parameters.seed

    def collate(self, fields: Mapping[str, Ragged], indices: Indices, epoch: int) -> MicroBatch:
        rows = [self._masked(fields["input"][int(index)], epoch, int(index)) for index in indices]
        samples = len(rows)
        if not rows:
            empty = fields["input"][0]
            rows = [(empty, np.full(len(empty), IGNORED))]
        tokens = [row for row, _ in rows]
        inputs = {"input_ids": padded(tokens, self._pad), "attention_mask": attention(tokens)}
        return MicroBatch(inputs, padded([labels for _, labels in rows], IGNORED), samples)

    def _masked(self, tokens: Values, epoch: int, index: int) -> tuple[Values, Values]:
        """The masked row, and its labels: the original tokens at the predicted positions, else `IGNORED`."""
        rng = np.random.default_rng([_MASKING, self._seed, epoch, index])
        candidates: npt.NDArray[np.int64] = np.flatnonzero(~np.isin(tokens, self._special))
        labels = np.full(len(tokens), IGNORED, dtype=np.int64)
        masked = np.array(tokens, dtype=np.int64)
        if len(candidates):
            # At least one, so that short texts always contribute.
            chosen = rng.permutation(candidates)[: max(1, round(self._share * len(candidates)))]
            labels[chosen] = tokens[chosen]
            draws = rng.random(len(chosen))
            masked[chosen[draws < 0.8]] = self._mask
            masked[chosen[draws >= 0.9]] = rng.integers(0, self._vocabulary, int((draws >= 0.9).sum()))
        return masked, labels

    def evaluate_rows(self, evaluated: EvaluationBatch) -> dict[str, float]:
        # An untrained model has a loss of about 12; exp of more than 100 is meaningless and may exceed JSON's range.
        return {"val_perplexity": math.exp(min(evaluated.loss, 100.0)), "val_accuracy": evaluated.accuracy}
