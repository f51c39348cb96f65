"""The three recipes step by step: losses fall, a resumed run is the same run, what is saved is what was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

from services.trainer.recipes.text.microbatches import MicroBatch
from shared.contracts.errors import Diverged, UnsafeCheckpoint
from tests.support.text_trials import Trials, run, save

RECIPES = ("masked_lm", "classification", "seq2seq")
AUTO: dict[str, Any] = {
    "masked_lm": AutoModelForMaskedLM,
    "classification": AutoModelForSequenceClassification,
    "seq2seq": AutoModelForSeq2SeqLM,
}
METRICS = {
    "masked_lm": {"val_loss", "val_perplexity", "val_accuracy"},
    "classification": {"val_loss", "val_accuracy", "val_f1"},
    "seq2seq": {"val_loss", "val_exact_match", "val_rouge_l", "val_chrf"},
}


@pytest.mark.parametrize("lora_rank", [0, 4])
@pytest.mark.parametrize("recipe", RECIPES)
def test_resumed_at_step_seven_it_gives_the_very_same_losses(
    trials: Trials, tmp_path: Path, recipe: str, lora_rank: int
) -> None:
    straight = trials.task(recipe, lora_rank=lora_rank)
    expected = run(straight, 12)
    stopped = trials.task(recipe, lora_rank=lora_rank)
    first = run(stopped, 7)
    stopped.evaluate()
    resumed = trials.task(recipe, lora_rank=lora_rank, resume=save(stopped, tmp_path / "7"))
    assert {**first, **run(resumed, 12, first=8)} == expected
    assert resumed.evaluate() == straight.evaluate()


@pytest.mark.parametrize("recipe", RECIPES)
def test_losses_fall_and_the_metrics_have_their_names(trials: Trials, recipe: str) -> None:
    task = trials.task(recipe, max_steps=80, learning_rate=5e-3)
    before = task.evaluate()
    assert set(before) == METRICS[recipe]
    losses = [values["loss"] for values in run(task, 80).values()]
    assert sum(losses[-10:]) < 0.9 * sum(losses[:10])
    assert task.evaluate()["val_loss"] < before["val_loss"]


@pytest.mark.parametrize("lora_rank", [0, 4])
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_checkpoint_is_a_whole_model(trials: Trials, tmp_path: Path, recipe: str, lora_rank: int) -> None:
    task = trials.task(recipe, lora_rank=lora_rank, learning_rate=1e-2)
    run(task, 5)
    folder = save(task, tmp_path / "5")
    model = AUTO[recipe].from_pretrained(folder, local_files_only=True).eval()
    assert not [name for name, _ in model.named_parameters() if "lora" in name]
    part = next(iter(task.batches(0, 0)))["parts"][0]  # type: ignore[index]
    assert isinstance(part, MicroBatch)
    with torch.no_grad():
        ours, theirs = task.model.eval()(**part.inputs).logits, model(**part.inputs).logits
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    words = AutoTokenizer.from_pretrained(folder)("سلام دنیا")["input_ids"]
    assert words == AutoTokenizer.from_pretrained(trials.bases[recipe])("سلام دنیا")["input_ids"]
    assert str(trials.bases[recipe]) not in (folder / "config.json").read_text()
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert kept >= {"config.json", "model.safetensors", "state/optimizers.safetensors", "tokenizer.json"}
    assert ("state/adapter.safetensors" in kept) is bool(lora_rank)
    assert not [name for name in kept if name.endswith((".bin", ".pt", ".pth", ".pkl"))]


def test_adapters_learn_and_the_model_stays(trials: Trials, tmp_path: Path) -> None:
    """Of a classifier the head is new: it begins at random and learns too."""
    task = trials.task("classification", lora_rank=4, learning_rate=1e-2)
    before = {name: tensor.clone() for name, tensor in task.model.state_dict().items()}
    run(task, 4)
    after = task.model.state_dict()
    changed = {name for name in after if not torch.equal(before[name], after[name])}
    assert changed
    assert all("lora_" in name or name.startswith(("classifier", "bert.pooler")) for name in changed)
    learned = load_file(save(task, tmp_path / "4") / "state" / "adapter.safetensors")
    assert changed <= set(learned)
    assert task.parameter_count == sum(tensor.numel() for tensor in learned.values())
    assert task.parameter_count < 0.5 * sum(tensor.numel() for tensor in before.values())


def test_adapters_of_another_rank_are_refused(trials: Trials, tmp_path: Path) -> None:
    folder = save(trials.task("masked_lm", lora_rank=4), tmp_path / "0")
    with pytest.raises(UnsafeCheckpoint, match="rank"):
        trials.task("masked_lm", lora_rank=8, resume=folder)


@pytest.mark.parametrize("recipe", RECIPES)
def test_small_batches_accumulated_are_one_large_batch(trials: Trials, recipe: str) -> None:
    """Of texts of different lengths: a mean of the batches' means would be something else."""
    large = trials.task(recipe, batch_size=8, gradient_accumulation=1)
    small = trials.task(recipe, batch_size=2, gradient_accumulation=4)
    assert large.steps_per_epoch == small.steps_per_epoch
    for task in (large, small):
        for module in task.model.modules():  # without dropout: it draws another pattern for another shape
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
            elif isinstance(getattr(module, "dropout", None), float):
                module.dropout = 0.0
    ours, theirs = run(small, 3), run(large, 3)
    for step in ours:
        assert ours[step] == pytest.approx(theirs[step], rel=1e-4)
    assert [small.size_of(batch) for batch in small.batches(0, 0)] == [large.size_of(b) for b in large.batches(0, 0)]


def test_a_loss_that_is_no_number_ends_the_run_before_it_touches_the_weights(trials: Trials) -> None:
    task = trials.task("masked_lm")
    with torch.no_grad():
        task.model.bert.embeddings.word_embeddings.weight[3] = float("nan")
    before = {name: tensor.clone() for name, tensor in task.model.state_dict().items() if "encoder" in name}
    with pytest.raises(Diverged):
        run(task, 1)
    assert all(torch.equal(before[name], task.model.state_dict()[name]) for name in before)


@pytest.mark.parametrize("task", ["squad", "summarisation", "translation"])
def test_each_kind_of_pairs_has_its_own_metrics(trials: Trials, tmp_path: Path, task: str) -> None:
    if task == "squad":
        row = '{"question": "هوا خوب است", "context": "امروز هوا خوب است", "answers": {"text": ["خوب", "هوا"]}}\n'
    else:
        row = '{"text": "سلام دنیا امروز", "summary": "سلام", "source": "سلام دنیا", "target": "دنیا"}\n'
    (tmp_path / "train.jsonl").write_text(row * 6, encoding="utf-8")
    values = trials.task("seq2seq", dataset=tmp_path, task=task).evaluate()
    expected = {
        "squad": {"val_exact_match", "val_f1"}, "summarisation": {"val_rouge_l"}, "translation": {"val_chrf"}
    }[task]  # fmt: skip
    assert set(values) == {"val_loss", *expected}
