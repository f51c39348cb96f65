"""Measures the readings of homographs: `python -m bench.homographs --homographs FILE --text FILE --phonemes DIR`.

Balanced: five-fold cross-validation by sentence on the labelled sentences; each model has not seen the fold. Natural:
the weights of the front-end on sentences with reference phonemes, `DIR/farsdat.csv`, read by `DIR/score.py`.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.scorer import Scorer, load_scorer, sentences_of
from shared.persian.espeak import espeak
from shared.persian.frontend import Frontend
from shared.persian.readings.homographs import HomographModel, homograph_ipa, known_readings, parse_models
from tools.readings.homographs import render
from tools.readings.ipa import letters_of
from tools.readings.samples import Sample, read_labelled, read_natural, without_ezafe
from tools.readings.training import FOLDS, homographs, train

_TOKEN = re.compile(r"[^\s\w\u200c]|[\w\u200c\u064b-\u0654]+")


@dataclass(slots=True)
class Tally:
    """Outcomes of espeak-ng alone and of the gated model, by word and reading."""

    outcomes: dict[tuple[str, str], list[tuple[bool, bool]]] = field(default_factory=lambda: defaultdict(list))
    changes: list[str] = field(default_factory=list)

    def add(self, word: str, reading: str, default: str, chosen: str, context: str = "") -> None:
        self.outcomes[word, reading].append((default == reading, chosen == reading))
        if chosen != default:
            self.changes.append(
                f"{'+' if chosen == reading else '-'} {word} {reading}, {default} > {chosen}: {context}"
            )

    @property
    def count(self) -> int:
        return sum(map(len, self.outcomes.values()))

    def accuracy(self) -> tuple[float, float]:
        """Shares of the occurrences that espeak-ng and the model read right."""
        every = [outcome for outcomes in self.outcomes.values() for outcome in outcomes]
        return _share(every, 0), _share(every, 1)

    def balanced(self) -> tuple[float, float]:
        """The mean over words of the mean recall of their readings."""
        words: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for (word, _), outcomes in self.outcomes.items():
            words[word].append((_share(outcomes, 0), _share(outcomes, 1)))
        means = [(_mean([r[0] for r in recalls]), _mean([r[1] for r in recalls])) for recalls in words.values()]
        return _mean([mean[0] for mean in means]), _mean([mean[1] for mean in means])


def measure(labelled: Path, text: Path, phonemes: Path) -> tuple[Tally, Tally, int]:
    """Balanced and natural outcomes, and the occurrences whose reference could not be aligned."""
    natural, unaligned = measure_natural(phonemes)
    return measure_balanced(labelled, text), natural, unaligned


def measure_balanced(labelled: Path, text: Path) -> Tally:
    """Cross-validation. Words with one reading only, and words with an ending, are left out."""
    samples = read_labelled(labelled)
    words = {sample.word for sample in samples}
    defaults = {word: espeak().phonemes(word) for word in sorted(words)}
    table, contexts = homographs(samples, defaults), read_natural(text, words)
    ambiguous = {homograph.word: homograph.default for homograph in table if homograph.readings}
    tally = Tally()
    for fold in range(FOLDS):
        rest = [sample for sample in samples if sample.fold(FOLDS) != fold]
        models = parse_models(render(train(table, rest, contexts)))
        for sample in samples:
            if sample.fold(FOLDS) == fold and sample.bare and sample.word in ambiguous:
                default = ambiguous[sample.word]
                chosen = _chosen(models, sample) or default
                tally.add(sample.word, sample.reading, default, chosen, " ".join(sample.words))
    return tally


def _chosen(models: Mapping[str, HomographModel], sample: Sample) -> str | None:
    model = models[sample.word]
    ipa = model.choose(sample.features) if model.ipa else None
    return None if ipa is None else without_ezafe(sample.word, letters_of(ipa))


def measure_natural(phonemes: Path) -> tuple[Tally, int]:
    """Occurrences of known homographs whose reference is one of their readings, and the number of the others."""
    scorer, tally, unaligned = load_scorer(phonemes), Tally(), 0
    frontend = Frontend()
    for text, reference in sentences_of(scorer):
        words = _TOKEN.findall(frontend.normalize(text))
        for index, spoken in _references(scorer, words, reference):
            word = words[index]
            default = _plain(scorer, word, espeak().phonemes(word))
            known = [_plain(scorer, word, ipa) for ipa in known_readings(word)]
            reading = _matching(spoken, dict.fromkeys([default, *known]))
            if reading is None:
                unaligned += 1
                continue
            ipa = homograph_ipa(words, index)
            chosen = default if ipa is None else _plain(scorer, word, ipa)
            tally.add(word, reading, default, chosen, " ".join(words[max(0, index - 5) : index + 6]))
    return tally, unaligned


def _references(scorer: Scorer, words: Sequence[str], reference: str) -> Iterator[tuple[int, str]]:
    """Places of homographs and what the reference says there; empty where the words do not align one to one."""
    if not any(known_readings(word) for word in words):
        return
    said = {i: scorer.simp(scorer.from_ipa(espeak().phonemes(word)).replace(" ", "")) for i, word in enumerate(words)}
    places = [place for place, letters in said.items() if letters]
    expected = [letters for word in reference.split() if (letters := scorer.simp(re.sub("[12]", "", word)))]
    for start, end, first, last in scorer.align([said[place] for place in places], expected):
        for place in places[start:end]:
            if known_readings(words[place]):
                single = end - start == 1 and last - first == 1
                yield place, expected[first] if single else ""


def _matching(spoken: str, readings: Mapping[str, None]) -> str | None:
    """The reading that the reference has, perhaps with an ezafe."""
    exact = [reading for reading in readings if spoken == reading]
    return next(iter(exact or [each for each in readings if spoken in (f"{each}e", f"{each}ye")]), None)


def _plain(scorer: Scorer, word: str, ipa: str) -> str:
    return without_ezafe(word, scorer.simp(scorer.from_ipa(ipa)))


def _share(outcomes: Sequence[tuple[bool, bool]], which: int) -> float:
    return sum(outcome[which] for outcome in outcomes) / max(1, len(outcomes))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.homographs", description=__doc__)
    parser.add_argument("--homographs", type=Path, required=True)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--phonemes", type=Path, required=True)
    parser.add_argument("--changes", action="store_true", help="print every reading that the model changed")
    options = parser.parse_args()
    balanced = report(options.homographs, options.text, options.phonemes)
    if options.changes:
        print("\n".join(balanced.changes))


def report(homographs: Path, text: Path, phonemes: Path) -> Tally:
    """Print the table of accuracies; the outcomes of the labelled sentences."""
    balanced, natural, unaligned = measure(homographs, text, phonemes)
    print("| | occurrences | espeak-ng | gated |\n|---|---|---|---|")
    for name, count, (alone, gated) in (
        ("balanced accuracy (mean of words)", balanced.count, balanced.balanced()),
        ("accuracy on the labelled sentences", balanced.count, balanced.accuracy()),
        ("natural accuracy", natural.count, natural.accuracy()),
    ):
        print(f"| {name} | {count} | {alone:.1%} | {gated:.1%} |")
    print(f"\n{unaligned} natural occurrences could not be aligned; {len(natural.changes)} changed.")
    print("\n".join(natural.changes))
    return balanced


if __name__ == "__main__":
    main()
