"""Naive Bayes for one homograph, from few labelled sentences and natural ones without labels.

The labelled sentences are balanced over the readings; natural ones are not, and most of them have the default. So each
natural sentence first counts as the default with the probability of the prior, then with the posterior of a model of
the other natural sentences (expectation maximisation; positive and unlabelled data as in Elkan and Noto 2008).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.persian.readings.homograph_features import ANYWHERE

Features = frozenset[str]
Posterior = Mapping[str, float]
Rates = Mapping[str, float]

PRIOR = 0.95
"""The share of natural occurrences for which espeak-ng's default is right."""
STRENGTH = 2.0
"""Sentences that the mean of the readings counts for in the rate of a feature. 1 reads more of the rare readings
right in cross-validation, but fewer of the defaults."""
COMMON = 4.0
"""Sentences that the rate in all natural text counts for, so that «در» and «به» decide little."""
ROUNDS = 2
_PARTS = 10  # models for the posteriors of natural sentences, each without a tenth of them
_MOST_NATURAL = 100  # the weight of all natural sentences of a word; «به» has thousands
_LEAST = 0.02  # posteriors below this count as zero
_ENOUGH = 5  # natural sentences that can show that the default is rare
_RAREST = 0.02  # the least natural rate of a feature: one sentence with it is no proof
_TINY = 1e-12
_FREQUENT = 20  # sentences; above, a feature that occurs once is dropped


@dataclass(frozen=True, slots=True)
class Counts:
    """Weighted numbers: of sentences and of features for each reading."""

    sentences: Mapping[str, float]
    features: Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Bayes:
    """Log-odds of each reading against the default: a bias and a weight a feature, in the order of `readings`."""

    readings: tuple[str, ...]
    biases: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]

    def log_odds(self, features: Features) -> list[float]:
        rows = [self.weights[feature] for feature in features if feature in self.weights]
        return [bias + math.fsum(row[place] for row in rows) for place, bias in enumerate(self.biases)]

    def posterior(self, default: str, features: Features) -> dict[str, float]:
        """Probabilities of the default and the other readings."""
        scores = [0.0, *self.log_odds(features)]
        highest = max(scores)
        odds = [math.exp(score - highest) for score in scores]
        total = math.fsum(odds)
        return {reading: each / total for reading, each in zip((default, *self.readings), odds, strict=True)}


@dataclass(frozen=True, slots=True)
class Fitted:
    """`natural`: the best log-odds of each natural sentence by a model that has not seen it. `prior`: the default's."""

    model: Bayes
    natural: tuple[float, ...]
    prior: float


def fit(default: str, readings: Sequence[str], labelled: Counts, natural: Sequence[Features], common: Rates) -> Fitted:
    """`readings`: those besides the default, sorted. `common`: the rates of features in all natural text.

    The prior is uniform for a word like «کشتی»: most of its natural sentences oppose the default in spite of `PRIOR`.
    """
    first = _estimate(default, readings, labelled, common, PRIOR)
    opposed = sum(max(first.log_odds(features)) > 0 for features in natural)
    rare = len(natural) >= _ENOUGH and opposed > len(natural) / 2
    prior = 1 / (1 + len(readings)) if rare else PRIOR
    usual = {default: prior, **dict.fromkeys(readings, (1 - prior) / len(readings))}
    posteriors: list[Posterior] = [first.posterior(default, features) if rare else usual for features in natural]
    for _ in range(ROUNDS):
        posteriors = _cross_fitted(default, readings, labelled, natural, posteriors, common, prior)
    model = _estimate(default, readings, _merged(labelled, natural, posteriors, len(natural)), common, prior)
    return Fitted(model, tuple(_best_odds(default, posterior) for posterior in posteriors), prior)


def _best_odds(default: str, posterior: Posterior) -> float:
    best = max(probability for reading, probability in posterior.items() if reading != default)
    return math.log(max(best, _TINY) / max(posterior[default], _TINY))


def _cross_fitted(
    default: str,
    readings: Sequence[str],
    labelled: Counts,
    natural: Sequence[Features],
    old: Sequence[Posterior],
    common: Rates,
    prior: float,
) -> list[Posterior]:
    """Posteriors of the natural sentences, each by a model that has not seen the sentence."""
    new = list(old)
    parts = min(_PARTS, len(natural))
    for part in range(parts):
        rest = [place for place in range(len(natural)) if place % parts != part]
        counts = _merged(labelled, [natural[i] for i in rest], [old[i] for i in rest], len(natural))
        model = _estimate(default, readings, counts, common, prior)
        for place in range(part, len(natural), parts):
            new[place] = model.posterior(default, natural[place])
    return new


def _merged(labelled: Counts, natural: Sequence[Features], posteriors: Sequence[Posterior], total: int) -> Counts:
    weight = min(1.0, _MOST_NATURAL / max(1, total))
    sentences = Counter(labelled.sentences)
    features = {reading: Counter(counts) for reading, counts in labelled.features.items()}
    for present, posterior in zip(natural, posteriors, strict=True):
        for reading, probability in posterior.items():
            if probability > _LEAST:
                sentences[reading] += probability * weight  # type: ignore[assignment]
                counts = features.setdefault(reading, Counter())
                for feature in present:
                    counts[feature] += probability * weight  # type: ignore[assignment]
    return Counts(sentences, features)


def _estimate(default: str, readings: Sequence[str], counts: Counts, common: Rates, prior: float) -> Bayes:
    """Rates of features, shrunk towards their mean over the readings."""
    everyone = (default, *readings)
    seen = [reading for reading in everyone if counts.sentences.get(reading)]
    totals: Counter[str] = Counter()
    mean: dict[str, float] = {}
    for reading in seen:
        for feature, count in counts.features[reading].items():
            totals[feature] += count
            mean[feature] = mean.get(feature, 0.0) + count / counts.sentences[reading] / len(seen)
    rare = math.fsum(counts.sentences.values()) > _FREQUENT

    def rate(reading: str, feature: str) -> float:
        count = counts.features[reading][feature] if reading in counts.features else 0.0
        usual = STRENGTH * mean[feature] + COMMON * max(_RAREST, common.get(feature, 0.0))
        return math.log((count + usual) / (counts.sentences.get(reading, 0.0) + STRENGTH + COMMON))

    weights = {}
    for feature in sorted(mean):
        if not rare or totals[feature] > 1:
            base = rate(default, feature)
            row = tuple(rate(reading, feature) - base for reading in readings)
            if totals[feature] > 1 or max(row) > 0 or not feature.startswith(ANYWHERE):
                weights[feature] = row
    bias = math.log((1 - prior) / len(readings) / prior)
    return Bayes(tuple(readings), (bias,) * len(readings), weights)
