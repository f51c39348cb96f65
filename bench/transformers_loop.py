"""`python -m bench.transformers_loop RECIPE DATASET BASE BATCHES BATCH_SIZE`: `transformers.Trainer`.

The same base model, samples and clipping as our recipe. BATCHES is `ours` for the very batches of our recipe, made
while it trains as we make them, or `own` for the collators of transformers over samples in random order. Logging,
evaluation and checkpoints are off; it loads in its own process. Its optimizer is its default, AdamW in its fused form.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, IterableDataset
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    DataCollatorForLanguageModeling,
    DataCollatorForSeq2Seq,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from bench.pace import tell
from services.trainer.recipes.text.corpus import Split, read_corpus
from services.trainer.recipes.text.masked_lm import MaskedLm, MaskedLmEncoder
from services.trainer.recipes.text.objective import Objective
from services.trainer.recipes.text.parameters import MaskedLmParameters, Seq2SeqParameters, TextParameters
from services.trainer.recipes.text.sampler import epoch_steps
from services.trainer.recipes.text.seq2seq import Seq2Seq, Seq2SeqEncoder
from shared.pretrained import load_tokenizer

_STEPS = 1_000_000
_TARGET = 128


@dataclass(frozen=True)
class Setup:
    """What is trained, with what: the base model, our samples and our way to batches, and their way to batches."""

    model: Any
    parameters: TextParameters
    train: Split
    objective: Objective
    collator: Any
    trainer: Any
    arguments: Any


def masked_lm(dataset: Path, base: Path, batch_size: int) -> Setup:
    parameters, tokenizer = MaskedLmParameters(batch_size=batch_size), load_tokenizer(base)
    model: Any = AutoModelForMaskedLM.from_pretrained(base)
    length = min(parameters.max_length, model.config.max_position_embeddings)
    train = _read(dataset, base, MaskedLmEncoder(tokenizer, parameters, length), parameters)
    collator = DataCollatorForLanguageModeling(tokenizer, mlm_probability=parameters.mask_probability)
    objective = MaskedLm(tokenizer, min(len(tokenizer), model.config.vocab_size), parameters)
    return Setup(model, parameters, train, objective, collator, Trainer, TrainingArguments)


def seq2seq(dataset: Path, base: Path, batch_size: int) -> Setup:
    parameters, tokenizer = Seq2SeqParameters(batch_size=batch_size), load_tokenizer(base)
    model: Any = AutoModelForSeq2SeqLM.from_pretrained(base)
    train = _read(dataset, base, Seq2SeqEncoder(tokenizer, parameters, parameters.max_length, _TARGET), parameters)
    collator = DataCollatorForSeq2Seq(tokenizer, model=model)
    objective = Seq2Seq(tokenizer, model, parameters, _TARGET)
    return Setup(model, parameters, train, objective, collator, Seq2SeqTrainer, Seq2SeqTrainingArguments)


def _read(dataset: Path, base: Path, encoder: Any, parameters: TextParameters) -> Split:
    found = read_corpus(
        (dataset,), encoder, base, fraction=parameters.validation_fraction, seed=parameters.seed
    )  # fmt: skip
    return found.train


class OurBatches(IterableDataset[dict[str, torch.Tensor]]):
    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        train, settings = self._setup.train, self._setup.parameters
        for epoch in range(_STEPS):
            for step in epoch_steps(train.lengths, settings.batch_size, seed=settings.seed, epoch=epoch):
                part = self._setup.objective.collate(train.fields, train.indices[step], epoch)
                yield {**part.inputs, "labels": part.labels}


def samples(train: Split) -> list[dict[str, list[int]]]:
    names = {"input": "input_ids", "target": "labels"}
    return [
        {
            names[field]: [int(token) for token in values[int(index)]]
            for field, values in train.fields.items()
            if field in names
        }
        for index in train.indices
    ]


def loop(setup: Setup, batches: str, folder: str) -> None:
    class Steps(TrainerCallback):  # type: ignore[misc, unused-ignore]  # transformers ships no types
        def on_step_end(self, *_: object, **__: object) -> None:
            tell()

    class WithOurBatches(setup.trainer):  # type: ignore[misc, name-defined, unused-ignore]
        def get_train_dataloader(self) -> Any:
            return DataLoader(OurBatches(setup), batch_size=None)

    chosen = setup.parameters
    arguments = setup.arguments(
        folder, max_steps=_STEPS, per_device_train_batch_size=chosen.batch_size, learning_rate=chosen.learning_rate,
        weight_decay=chosen.weight_decay, max_grad_norm=chosen.gradient_clip, seed=chosen.seed, use_cpu=True,
        logging_strategy="no", save_strategy="no", eval_strategy="no", report_to="none", disable_tqdm=True,
        dataloader_num_workers=0, dataloader_pin_memory=False,
    )  # fmt: skip
    trainer = (WithOurBatches if batches == "ours" else setup.trainer)(
        model=setup.model, args=arguments, train_dataset=samples(setup.train), data_collator=setup.collator,
        callbacks=[Steps()],
    )  # fmt: skip
    trainer.train()


def main() -> None:
    recipe, dataset, base, batches = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    setup = {"masked_lm": masked_lm, "seq2seq": seq2seq}[recipe](dataset, base, int(sys.argv[5]))
    with tempfile.TemporaryDirectory(prefix="sokhan-transformers-") as folder:
        loop(setup, batches, folder)


if __name__ == "__main__":
    main()
