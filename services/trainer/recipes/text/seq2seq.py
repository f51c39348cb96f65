"""Sequence-to-sequence tasks: pairs, questions about a passage, summaries, translations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import torch
from accelerate.utils import gather_object
from transformers import GenerationConfig

from services.trainer.recipes.text.encode import EncodedRow, Texts
from services.trainer.recipes.text.features import Ragged
from services.trainer.recipes.text.metrics import chrf, exact_match, rouge_l, token_f1
from services.trainer.recipes.text.microbatches import IGNORED, MicroBatch, attention, padded
from services.trainer.recipes.text.objective import EvaluationBatch
from services.trainer.recipes.text.parameters import Kind, Seq2SeqParameters
from services.trainer.recipes.text.sampler import Indices
from services.trainer.recipes.text.targets import take_pair, take_squad
from shared.text import Row

_GENERATION: Any = GenerationConfig  # untyped


class Seq2SeqEncoder:
    """A sample's `answers`: a JSON list of all correct outputs, in UTF-8; the first one is the training target."""

    fields = ("input", "target", "answers")
    labels: tuple[str, ...] = ()

    def __init__(self, tokenizer: Any, parameters: Seq2SeqParameters, max_length: int, max_target: int) -> None:
        self._tokenizer, self._settings = tokenizer, parameters
        self._length, self._target = max_length, max_target

    def training_read(self) -> None:
        """Does nothing: there are no labels."""

    def settings(self) -> Mapping[str, object]:
        chosen = self._settings
        columns = [chosen.task, chosen.source_column, chosen.target_column, chosen.source_prefix]
        return {
            "lengths": [self._length, self._target],
            "columns": columns,
            "languages": [chosen.source_language, chosen.target_language],
        }

    def take(self, row: Row) -> Texts | str:
        chosen = self._settings
        take = take_squad if chosen.task == "squad" else take_pair
        return take(row, chosen.task, chosen.source_column, chosen.target_column)

    def encode(self, texts: Sequence[Texts]) -> Iterable[EncodedRow | str]:
        sources = [self._settings.source_prefix + row.first for row in texts]
        inputs = self._tokenizer(sources, return_attention_mask=False, add_special_tokens=True)["input_ids"]
        truncated = self._tokenizer(sources, truncation=True, max_length=self._length, return_attention_mask=False)
        targets = self._tokenizer(text_target=[row.rest[0] for row in texts], return_attention_mask=False)
        for index, row in enumerate(texts):
            target = targets["input_ids"][index]
            if len(target) > self._target:
                yield f"with an output longer than {self._target} tokens"
                continue
            sample = {
                "input": truncated["input_ids"][index],
                "target": target,
                "answers": json.dumps(row.rest, ensure_ascii=False).encode(errors="replace"),
            }
            yield EncodedRow((sample,), "cut at the end" if len(inputs[index]) > self._length else None)


class Seq2Seq:
    """An `Objective`. The decoder's input is the labels, shifted by the model's own function."""

    def __init__(self, tokenizer: Any, model: Any, parameters: Seq2SeqParameters, max_target: int) -> None:
        self._tokenizer, self._settings, self._pad = tokenizer, parameters, tokenizer.pad_token_id
        self._target = max_target
        self._shift = model.prepare_decoder_input_ids_from_labels
        self._prompt = _decoder_prompt(tokenizer, self._shift)

    def collate(self, fields: Mapping[str, Ragged], indices: Indices, epoch: int) -> MicroBatch:
        chosen = indices if len(indices) else np.zeros(1, dtype=np.int64)
        sources = [fields["input"][int(index)] for index in chosen]
        labels = padded([fields["target"][int(index)] for index in chosen], IGNORED)
        inputs = {
            "input_ids": padded(sources, self._pad),
            "attention_mask": attention(sources),
            "decoder_input_ids": self._shift(labels=labels),
        }
        return MicroBatch(inputs, labels if len(indices) else torch.full_like(labels, IGNORED), len(indices))

    def evaluate_rows(self, evaluated: EvaluationBatch) -> dict[str, float]:
        """The metrics of generated outputs, of the first validation samples only: each token needs a forward pass."""
        chosen = evaluated.indices[: self._settings.generated_samples]
        if not len(chosen):
            return {}
        rank, processes = evaluated.accelerator.process_index, evaluated.accelerator.num_processes
        mine = chosen[rank::processes]
        pairs = [
            pair for start in range(0, len(mine), 16) for pair in self._generate(evaluated, mine[start : start + 16])
        ]
        gathered = cast("list[tuple[str, list[str]]]", gather_object(pairs))
        return measured(self._settings.task, [text for text, _ in gathered], [references for _, references in gathered])

    def _generate(self, evaluated: EvaluationBatch, indices: Indices) -> list[tuple[str, list[str]]]:
        part = self.collate(evaluated.fields, indices, 0).to(evaluated.accelerator.device)
        with evaluated.accelerator.autocast():
            tokens = evaluated.model.generate(
                input_ids=part.inputs["input_ids"],
                attention_mask=part.inputs["attention_mask"],
                decoder_input_ids=self._prompt.to(evaluated.accelerator.device).expand(len(indices), -1),
                # A complete configuration, because the base model's own (beams, penalties) would apply otherwise.
                generation_config=_GENERATION(
                    max_new_tokens=self._target,
                    do_sample=False,
                    pad_token_id=self._pad,
                    eos_token_id=self._tokenizer.eos_token_id,
                    decoder_start_token_id=int(self._prompt[0, 0]),
                ),
            )
        texts = self._tokenizer.batch_decode(tokens, skip_special_tokens=True)
        references = [json.loads(evaluated.fields["answers"][int(index)].tobytes()) for index in indices]
        return list(zip(texts, references, strict=True))


def measured(task: Kind, answers: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    """The metrics of a task over a corpus."""
    pairs = list(zip(answers, references, strict=True))
    values: dict[str, float] = {}
    if task in {"pairs", "squad"}:
        values["val_exact_match"] = sum(exact_match(*pair) for pair in pairs) / len(pairs)
    if task == "squad":
        values["val_f1"] = sum(token_f1(*pair) for pair in pairs) / len(pairs)
    if task in {"pairs", "summarisation"}:
        values["val_rouge_l"] = sum(rouge_l(*pair) for pair in pairs) / len(pairs)
    if task in {"pairs", "translation"}:
        values["val_chrf"] = chrf(answers, references)
    return values


def _decoder_prompt(tokenizer: Any, shift: Any) -> torch.Tensor:
    """The decoder's tokens before the first output, int64 [1, K]: T5's padding, mBART's language.

    Derived from the shifted labels of an empty output, up to its end token.
    """
    empty = torch.tensor([tokenizer(text_target="")["input_ids"]])
    end = (empty[0] == tokenizer.eos_token_id).nonzero()
    return cast("torch.Tensor", shift(labels=empty))[:, : int(end[0]) + 1 if len(end) else 1]
