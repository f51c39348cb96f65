"""Each recipe through the real child: killed, resumed, published; what comes out is a model like any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

from services.trainer.interface.protocol import Evaluated, Failed, Finished, Log, RunSpec, Started, Step
from shared.contracts.wire import ConfigValue
from shared.products import ModelInfo, read_info
from tests.support.text_trials import CONFIG, Trials
from tests.support.training import Child

pytestmark = pytest.mark.timeout(240)
AUTO: dict[str, Any] = {
    "masked_lm": AutoModelForMaskedLM,
    "classification": AutoModelForSequenceClassification,
    "seq2seq": AutoModelForSeq2SeqLM,
}


def spec_of(trials: Trials, root: Path, recipe: str, run_id: str, **changes: ConfigValue) -> RunSpec:
    config: dict[str, ConfigValue] = {**CONFIG, "evaluate_every": 5, "checkpoint_every": 5, **changes}
    return RunSpec(
        run_id=run_id,
        recipe=recipe,
        config=config,
        datasets=(trials.datasets[recipe],),
        base_model=trials.bases[recipe],
        checkpoints=root / "checkpoints" / run_id,
        scratch=root / "tmp",
        product_folder=root / "models" / "local" / run_id,
        product_name=run_id,
    )


@pytest.fixture
def children() -> Iterator[list[Child]]:
    started: list[Child] = []
    yield started
    for child in started:
        child.kill()


@pytest.mark.parametrize(("recipe", "lora_rank"), [("masked_lm", 0), ("classification", 4), ("seq2seq", 0)])
@pytest.mark.siege
def test_killed_and_resumed_it_makes_the_same_model(
    trials: Trials, tmp_path: Path, children: list[Child], recipe: str, lora_rank: int
) -> None:
    spec = spec_of(trials, tmp_path, recipe, "straight", lora_rank=lora_rank)
    straight = Child(spec)
    children.append(straight)
    assert straight.end() == 0
    told = [message for message in straight.messages if not isinstance(message, Log)]
    assert isinstance(told[0], Started)
    assert sorted(straight.steps) == list(range(1, 13))
    finished = told[-1]
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.product) == ("completed", spec.product_folder)
    said = [message.message for message in straight.messages if isinstance(message, Log)]
    assert any("samples to train on" in line for line in said)
    assert not [m for m in straight.messages if isinstance(m, Log) and m.level in {"warning", "error"}]

    again = spec_of(trials, tmp_path, recipe, "killed", lora_rank=lora_rank)
    first = Child(again)
    children.append(first)
    first.read(lambda m: isinstance(m, Step) and m.step == 7)
    first.kill()
    second = Child(again)
    children.append(second)
    assert second.end() == 0
    resumed = min(second.steps)
    assert resumed in {6, 11}  # it may have come to step 10 before it was dead
    assert second.steps == {step: values for step, values in straight.steps.items() if step >= resumed}
    evaluations = [
        {m.step: m.values for m in child.messages if isinstance(m, Evaluated) and m.step >= resumed}
        for child in (straight, second)
    ]
    assert evaluations[0] == evaluations[1]

    _same_model(recipe, spec.product_folder, spec.checkpoints / str(finished.best_step))
    info = read_info(spec.product_folder)
    assert isinstance(info, ModelInfo)
    assert (info.recipe, info.step) == (recipe, finished.best_step)
    _same_model(recipe, spec.product_folder, again.product_folder)


def _same_model(recipe: str, one: Path, other: Path) -> None:
    inputs = AutoTokenizer.from_pretrained(one)("سلام دنیا", return_tensors="pt")
    if recipe == "seq2seq":
        inputs["decoder_input_ids"] = torch.tensor([[0, 5]])
    with torch.no_grad():
        logits = [AUTO[recipe].from_pretrained(folder).eval()(**inputs).logits for folder in (one, other)]
    assert torch.equal(logits[0], logits[1])


def test_a_teacher_reaches_the_child(trials: Trials, tmp_path: Path, children: list[Child]) -> None:
    spec = spec_of(trials, tmp_path, "masked_lm", "taught", max_steps=2)
    child = Child(spec.model_copy(update={"teacher_model": trials.bases["masked_lm"]}))
    children.append(child)
    assert child.end() == 0
    assert set(child.steps[1]) == {"loss", "loss_data", "loss_teacher"}


def test_a_model_of_pickles_fails_the_run_with_its_code(trials: Trials, tmp_path: Path, children: list[Child]) -> None:
    (tmp_path / "pickled").mkdir()
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "pickled" / name).write_bytes((trials.bases["masked_lm"] / name).read_bytes())
    (tmp_path / "pickled" / "pytorch_model.bin").write_bytes(b"x")
    spec = spec_of(trials, tmp_path, "masked_lm", "pickled")
    child = Child(spec.model_copy(update={"base_model": tmp_path / "pickled"}))
    children.append(child)
    assert child.end() == 1
    failed = child.messages[-1]
    assert isinstance(failed, Failed)
    assert (failed.code, "safetensors" in str(failed.hint)) == ("UNSAFE_CHECKPOINT", True)
