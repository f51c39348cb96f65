"""Common names of columns, the most specific first. A name from a recipe's parameter takes precedence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.contracts.errors import BadDataset
from shared.text.row import Row, Value

TEXT = ("text", "sentence", "content", "review", "comment", "body", "premise", "sent1", "q1", "sentence1", "passage")
LABEL = ("label", "labels", "class", "category", "sentiment", "target")
SOURCE = ("source", "input", "inputs", "text", "fa", "document", "article", "question")
TARGET = ("target", "targets", "output", "outputs", "translation", "summary", "en", "highlights", "answer")
DOCUMENT = ("document", "article", "text", "content", "source", "input", "body")
SUMMARY = ("summary", "highlights", "abstract", "target", "targets", "output", "title")
PASSAGE = ("context", "passage", "paragraph")
QUESTION = ("question", "query")
ANSWERS = ("answers", "answer", "answer_text", "targets", "target")
KNOWN = frozenset((*TEXT, *LABEL, *SOURCE, *TARGET, *DOCUMENT, *SUMMARY, *PASSAGE, *QUESTION, *ANSWERS, "id", "path"))


def find_column(row: Row, named: str, candidates: Iterable[str], parameter: str) -> str:
    """The name of the matching column in this row's file. Raises `BadDataset`, which lists the columns."""
    lower = {name.lower(): name for name in row.values}
    for candidate in (named,) if named else tuple(candidates):
        if candidate in row.values:
            return candidate
        if not named and candidate in lower:
            return lower[candidate]
    missing = f"column “{named[:60]}”" if named else f"column that looks like {parameter.removesuffix('_column')}"
    raise BadDataset(
        f"{row.file.name} has no {missing} (row {row.number}). Its columns: {_listed(row.values)}.",
        hint=f"Set {parameter} to one of them." if parameter.endswith("_column") else None,
    )


def _listed(values: Mapping[str, Value]) -> str:
    names = [str(name)[:40] for name in values]
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
