"""Extracts the input and the correct outputs from rows, in the layouts of Persian datasets.

pairs          source and target columns; the target may be a list, as ParsiNLU's translations have `targets`
squad          question, context or passage, and answers:
               [{"text": …}]                     SQuAD's own files (PQuAD, PersianQA)
               {"text": […], "answer_start": …}  SQuAD on the Hub
               [{"answer_text": …}]              ParsiNLU on the Hub (as its card says)
               [[293, "…"]]                      ParsiNLU's reading_comprehension/*.jsonl
translation    {"translation": {"en": …, "fa": …}} as in OPUS on the Hub (from fa unless a column is given)
"""

from __future__ import annotations

from collections.abc import Iterator

from services.trainer.recipes.text.encode import Texts
from services.trainer.recipes.text.parameters import Kind
from shared.text import Row, Value
from shared.text.columns import ANSWERS, DOCUMENT, PASSAGE, QUESTION, SOURCE, SUMMARY, TARGET, find_column

_MAX_ANSWERS = 20


def take_squad(row: Row, _: Kind, source_column: str, target_column: str) -> Texts | str:
    """Question, line break, passage, as in ParsiNLU's own models, with the answers; or the reason to skip the row."""
    passage = row.values[find_column(row, source_column, PASSAGE, "source_column")]
    question = row.values[find_column(row, "", QUESTION, "question")]
    answers = _texts(row.values[find_column(row, target_column, ANSWERS, "target_column")])
    if not isinstance(passage, str) or not isinstance(question, str) or not question.strip():
        return "without a question or a passage"
    if not answers:
        return "without an answer"
    return Texts(f"{question.strip()}\n{passage.strip()}", rest=answers)


def take_pair(row: Row, task: Kind, source_column: str, target_column: str) -> Texts | str:
    """The input and outputs of a row of any other task, or the reason to skip the row."""
    summary = task == "summarisation"
    row = _flattened(row)
    source_name = find_column(row, source_column, DOCUMENT if summary else SOURCE, "source_column")
    others = tuple(name for name in (SUMMARY if summary else TARGET) if name != source_name)
    source = row.values[source_name]
    targets = _texts(row.values[find_column(row, target_column, others, "target_column")])
    if not isinstance(source, str) or not source.strip():
        return "without an input"
    return Texts(source.strip(), rest=targets) if targets else "without an output"


def _flattened(row: Row) -> Row:
    """The row with the languages of a `translation` struct as columns."""
    inside = row.values.get("translation")
    return Row(row.file, row.number, inside) if isinstance(inside, dict) else row


def _texts(value: Value) -> tuple[str, ...]:
    texts = tuple(dict.fromkeys(text.strip() for text in _walk(value) if text.strip()))
    return texts[:_MAX_ANSWERS]


def _walk(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)
    elif isinstance(value, dict):
        yield from _walk(value.get("answer_text", value.get("text")))
