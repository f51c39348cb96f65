"""Guessing hidden tokens, as BERT was taught (Devlin et al., 2018): of 10 tokens to guess 8 are hidden behind the mask,
1 is replaced by another at random and 1 is left as it is.

What is hidden is a function of seed, epoch and sample: the same in whatever process the sample is computed.
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
# Enough to find what is said twice (Common Voice has each sentence from many mouths) in 130 MB of memory.
_REMEMBERED = 1_000_000


class MaskedLmEncoder:
    """Long texts become several samples; nothing of them is lost."""

    fields = ("input",)
    labels: tuple[str, ...] = ()

    def __init__(self, tokenizer: Any, parameters: MaskedLmParameters, max_length: int) -> None:
        self._tokenizer, self._column, self._length = tokenizer, parameters.text_column, max_length
        self._seen: set[bytes] = set()

    def training_read(self) -> None:
        """A text that was said in training is left out of what validates too."""

    def settings(self) -> Mapping[str, object]:
        return {"length": self._length, "column": self._column}

    def take(self, row: Row) -> Texts | str:
        text = row.values[find_column(row, self._column, TEXT, "text_column")]
        if not isinstance(text, str) or not text.strip():
            return "without a text"
        digest = hashlib.blake2b(text.strip().encode(errors="surrogatepass"), digest_size=8).digest()
        if digest in self._seen:
            return "said before"
        if len(self._seen) < _REMEMBERED:
            self._seen.add(digest)
        return Texts(text.strip())

    def encode(self, texts: Sequence[Texts]) -> Iterable[EncodedRow | str]:
        found = self._tokenizer(
            [row.first for row in texts],
            truncation=True,
            max_length=self._length,
            return_overflowing_tokens=True,
            return_attention_mask=False,
            return_token_type_ids=False,
        )
        pieces: list[list[list[int]]] = [[] for _ in texts]
        for tokens, owner in zip(found["input_ids"], found["overflow_to_sample_mapping"], strict=True):
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
        """The row with tokens hidden, and the labels: the tokens where they are to be guessed."""
        rng = np.random.default_rng([_MASKING, self._seed, epoch, index])
        may: npt.NDArray[np.int64] = np.flatnonzero(~np.isin(tokens, self._special))
        labels = np.full(len(tokens), IGNORED, dtype=np.int64)
        hidden = np.array(tokens, dtype=np.int64)
        if len(may):
            # At least one: a short text must not be learned from only when it is lucky.
            chosen = rng.permutation(may)[: max(1, round(self._share * len(may)))]
            labels[chosen] = tokens[chosen]
            how = rng.random(len(chosen))
            hidden[chosen[how < 0.8]] = self._mask
            hidden[chosen[how >= 0.9]] = rng.integers(0, self._vocabulary, int((how >= 0.9).sum()))
        return hidden, labels

    def evaluate_rows(self, evaluated: EvaluationBatch) -> dict[str, float]:
        # A model that knows nothing has a loss of some 12; beyond 100 the number says nothing and JSON cannot hold it.
        return {"val_perplexity": math.exp(min(evaluated.loss, 100.0)), "val_accuracy": evaluated.accuracy}
