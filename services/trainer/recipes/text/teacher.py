"""Knowledge distillation (Hinton et al., 2015): training on a larger model's softened probabilities."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, cast

import torch
from accelerate import Accelerator
from torch.nn import functional

from services.trainer.recipes.text.microbatches import MicroBatch
from shared.contracts.errors import Validation
from shared.pretrained import load_model, load_tokenizer


class Teacher:
    """A frozen model that scores the student's batches. `order` [C] maps the student's labels to its own."""

    def __init__(self, model: Any, accelerator: Accelerator, order: list[int] | None = None) -> None:
        self._model = model.requires_grad_(False).eval().to(accelerator.device)
        self._accelerator = accelerator
        self._order = torch.tensor(order, device=accelerator.device) if order is not None else None
        self._takes = set(inspect.signature(model.forward).parameters)

    @torch.no_grad()
    def logits(self, part: MicroBatch) -> torch.Tensor:
        """The logits, float [B, …, C], in the student's order."""
        inputs = {name: tensor for name, tensor in part.inputs.items() if name in self._takes}
        with self._accelerator.autocast():
            logits = cast("torch.Tensor", self._model(**inputs).logits).float()
        return logits if self._order is None else logits[..., self._order]


def distillation_loss(student: torch.Tensor, teacher: torch.Tensor, temperature: float) -> torch.Tensor:
    """KL(teacher ‖ student) of logits [N, C], summed over N, times T² so that its gradients do not shrink with T.

    Models pad their vocabularies to different round sizes: logits beyond the smaller one have no token.
    """
    size = min(student.shape[-1], teacher.shape[-1])
    ours = functional.log_softmax(student[:, :size] / temperature, dim=-1)
    theirs = functional.log_softmax(teacher[:, :size] / temperature, dim=-1)
    return functional.kl_div(ours, theirs, reduction="sum", log_target=True) * temperature**2


def load_teacher(
    folder: Path,
    auto: Any,
    architectures: tuple[str, ...],
    tokenizer: Any,
    accelerator: Accelerator,
    labels: list[str] | None = None,
) -> Teacher:
    """Load a teacher. Raises `Validation` for one with another vocabulary or other labels, `UnsafeCheckpoint`."""
    own = load_tokenizer(folder)
    if own.get_vocab() != tokenizer.get_vocab():
        raise Validation(
            f"The teacher {folder.name} has another vocabulary than the base model.",
            hint="Choose a teacher with the same tokenizer: distillation compares the same tokens.",
        )
    model = load_model(folder, auto, architectures).model
    if labels is None:
        return Teacher(model, accelerator)
    known = {str(name): int(number) for name, number in (model.config.label2id or {}).items()}
    if set(known) != set(labels):
        raise Validation(
            f"The teacher {folder.name} knows other labels than the data: {', '.join(sorted(known)[:10])}.",
            hint=f"The data has: {', '.join(labels[:10])}. Train the teacher on it first.",
        )
    return Teacher(model, accelerator, [known[label] for label in labels])
