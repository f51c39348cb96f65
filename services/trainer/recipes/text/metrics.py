"""The metrics of text tasks, between 0 and 1; pure functions of texts and counts.

ROUGE-L is implemented here: the usual package (rouge-score, 2022) splits at every non-ASCII character, so that Persian
always scores 0. chrF is sacrebleu's, so that its values are comparable with published ones (there times 100).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shared.persian.letters import unify_letters

_WORD = re.compile(r"\w+")


def macro_f1(confusion: npt.NDArray[np.float64]) -> float:
    """The mean F1 over the labels that occur. `confusion`: counts [true, predicted]."""
    hits = np.diag(confusion)
    both = confusion.sum(axis=0) + confusion.sum(axis=1)
    return float((2 * hits[both > 0] / both[both > 0]).mean()) if both.any() else 0.0


def exact_match(answer: str, references: Sequence[str]) -> float:
    """SQuAD's exact match, ignoring variants of letters and digits, half-spaces, punctuation and case."""
    return float(any(words(answer) == words(reference) for reference in references))


def token_f1(answer: str, references: Sequence[str]) -> float:
    """SQuAD's F1 of common words with the best reference."""
    return max((_overlap(words(answer), words(reference)) for reference in references), default=0.0)


def rouge_l(answer: str, references: Sequence[str]) -> float:
    """The F1 of the longest common subsequence of words (Lin, 2004) with the best reference."""
    return max((_subsequence(words(answer), words(reference)) for reference in references), default=0.0)


def chrf(answers: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """chrF2 of a corpus (Popović, 2015) by sacrebleu; the number of references may differ between answers."""
    from sacrebleu.metrics.chrf import CHRF

    most = max(len(answers) for answers in references)
    # sacrebleu takes the references by rank; an empty one is never the best.
    columns = [[answers[rank] if rank < len(answers) else "" for answers in references] for rank in range(most)]
    return float(CHRF().corpus_score(list(answers), columns).score) / 100


def words(text: str) -> list[str]:
    """The normalised words of a text."""
    return _WORD.findall(unify_letters(text).lower())


def _overlap(answer: list[str], reference: list[str]) -> float:
    if not answer or not reference:
        return float(answer == reference)
    return _f1((Counter(answer) & Counter(reference)).total(), len(answer), len(reference))


def _subsequence(answer: list[str], reference: list[str]) -> float:
    if not answer or not reference:
        return float(answer == reference)
    row = [0] * (len(reference) + 1)
    for word in answer:
        diagonal = 0
        for column, other in enumerate(reference, start=1):
            diagonal, row[column] = row[column], diagonal + 1 if word == other else max(row[column], row[column - 1])
    return _f1(row[-1], len(answer), len(reference))


def _f1(common: int, answer: int, reference: int) -> float:
    return 2 * common / (answer + reference)
