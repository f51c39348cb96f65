"""Learning from a teacher: the student comes closer to it, and what does not fit is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from services.trainer.recipes.text.teacher import distillation_loss
from shared.contracts.errors import Validation
from tests.support.text_models import write_bert, write_mt5
from tests.support.text_trials import Trials, run, save


def test_the_divergence_is_zero_of_equals_and_known_of_others() -> None:
    logits = torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
    assert float(distillation_loss(logits, logits, 2.0)) == pytest.approx(0.0, abs=1e-6)
    teacher = torch.tensor([[3.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    p, q = (teacher / 2).softmax(-1), (logits / 2).softmax(-1)
    expected = 4 * float((p * (p.log() - q.log())).sum())
    assert float(distillation_loss(logits, teacher, 2.0)) == pytest.approx(expected, rel=1e-5)
    # A table that is filled up to a round size: what lies beyond the smaller one does not count.
    assert float(distillation_loss(functional.pad(logits, (0, 5), value=9.0), teacher, 2.0)) == pytest.approx(
        expected, rel=1e-5
    )


@pytest.mark.parametrize("recipe", ["masked_lm", "seq2seq", "classification"])
def test_the_student_moves_to_the_teacher(trials: Trials, tmp_path: Path, recipe: str) -> None:
    taught = trials.task(recipe, max_steps=30, learning_rate=5e-3)
    run(taught, 30)
    teacher = save(taught, tmp_path / "teacher")
    student = trials.task(recipe, teacher=teacher, distillation_weight=1.0, max_steps=60, learning_rate=5e-3, seed=7)
    values = run(student, 60, seed=7)
    soft = [step["loss_teacher"] for step in values.values()]
    assert sum(soft[-6:]) < 0.8 * sum(soft[:6])
    assert values[1]["loss"] == pytest.approx(values[1]["loss_teacher"])


def test_a_weight_of_zero_learns_from_the_data_alone(trials: Trials) -> None:
    teacher = trials.bases["masked_lm"]
    alone = run(trials.task("masked_lm"), 3)
    beside = run(trials.task("masked_lm", teacher=teacher, distillation_weight=0.0), 3)
    assert [v["loss"] for v in beside.values()] == pytest.approx([v["loss"] for v in alone.values()], rel=1e-5)


def test_a_teacher_of_other_words_is_refused(trials: Trials, tmp_path: Path) -> None:
    other = write_bert(tmp_path / "other")
    text = (other / "tokenizer.json").read_text().replace('"سلام"', '"درود"')
    (other / "tokenizer.json").write_text(text)
    with pytest.raises(Validation, match="vocabulary"):
        trials.task("masked_lm", teacher=other)


def test_a_teacher_of_other_labels_is_refused(trials: Trials) -> None:
    with pytest.raises(Validation, match="labels") as refused:
        trials.task("classification", teacher=trials.bases["classification"])
    assert "مثبت" in str(refused.value.hint)


def test_a_smaller_student_of_the_same_words_is_welcome(trials: Trials, tmp_path: Path) -> None:
    small = write_mt5(tmp_path / "small", hidden=16)
    assert run(trials.task("seq2seq", base=small, teacher=trials.bases["seq2seq"]), 1)[1]["loss_teacher"] > 0
