"""Trains the ezafe model: `python -m tools.readings.ezafe --tagger FILE --text FILE… --output FILE`.

Distillation: the tagger of `gruut-lang-fa` labels open text with the probability of an ezafe at each word, and a
logistic regression with an L1 penalty learns them; most of its weights are zero and are left out. The label files of
FarsDat and of the benchmarks are not used.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from shared.contracts.errors import Validation
from shared.persian.frontend import Frontend
from shared.persian.letters import HAMZA_ABOVE, ZWNJ
from shared.persian.readings.ezafe import EzafeModel, model_text
from shared.persian.readings.ezafe_features import MARK_CLASSES, features
from shared.persian.readings.tokens import words_of
from shared.persian.vowel_signs import bare
from tools.readings.classes import word_classes
from tools.readings.tagger import Tagger

VERSION = "1"
_SEED = 1
_PENALTY = 0.5
"""The inverse strength of the L1 penalty: 0.3 and 1 were no better on a tenth of the text."""
_LEAST_COUNT = 3
_CERTAIN = 0.02
"""A less probable label is not learned from."""
_PERSIAN_MARKS = {",": "،", ";": "؛", "?": "؟"}
Example = tuple[list[str], float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tagger", type=Path, required=True, help="gruut_lang_fa/pos/postagger.model")
    parser.add_argument("--text", type=Path, nargs="+", required=True, help="a sentence a line, or HomoRich's columns")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    tagger = Tagger(arguments.tagger)
    model = train(tagger, list(dict.fromkeys(line for path in arguments.text for line in _lines(path))))
    content = gzip.compress(model_text(model).encode(), 9, mtime=0)
    arguments.output.write_bytes(content)
    print(f"{len(model.weights):,} weights, {len(model.classes):,} words, {len(content):,} bytes")


def train(tagger: Tagger, lines: Sequence[str]) -> EzafeModel:
    classes = word_classes(tagger)
    untrained = EzafeModel({}, {}, classes)
    examples = [example for words in sentences(lines) for example in _examples(tagger, untrained, words)]
    counts = Counter(name for names, _ in examples for name in names)
    columns = {name: column for column, name in enumerate(sorted(n for n, c in counts.items() if c >= _LEAST_COUNT))}
    matrix = _matrix([names for names, _ in examples], columns)
    probability = np.array([label for _, label in examples])
    rows = vstack([matrix, matrix]).tocsr()
    labels = np.repeat([1, 0], len(examples))
    shares = np.concatenate([probability, 1 - probability])
    used = shares > _CERTAIN
    fitted = LogisticRegression(C=_PENALTY, l1_ratio=1, solver="liblinear", random_state=_SEED)
    fitted.fit(rows[used], labels[used], sample_weight=shares[used])
    weights = {name: round(100 * float(fitted.coef_[0][column])) for name, column in columns.items()}
    weights["b"] = weights.get("b", 0) + round(100 * float(fitted.intercept_[0]))
    return EzafeModel(_header(len(examples)), {name: w for name, w in weights.items() if w}, classes)


def sentences(lines: Sequence[str]) -> Iterator[list[str]]:
    """The words and marks of the normalized sentences, without the signs that show an ezafe."""
    frontend = Frontend()
    for line in lines:
        try:
            for sentence in frontend.sentences(line):
                yield [word.removesuffix(HAMZA_ABOVE) for word in words_of(bare(sentence))]
        except Validation:  # nothing to speak in it
            continue


def _examples(tagger: Tagger, model: EzafeModel, words: list[str]) -> Iterator[Example]:
    labels = tagger.ezafe([_spelled(tagger, word) for word in words])
    classes = model.tag(words).classes
    for index, word in enumerate(words):
        if word not in MARK_CLASSES:
            yield features(words, classes, index), labels[index]


def _spelled(tagger: Tagger, word: str) -> str:
    """The word as the tagger's corpus writes it: many endings without a half-space, and Persian marks."""
    joined = word.replace(ZWNJ, "")
    known = b"u:w=" + word.encode() in tagger.offsets
    return joined if not known and b"u:w=" + joined.encode() in tagger.offsets else _PERSIAN_MARKS.get(word, word)


def _matrix(rows: Sequence[list[str]], columns: dict[str, int]) -> csr_matrix:
    ends, indices = [0], []
    for names in rows:
        indices += sorted({columns[name] for name in names if name in columns})
        ends.append(len(indices))
    return csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(rows), len(columns)))


def _lines(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t")[3] if line.count("\t") >= 4 else line for line in lines]


def _header(examples: int) -> dict[str, str]:
    return {
        "version": VERSION,
        "examples": str(examples),
        "labels": "the part-of-speech tagger of gruut-lang-fa 2.0.1, MIT",
        "text": "UD Persian PerDT and Seraji (dev, test), CC BY-SA 4.0; HomoRich, CC0",
    }


if __name__ == "__main__":
    main()
