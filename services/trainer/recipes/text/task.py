"""The task of text models: one optimizer, steps divided among processes and microbatches, an optional teacher.

The loss is the mean over the targets (tokens or texts) of a whole step, however it is divided: four microbatches of one
sample give the same gradients as one of four.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import torch
from accelerate import Accelerator
from torch.nn import functional

from services.trainer.interface.optimizer_state import load_optimizers, save_optimizers
from services.trainer.interface.schedule import learning_rate
from services.trainer.interface.task import Batch
from services.trainer.recipes.text import corpus, lora
from services.trainer.recipes.text.checkpoint import save_model
from services.trainer.recipes.text.microbatches import IGNORED, MicroBatch
from services.trainer.recipes.text.objective import EvaluationBatch, Objective
from services.trainer.recipes.text.parameters import TextParameters
from services.trainer.recipes.text.sampler import epoch_steps, share
from services.trainer.recipes.text.teacher import Teacher, distillation_loss
from shared.contracts.errors import Diverged

_STATE = "state"
# An epoch number that training never reaches: the masking of evaluations is constant and differs from training's.
_EVALUATION = 2**31


class TextTask:
    """A `Task`: see services/trainer/interface/task.py. `model`: on no device yet, with its adapters, if any."""

    def __init__(
        self,
        *,
        model: Any,
        tokenizer: Any,
        parameters: TextParameters,
        corpus: corpus.TextCorpus,
        objective: Objective,
        accelerator: Accelerator,
        teacher: Teacher | None = None,
    ) -> None:
        self._tokenizer, self._settings, self._corpus = tokenizer, parameters, corpus
        self._objective, self._accelerator, self._teacher = objective, accelerator, teacher
        self.model = model
        self._trainable = [p for p in model.parameters() if p.requires_grad]
        self._module, self._optimizer = accelerator.prepare(model, _optimizer(self._trainable, parameters))
        self._step_size = parameters.batch_size * parameters.gradient_accumulation * accelerator.num_processes
        self.steps_per_epoch = math.ceil(len(corpus.train.indices) / self._step_size)
        self.parameter_count = sum(p.numel() for p in self._trainable)
        limits = (parameters.max_steps, parameters.epochs * self.steps_per_epoch)
        self._total = min(limit for limit in limits if limit)

    def batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        """One batch per step: this process's microbatches."""
        train = self._corpus.train
        steps = epoch_steps(train.lengths, self._step_size, seed=self._settings.seed, epoch=epoch)
        rank, processes = self._accelerator.process_index, self._accelerator.num_processes
        for step in steps[skip:]:
            mine = share(train.indices[step], self._settings.batch_size, rank=rank, processes=processes)
            yield {"parts": [self._objective.collate(train.fields, part, epoch) for part in mine]}

    def size_of(self, batch: Batch) -> int:
        return sum(part.samples for part in _parts(batch))

    def learning_rate(self, step: int) -> float:
        chosen = self._settings
        return learning_rate(
            step, peak=chosen.learning_rate, warmup=chosen.warmup_steps, total=self._total, schedule=chosen.schedule
        )

    def train_step(self, batch: Batch, learning_rate: float) -> dict[str, float]:
        self._module.train()
        self._optimizer.zero_grad(set_to_none=True)
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        parts = _parts(batch)
        targets = max(1.0, self._sum([float(sum(part.targets for part in parts))])[0])
        sums = torch.zeros(3, device=self._accelerator.device)
        for number, part in enumerate(parts, start=1):
            # The processes exchange gradients once a step, with the last part.
            with nullcontext() if number == len(parts) else self._accelerator.no_sync(self._module):
                terms = self._losses(part.to(self._accelerator.device))
                # The gradients are averaged over the processes; the factor makes that a sum.
                self._accelerator.backward(terms[0] * (self._accelerator.num_processes / targets))
            sums += terms.detach()
        values = self._reported([value / targets for value in self._sum(sums.tolist())])
        norm = self._accelerator.clip_grad_norm_(self._trainable, self._settings.gradient_clip)
        values["grad_norm"] = float(norm) if norm is not None else 0.0
        if not (math.isfinite(values["loss"]) and math.isfinite(values["grad_norm"])):
            raise Diverged(
                f"The loss became {values['loss']}, the gradients' norm {values['grad_norm']}.",
                hint="Lower learning_rate (a fifth is a good try) and resume from the last checkpoint.",
            )
        self._optimizer.step()
        return values

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """The metrics over all validation samples; `val_loss` is the loss of the data, without the teacher's term."""
        self.model.eval()
        split, accelerator = self._corpus.validation, self._accelerator
        ordered = split.indices[split.lengths.argsort(kind="stable")]
        mine = ordered[accelerator.process_index :: accelerator.num_processes]
        size = self._settings.batch_size
        loss, guesses, labels = 0.0, [torch.empty(0, dtype=torch.long)], [torch.empty(0, dtype=torch.long)]
        for start in range(0, len(mine), size):
            part = self._objective.collate(split.fields, mine[start : start + size], _EVALUATION)
            logits, targets, _ = self._counted(self.model, part.to(accelerator.device))
            loss += float(functional.cross_entropy(logits, targets, reduction="sum"))
            guesses.append(logits.argmax(dim=-1).cpu())
            labels.append(targets.cpu())
        guessed, expected = torch.cat(guesses), torch.cat(labels)
        total, right, count = self._sum([loss, float((guessed == expected).sum()), float(len(expected))])
        mean = total / max(1.0, count)
        evaluated = EvaluationBatch(
            loss=mean,
            accuracy=right / max(1.0, count),
            guesses=guessed,
            labels=expected,
            model=self.model,
            accelerator=accelerator,
            fields=split.fields,
            indices=split.indices,
        )
        return {"val_loss": mean, **self._objective.evaluate_rows(evaluated)}

    def save(self, folder: Path) -> None:
        """Write a complete model, and under `state/` the data for a resume."""
        save_model(self.model, self._tokenizer, folder)
        state = folder / _STATE
        state.mkdir()
        save_optimizers([self._optimizer], state)
        if lora.has_adapters(self.model):
            lora.save_adapters(self.model, state)

    def load_optimizer(self, folder: Path) -> None:
        """Load the optimizer's state; the model is built with the weights. Raises `UnsafeCheckpoint`."""
        load_optimizers([self._optimizer], folder / _STATE)

    def _losses(self, part: MicroBatch) -> torch.Tensor:
        """float [3]: the total loss, the data's, the teacher's; sums over the part's targets."""
        logits, labels, counted = self._counted(self._module, part)
        hard = functional.cross_entropy(logits, labels, reduction="sum")
        if self._teacher is None:
            return torch.stack([hard, hard.detach(), torch.zeros_like(hard)])
        soft = distillation_loss(logits, self._teacher.logits(part).flatten(0, -2)[counted], self._settings.temperature)
        weight = self._settings.distillation_weight
        return torch.stack([(1 - weight) * hard + weight * soft, hard.detach(), soft.detach()])

    def _counted(self, module: Any, part: MicroBatch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logits float32 [N, C] and labels [N] of the targets that are not ignored, and their mask over all targets."""
        with self._accelerator.autocast():
            logits = module(**part.inputs).logits
        labels = part.labels.flatten()
        counted = labels != IGNORED
        return logits.flatten(0, -2)[counted].float(), labels[counted], counted

    def _sum(self, values: list[float]) -> list[float]:
        """The sums over all processes, in double precision."""
        if self._accelerator.num_processes == 1:
            return values
        tensor = torch.tensor(values, dtype=torch.float64, device=self._accelerator.device)
        return cast("list[float]", cast("torch.Tensor", self._accelerator.reduce(tensor, "sum")).tolist())

    def _reported(self, means: list[float]) -> dict[str, float]:
        loss, hard, soft = means
        return {"loss": loss} if self._teacher is None else {"loss": loss, "loss_data": hard, "loss_teacher": soft}


def _parts(batch: Batch) -> list[MicroBatch]:
    return cast("list[MicroBatch]", batch["parts"])


def _optimizer(trainable: list[torch.nn.Parameter], parameters: TextParameters) -> torch.optim.Optimizer:
    """AdamW without weight decay for biases and norms (all one-dimensional parameters), as in BERT."""
    groups = [
        {"params": [p for p in trainable if p.dim() > 1], "weight_decay": parameters.weight_decay},
        {"params": [p for p in trainable if p.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=parameters.learning_rate, fused=True)
