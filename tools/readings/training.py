"""A model and a gate for every homograph."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.persian.readings.homographs import FOREVER, HomographModel
from tools.readings.bayes import PRIOR, Bayes, Counts, Features, Fitted, fit
from tools.readings.ipa import ipa_of, letters_of
from tools.readings.samples import Sample, without_ezafe

CERTAIN = math.log(0.95 / 0.05)
"""The least gate: log-odds of a reading that is right in 19 of 20 sentences."""
FOLDS = 5
NO_DEFAULTS = frozenset({"ابی", "ترکاند", "هری"})
"""espeak-ng's reading of these is no word: the most common one replaces it."""
_LOANED = 3.0  # sentences that all causatives lend to each one
_LEAST_LENT = 5  # causatives lend only features of more sentences
_MEASURABLE = 20  # natural sentences, of which the prior lets one pass
_MARGIN = 0.5  # log-odds above the best score of a wrong reading
_SMALLEST_WEIGHT = 4  # tenths


@dataclass(frozen=True, slots=True)
class Homograph:
    """A word, its default in HomoRich's letters and in IPA, and its other readings, sorted."""

    word: str
    default: str
    ipa: str
    readings: tuple[str, ...]


def homographs(samples: Sequence[Sample], defaults: Mapping[str, str]) -> list[Homograph]:
    """`defaults`: espeak-ng's IPA of each word."""
    readings: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        readings[sample.word].add(sample.reading)
    table = []
    for word in sorted(readings):
        default = without_ezafe(word, letters_of(defaults[word]))
        table.append(Homograph(word, default, defaults[word], tuple(sorted(readings[word] - {default}))))
    return table


def train(
    table: Sequence[Homograph], samples: Sequence[Sample], natural: Mapping[str, Sequence[Features]]
) -> dict[str, HomographModel]:
    """The models by word.

    The gate of each lets no held-out sentence with the default pass, and no more natural ones than the prior allows;
    if the default is rare, it lets that share of the held-out ones pass.
    """
    folds = [
        _fit_all(table, [sample for sample in samples if sample.fold(FOLDS) != fold], natural) for fold in range(FOLDS)
    ]
    held_out: dict[str, list[float]] = defaultdict(list)
    defaults = {homograph.word: homograph.default for homograph in table}
    for sample in samples:
        fold = folds[sample.fold(FOLDS)].get(sample.word)
        if fold and sample.bare and sample.reading == defaults[sample.word]:
            held_out[sample.word].append(max(fold.model.log_odds(sample.features)))
    fitted = _fit_all(table, samples, natural)
    gates = {word: _gate(held_out[word], each) for word, each in fitted.items()}
    frequency = Counter((sample.word, sample.reading) for sample in samples)
    return {
        homograph.word: _finished(
            homograph,
            fitted[homograph.word].model if homograph.word in fitted else None,
            gates.get(homograph.word, CERTAIN),
            frequency,
        )
        for homograph in table
    }


def _gate(held_out: Sequence[float], fitted: Fitted) -> float:
    """`held_out`: the log-odds against the default of sentences that have it."""
    if fitted.prior != PRIOR:
        return max(CERTAIN, _exceeded(held_out))
    # A few natural sentences do not measure a rate.
    rate = _exceeded(fitted.natural) if len(fitted.natural) >= _MEASURABLE else CERTAIN
    return max(CERTAIN, max(held_out, default=-math.inf) + _MARGIN, rate)


def _exceeded(log_odds: Sequence[float]) -> float:
    """The value that a share of `1 - PRIOR` exceeds."""
    return sorted(log_odds, reverse=True)[int(len(log_odds) * (1 - PRIOR))] if log_odds else -math.inf


def _fit_all(
    table: Sequence[Homograph], samples: Sequence[Sample], natural: Mapping[str, Sequence[Features]]
) -> dict[str, Fitted]:
    own: dict[str, list[Sample]] = defaultdict(list)
    causatives: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        own[sample.word].append(sample)
        causatives[_causative(sample.reading)].append(sample)
    common = _rates([features for contexts in natural.values() for features in contexts])
    lent = {tense: _counted(sentences) for tense, sentences in causatives.items() if tense}
    return {
        homograph.word: fit(
            homograph.default,
            homograph.readings,
            _labelled(homograph, own[homograph.word], lent),
            natural.get(homograph.word, ()),
            common,
        )
        for homograph in table
        if homograph.readings
    }


def _rates(contexts: Sequence[Features]) -> dict[str, float]:
    counts = Counter(feature for features in contexts for feature in features)
    return {feature: count / len(contexts) for feature, count in counts.items()}


def _causative(reading: str) -> str:
    """«رساند» is resAnd (past) or resAnad (present); some forty verbs alternate like it and share their contexts."""
    return next((ending for ending in ("And", "Anad") if reading.endswith(ending)), "")


def _counted(samples: Sequence[Sample]) -> tuple[int, Counter[str]]:
    """The number of sentences, and of those with each feature."""
    return len(samples), Counter(feature for sample in samples for feature in sample.features)


def _labelled(homograph: Homograph, samples: Sequence[Sample], lent: Mapping[str, tuple[int, Counter[str]]]) -> Counts:
    sentences: dict[str, float] = {}
    features: dict[str, Counter[str]] = {}
    for reading in (homograph.default, *homograph.readings):
        count, present = _counted([sample for sample in samples if sample.reading == reading])
        sentences[reading], features[reading] = count, present
        tense = _causative(reading)
        if tense in lent:
            total, shared = lent[tense]
            share = min(1.0, _LOANED / total)
            sentences[reading] += total * share
            for feature, times in shared.items():
                if times > _LEAST_LENT:
                    present[feature] += times * share  # type: ignore[assignment]
    return Counts(sentences, features)


def _finished(
    homograph: Homograph, model: Bayes | None, gate: float, frequency: Mapping[tuple[str, str], int]
) -> HomographModel:
    """Rounded to tenths, in IPA; the most common reading first where the default is no word."""
    word, replaced = homograph.word, homograph.word in NO_DEFAULTS
    default = "" if replaced else homograph.ipa
    if model is None:
        return HomographModel(_tenths(gate), default, (), ())
    order = sorted(range(len(model.readings)), key=lambda i: (-frequency.get((word, model.readings[i]), 0), i))
    rounded = {feature: tuple(_tenths(weights[place]) for place in order) for feature, weights in model.weights.items()}
    weights = {
        feature: row
        for feature, row in rounded.items()
        if max(map(abs, row)) >= _SMALLEST_WEIGHT and (not replaced or len(set(row)) > 1)
    }
    return HomographModel(
        FOREVER if replaced else _tenths(gate),
        default,
        tuple(ipa_of(word, model.readings[place]) for place in order),
        tuple(_tenths(0 if replaced and place == order[0] else model.biases[place]) for place in order),
        weights,
    )


def _tenths(value: float) -> int:
    return round(value * 10)
