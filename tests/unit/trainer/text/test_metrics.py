"""Metrics against values that can be worked out by hand, or that others published."""

from __future__ import annotations

import numpy as np
import pytest

from services.trainer.recipes.text.metrics import chrf, exact_match, macro_f1, rouge_l, token_f1
from services.trainer.recipes.text.seq2seq import measured


def test_macro_f1_is_the_mean_over_the_labels_that_occur() -> None:
    # Label 0: precision 2/3, recall 2/3. Label 1: precision 1/2, recall 1/2. Label 2 never occurs.
    confusion = np.array([[2.0, 1, 0], [1, 1, 0], [0, 0, 0]])
    assert macro_f1(confusion) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert macro_f1(np.zeros((2, 2))) == 0.0


@pytest.mark.parametrize(
    ("answer", "reference", "same"),
    [
        ("حدود ۴۰ سالگی", "حدود 40 سالگی.", True),
        ("كتاب علي", "کتاب علی", True),
        ("می‌روم", "می روم", True),
        ("Tehran", "tehran!", True),
        ("کرمان", "تهران", False),
        ("", "تهران", False),
    ],
)
def test_an_exact_match_is_told_after_normalisation(answer: str, reference: str, same: bool) -> None:
    assert exact_match(answer, ["چیز دیگر", reference]) == float(same)


def test_token_f1_takes_the_best_reference() -> None:
    # Two of two words are right, the reference has three: precision 1, recall 2/3.
    assert token_f1("استان کرمان", ["در استان کرمان", "تهران"]) == pytest.approx(0.8)
    assert token_f1("", [""]) == 1.0
    assert token_f1("سلام", [""]) == 0.0


def test_rouge_l_keeps_persian_letters_and_the_order_of_words() -> None:
    assert rouge_l("پلیس مرد را کشت", ["پلیس مرد را کشت"]) == 1.0
    # Lin (2004): of “police killed the gunman” the sentence “police kill the gunman” shares a subsequence of 3 of 4,
    # “the gunman kill police” one of 2.
    assert rouge_l("police kill the gunman", ["police killed the gunman"]) == pytest.approx(0.75)
    assert rouge_l("the gunman kill police", ["police killed the gunman"]) == pytest.approx(0.5)
    assert rouge_l("", ["سلام"]) == 0.0


def test_chrf_is_sacrebleus() -> None:
    assert chrf(["سلام دنیا"], [["سلام دنیا"]]) == pytest.approx(1.0)
    assert chrf(["خداحافظ"], [["سلام"]]) < 0.2
    # An answer with one reference beside one with two: the missing one never counts as the best.
    assert chrf(["سلام دنیا", "هوا خوب است"], [["سلام دنیا"], ["باران", "هوا خوب است"]]) == pytest.approx(1.0)


def test_a_task_chooses_its_metrics() -> None:
    answers, references = ["تهران", "شیراز"], [["تهران"], ["شهر شیراز"]]
    assert measured("squad", answers, references) == {
        "val_exact_match": 0.5,
        "val_f1": pytest.approx((1 + 2 / 3) / 2),
    }
    assert set(measured("summarisation", answers, references)) == {"val_rouge_l"}
    assert set(measured("translation", answers, references)) == {"val_chrf"}
    assert set(measured("pairs", answers, references)) == {"val_exact_match", "val_rouge_l", "val_chrf"}
